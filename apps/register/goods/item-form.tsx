import { type CatalogueItem, type CatalogueItemWrite, isGtin } from '@paume/contract'
import { type FormEvent, useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { decimalOf } from '../../language/money.ts'
import type { TextKey } from '../../language/tables.ts'
import { useText } from '../../language/text.ts'
import { nameOf, parsePrice, parseRate, rateText } from '../catalogue.ts'
import { ItemPicture, knownPicture, PICTURE_NAMES, type PictureName } from '../item-pictures.tsx'

interface ItemFormProps {
  /** Null: a new one. */
  item: CatalogueItem | null
  barcode?: string
  currency: string
  busy: boolean
  onSave: (item: CatalogueItemWrite) => void
  onRemove?: () => void
  onCancel: () => void
}

interface FieldProps {
  label: string
  value: string
  wrong?: string | undefined
  decimal?: boolean
  maxLength: number
  onChange: (value: string) => void
}

function Field({ label, value, wrong, decimal = false, maxLength, onChange }: FieldProps) {
  return (
    <label className="form-field">
      <span className="label">{label}</span>
      <input
        className="field field-small"
        value={value}
        maxLength={maxLength}
        inputMode={decimal ? 'decimal' : 'text'}
        autoComplete="off"
        aria-invalid={wrong !== undefined}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          // A scanner ends with Enter: the code is in, the form is not done yet.
          if (event.key === 'Enter') event.preventDefault()
        }}
      />
      {wrong && (
        <span className="field-wrong small" role="alert">
          {wrong}
        </span>
      )}
    </label>
  )
}

/** One item: its name, price, tax rate, barcode and picture. */
export function ItemForm({ item, barcode = '', currency, busy, onSave, onRemove, onCancel }: ItemFormProps) {
  const { t, language } = useText()
  const [name, setName] = useState(item ? nameOf(item, language) : '')
  const [price, setPrice] = useState(item ? decimalOf(BigInt(item.priceMinor), currency) : '')
  const [rate, setRate] = useState(item ? rateText(item.taxBasisPoints) : '')
  const [code, setCode] = useState(item?.barcode ?? barcode)
  const [picture, setPicture] = useState<PictureName>(knownPicture(item?.picture ?? 'box'))
  const [wrong, setWrong] = useState<Partial<Record<'name' | 'price' | 'rate' | 'barcode', TextKey>>>({})

  const save = (event: FormEvent) => {
    event.preventDefault()
    const priceMinor = parsePrice(price, currency)
    const taxBasisPoints = parseRate(rate)
    const digits = code.replace(/\s/g, '')
    const found = {
      ...(name.trim() === '' ? { name: 'till.bad_name' as const } : {}),
      ...(priceMinor === null ? { price: 'till.bad_price' as const } : {}),
      ...(taxBasisPoints === null ? { rate: 'till.bad_rate' as const } : {}),
      ...(digits !== '' && !isGtin(digits) ? { barcode: 'till.bad_barcode' as const } : {}),
    }
    setWrong(found)
    if (Object.keys(found).length > 0 || priceMinor === null || taxBasisPoints === null) return
    // A name that was changed here is the shop's own word in every language.
    const same = item !== null && name.trim() === nameOf(item, language)
    onSave({
      name: same ? item.name : name.trim(),
      ...(same && item.names ? { names: item.names } : {}),
      priceMinor: Number(priceMinor),
      taxBasisPoints,
      picture,
      barcode: digits === '' ? null : digits,
    })
  }
  const said = (key: TextKey | undefined) => (key ? t(key) : undefined)
  return (
    <form className="stack" onSubmit={save} noValidate>
      {Object.keys(wrong).length > 0 && (
        <Notice tone="bad">
          <p>{t('way.correct')}</p>
        </Notice>
      )}
      <div className="item-fields">
        <Field label={t('till.item_name')} value={name} wrong={said(wrong.name)} maxLength={60} onChange={setName} />
        <Field
          label={t('till.item_price', { currency })}
          value={price}
          wrong={said(wrong.price)}
          decimal
          maxLength={14}
          onChange={setPrice}
        />
        <Field
          label={t('till.item_rate')}
          value={rate}
          wrong={said(wrong.rate)}
          decimal
          maxLength={6}
          onChange={setRate}
        />
        <Field
          label={t('till.item_barcode')}
          value={code}
          wrong={said(wrong.barcode)}
          maxLength={14}
          onChange={setCode}
        />
      </div>
      <fieldset className="pictures">
        <legend className="label">{t('till.item_picture')}</legend>
        {PICTURE_NAMES.map((each) => (
          <label key={each} className="picture">
            <input
              type="radio"
              name="picture"
              className="unseen"
              checked={picture === each}
              aria-label={t(`picture.${each}`)}
              onChange={() => setPicture(each)}
            />
            <ItemPicture name={each} />
          </label>
        ))}
      </fieldset>
      <div className="row between">
        <div className="row">
          <Button look="main" type="submit" disabled={busy}>
            {t('till.item_save')}
          </Button>
          <Button onClick={onCancel}>{t('page.cancel')}</Button>
        </div>
        {item && onRemove && (
          <Button look="bad" disabled={busy} onClick={onRemove}>
            {t('till.item_remove', { item: nameOf(item, language) })}
          </Button>
        )}
      </div>
    </form>
  )
}
