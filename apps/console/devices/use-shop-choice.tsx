import { type ReactNode, useState } from 'react'
import { useApi, useLoad } from '../frame/index.ts'
import { SelectField, TextField } from '../parts/index.ts'
import { useDeviceTexts } from './texts.ts'

/** Shops of devices that this person sees: enough to choose from, without a page of shops. */
const MOST_SHOPS = 200

/** A shop, chosen among those where devices stand already, or named by its identifier. */
export function useShopChoice(label?: string): { value: string; field(error?: string): ReactNode } {
  const { t } = useDeviceTexts()
  const api = useApi()
  const [value, setValue] = useState('')
  const shops = useLoad('shops of devices', async (signal) => {
    const { items } = await api.devices.list({ limit: MOST_SHOPS, sort: 'shop' }, { signal })
    return [...new Map(items.map(({ shop }) => [shop.id, shop])).values()]
  })
  const known = shops.data ?? []
  return {
    value: value.trim(),
    field: (error) => (
      <>
        {known.length > 0 && (
          <SelectField
            label={label ?? t('shop')}
            value={known.some(({ id }) => id === value) ? value : ''}
            placeholder="–"
            options={known.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={setValue}
          />
        )}
        <TextField
          label={t('identifier')}
          hint={t('shop_hint')}
          value={value}
          onChange={setValue}
          error={error}
          required
        />
      </>
    ),
  }
}
