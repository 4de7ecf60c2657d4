import { type CatalogueItem, type CatalogueItemWrite, isGtin } from '@paume/contract'
import { type FormEvent, useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { decimalIn } from '../../language/money.ts'
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

type FieldName = 'name' | 'price' | 'rate' | 'barcode'
type Typed = Record<FieldName, string>
type Wrong = Partial<Record<FieldName, TextKey>>

/** What was typed as an item, or what is wrong with it. */
function readItem(
  typed: Typed,
  currency: string,
): { wrong: Wrong } | { item: Omit<CatalogueItemWrite, 'picture' | 'names'> } {
  const priceMinor = parsePrice(typed.price, currency)
  const taxBasisPoints = parseRate(typed.rate)
  const digits = typed.barcode.replace(/\s/g, '')
  const name = typed.name.trim()
  const wrong: Wrong = {
    ...(name === '' ? { name: 'till.bad_name' as const } : {}),
    ...(priceMinor === null ? { price: 'till.bad_price' as const } : {}),
    ...(taxBasisPoints === null ? { rate: 'till.bad_rate' as const } : {}),
    ...(digits !== '' && !isGtin(digits) ? { barcode: 'till.bad_barcode' as const } : {}),
  }
  if (Object.keys(wrong).length > 0 || priceMinor === null || taxBasisPoints === null) return { wrong }
  return { item: { name, priceMinor: Number(priceMinor), taxBasisPoints, barcode: digits === '' ? null : digits } }
}

function PictureChoice({ picture, onPicture }: { picture: PictureName; onPicture: (name: PictureName) => void }) {
  const { t } = useText()
  return (
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
            onChange={() => onPicture(each)}
          />
          <ItemPicture name={each} />
        </label>
      ))}
    </fieldset>
  )
}

/** What is typed into each field, how long it may be, and whether it is a number. */
const FIELDS: { name: FieldName; maxLength: number; decimal?: boolean }[] = [
  { name: 'name', maxLength: 60 },
  { name: 'price', maxLength: 14, decimal: true },
  { name: 'rate', maxLength: 6, decimal: true },
  { name: 'barcode', maxLength: 14 },
]

/** One item: its name, price, tax rate, barcode and picture. */
export function ItemForm({ item, barcode = '', currency, busy, onSave, onRemove, onCancel }: ItemFormProps) {
  const { t, language } = useText()
  const [typed, setTyped] = useState<Typed>(() => ({
    name: item ? nameOf(item, language) : '',
    price: item ? decimalIn(BigInt(item.priceMinor), currency, language) : '',
    rate: item ? rateText(item.taxBasisPoints, language) : '',
    barcode: item?.barcode ?? barcode,
  }))
  const [picture, setPicture] = useState<PictureName>(knownPicture(item?.picture ?? 'box'))
  const [wrong, setWrong] = useState<Wrong>({})

  const save = (event: FormEvent) => {
    event.preventDefault()
    const read = readItem(typed, currency)
    setWrong('wrong' in read ? read.wrong : {})
    if ('wrong' in read) return
    // A name that was changed here is the shop's own word in every language.
    const same = item !== null && read.item.name === nameOf(item, language)
    onSave({
      ...read.item,
      picture,
      ...(same ? { name: item.name, ...(item.names ? { names: item.names } : {}) } : {}),
    })
  }
  return (
    <form className="stack" onSubmit={save} noValidate>
      {Object.keys(wrong).length > 0 && (
        <Notice tone="bad" urgent>
          <p>{t('way.correct')}</p>
        </Notice>
      )}
      <div className="item-fields">
        {FIELDS.map(({ name, ...more }) => {
          const says = wrong[name]
          return (
            <Field
              key={name}
              {...more}
              label={t(`till.item_${name}`, { currency })}
              value={typed[name]}
              wrong={says && t(says)}
              onChange={(value) => setTyped({ ...typed, [name]: value })}
            />
          )
        })}
      </div>
      <PictureChoice picture={picture} onPicture={setPicture} />
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
