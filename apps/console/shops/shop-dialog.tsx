import {
  type Currency,
  JURISDICTIONS,
  type Jurisdiction,
  SHOP_FORMATS,
  type ShopDetails,
  type ShopFormat,
} from '@paume/contract'
import { useState } from 'react'
import { useApi, useLoad, useSelf, useSession } from '../frame/index.ts'
import { Button, Dialog, Failed, SelectField, TextField, useSubmit } from '../parts/index.ts'
import { useShopTexts } from './texts.ts'

interface ShopDialogProps {
  /** Null: a new one. */
  shop: ShopDetails | null
  onClose(): void
  onDone(shop: ShopDetails): void
}

const number = (text: string) => (text.trim() === '' ? null : Number(text.replace(',', '.')))
const orNull = (text: string) => (text.trim() === '' ? null : text.trim())

/** What a shop is. Of a new one, what is left empty follows from the address. */
export function ShopDialog({ shop, onClose, onDone }: ShopDialogProps) {
  const { t } = useShopTexts()
  const api = useApi()
  const { organisation } = useSelf()
  const { state } = useSession()
  const [draft, setDraft] = useState({
    organisationId: organisation?.id ?? shop?.organisation.id ?? '',
    name: shop?.name ?? '',
    number: shop?.number ?? '',
    street: shop?.street ?? '',
    town: shop?.town ?? '',
    region: shop?.region ?? '',
    postalCode: shop?.postalCode ?? '',
    country: shop?.country ?? 'US',
    latitude: shop?.place ? String(shop.place.latitudeDeg) : '',
    longitude: shop?.place ? String(shop.place.longitudeDeg) : '',
    timeZone: shop?.timeZone ?? '',
    currency: (shop?.currency ?? '') as string,
    languages: shop?.languages.join(' ') ?? 'en',
    jurisdiction: (shop?.jurisdiction ?? '') as Jurisdiction | '',
    format: (shop?.format ?? 'till') as ShopFormat,
  })
  const set = (key: keyof typeof draft) => (value: string) => setDraft((before) => ({ ...before, [key]: value }))
  const everywhere = state.at === 'signed_in' && organisation === null && shop === null
  const places = useLoad('organisations of a new shop', async (signal) =>
    everywhere ? (await api.organisations.list({ state: 'approved', limit: 200 }, { signal })).items : [],
  )
  const { submit, busy, error, errors } = useSubmit(async () => {
    const [latitudeDeg, longitudeDeg] = [number(draft.latitude), number(draft.longitude)]
    const fields = {
      name: draft.name.trim(),
      number: orNull(draft.number),
      street: orNull(draft.street),
      town: orNull(draft.town),
      region: orNull(draft.region),
      postalCode: orNull(draft.postalCode),
      country: draft.country.trim().toUpperCase(),
      place: latitudeDeg === null || longitudeDeg === null ? null : { latitudeDeg, longitudeDeg },
      languages: draft.languages.split(/[\s,]+/).filter(Boolean),
      format: draft.format,
      ...(draft.timeZone.trim() === '' ? {} : { timeZone: draft.timeZone.trim() }),
      ...(draft.currency.trim() === '' ? {} : { currency: draft.currency.trim().toUpperCase() as Currency }),
      ...(draft.jurisdiction === '' ? {} : { jurisdiction: draft.jurisdiction }),
    }
    const own = everywhere ? { organisationId: draft.organisationId } : {}
    onDone(shop === null ? await api.shops.create({ ...fields, ...own }) : await api.shops.change(shop.id, fields))
  })
  const field = (
    key: Exclude<keyof typeof draft, 'format' | 'jurisdiction' | 'organisationId'>,
    label: string,
    required = false,
  ) => (
    <TextField
      label={label}
      value={draft[key]}
      onChange={set(key)}
      error={errors[key]}
      required={required}
      optional={!required}
    />
  )
  return (
    <Dialog title={shop === null ? t('new_shop') : t('edit')} onClose={onClose} wide>
      <form className="stack" onSubmit={submit}>
        <div className="fields">
          {everywhere && (
            <SelectField
              label={t('organisation')}
              value={draft.organisationId}
              options={(places.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              onChange={set('organisationId')}
              placeholder=""
              required
            />
          )}
          {field('name', t('name'), true)}
          {field('number', t('number'))}
          {field('street', t('street'))}
          {field('town', t('town'))}
          {field('region', t('region'))}
          {field('postalCode', t('postal_code'))}
          {field('country', t('country'), true)}
          {field('latitude', t('latitude'))}
          {field('longitude', t('longitude'))}
          {field('timeZone', t('time_zone'))}
          {field('currency', t('currency'))}
          {field('languages', t('languages'), true)}
          <SelectField
            label={t('format')}
            value={draft.format}
            options={SHOP_FORMATS.map((value) => ({ value, label: t(`format_${value}`) }))}
            onChange={set('format')}
          />
          <SelectField
            label={t('jurisdiction')}
            value={draft.jurisdiction}
            options={JURISDICTIONS.map((value) => ({ value, label: value }))}
            onChange={set('jurisdiction')}
            placeholder=""
          />
        </div>
        {error !== null && <Failed error={error} small />}
        <div className="row">
          <Button look="main" type="submit" busy={busy}>
            {shop === null ? t('create') : t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
