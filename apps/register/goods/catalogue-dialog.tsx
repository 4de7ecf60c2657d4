import { type CatalogueItem, TAX_MODES, type TaxMode } from '@paume/contract'
import { useState } from 'react'
import { Button, Dialog } from '../../design/controls.tsx'
import { Icon } from '../../design/icons.tsx'
import { useText } from '../../language/text.ts'
import { nameOf, rateText } from '../catalogue.ts'
import { ItemPicture } from '../item-pictures.tsx'
import { TroubleNotice } from '../trouble-notice.tsx'
import type { CatalogueHandle } from '../use-catalogue.ts'
import { useWish } from '../use-wish.ts'
import { ItemForm } from './item-form.tsx'

interface CatalogueDialogProps {
  goods: CatalogueHandle
  currency: string
  /** A scanned code to make an item of. */
  barcode: string | null
  report: (error: unknown) => boolean
  onClose: () => void
}
type Edited = { item: CatalogueItem | null; barcode?: string }

interface TaxModeChoiceProps {
  mode: TaxMode | undefined
  onMode: (mode: TaxMode) => void
}

function TaxModeChoice({ mode: now, onMode }: TaxModeChoiceProps) {
  const { t } = useText()
  return (
    <fieldset className="choice">
      <legend className="label">{t('till.tax_mode')}</legend>
      {TAX_MODES.map((mode) => (
        <label key={mode} className="check">
          <input
            type="radio"
            name="tax-mode"
            checked={now === mode}
            disabled={now === undefined}
            onChange={() => onMode(mode)}
          />
          {t(`till.tax_mode_${mode}`)}
        </label>
      ))}
    </fieldset>
  )
}

function ItemRow({ item, currency, onEdit }: { item: CatalogueItem; currency: string; onEdit: () => void }) {
  const { t, money, language } = useText()
  const name = nameOf(item, language)
  return (
    <li>
      <button type="button" className="goods-row" aria-label={t('till.item_edit', { item: name })} onClick={onEdit}>
        <ItemPicture name={item.picture} />
        <span className="goods-name">
          <b>{name}</b>
          <span className="soft small">
            {t('till.tax_rate', { rate: rateText(item.taxBasisPoints, language) })}
            {item.barcode && ` · ${item.barcode}`}
          </span>
        </span>
        <span>{money(item.priceMinor, currency)}</span>
        <Icon name="pencil" sizePx={20} />
      </button>
    </li>
  )
}

function RemovedItem({ item, busy, onUndo }: { item: CatalogueItem; busy: boolean; onUndo: () => void }) {
  const { t, language } = useText()
  return (
    <div className="row between" role="status">
      <p>{t('till.item_removed', { item: nameOf(item, language) })}</p>
      <Button icon="undo" disabled={busy} onClick={onUndo}>
        {t('register.undo')}
      </Button>
    </div>
  )
}

/** The goods of the shop, to be changed: on every register of it. */
export function CatalogueDialog({ goods, currency, barcode, report, onClose }: CatalogueDialogProps) {
  const { t, language } = useText()
  const [edited, setEdited] = useState<Edited | null>(barcode === null ? null : { item: null, barcode })
  const [removed, setRemoved] = useState<CatalogueItem | null>(null)
  // As it was chosen just now; the system's answer follows.
  const [chosenMode, setChosenMode] = useState<TaxMode | null>(null)
  const { busy, trouble, setTrouble, run } = useWish(report)
  const { catalogue } = goods
  const headingOf = (of: Edited | null) =>
    t(
      !of ? 'till.catalogue' : of.item ? 'till.item_edit' : 'till.item_new',
      of?.item ? { item: nameOf(of.item, language) } : {},
    )

  const back = () => {
    setTrouble(null)
    setEdited(null)
  }
  const put = ({ id, ...item }: CatalogueItem) => run(`put ${id}`, () => goods.putItem(id, item))
  const remove = async (item: CatalogueItem) => {
    if (!(await run(`remove ${item.id}`, () => goods.removeItem(item.id)))) return
    setRemoved(item)
    back()
  }

  return (
    <Dialog title={headingOf(edited)} onClose={edited ? back : onClose}>
      <TroubleNotice trouble={trouble} />
      {edited ? (
        <ItemForm
          key={edited.item?.id ?? 'new'}
          {...edited}
          currency={currency}
          busy={busy}
          onCancel={back}
          onSave={async (item) => {
            if (await put({ id: edited.item?.id ?? crypto.randomUUID(), ...item })) back()
          }}
          onRemove={() => edited.item && remove(edited.item)}
        />
      ) : (
        <>
          {removed && (
            <RemovedItem
              {...{ item: removed, busy }}
              onUndo={async () => {
                if (await put(removed)) setRemoved(null)
              }}
            />
          )}
          <TaxModeChoice
            mode={chosenMode ?? catalogue?.taxMode}
            onMode={(mode) => {
              setChosenMode(mode)
              run(`tax mode ${mode}`, () => goods.setTaxMode(mode)).finally(() => setChosenMode(null))
            }}
          />
          <Button look="main" icon="plus" disabled={!catalogue} onClick={() => setEdited({ item: null })}>
            {t('till.item_new')}
          </Button>
          {!catalogue && <p className="soft">{t(goods.stale ? 'till.catalogue_missing' : 'page.loading')}</p>}
          {catalogue?.items.length === 0 && <p className="soft">{t('till.catalogue_empty')}</p>}
          <ul className="dialog-list">
            {catalogue?.items.map((item) => (
              <ItemRow key={item.id} {...{ item, currency }} onEdit={() => setEdited({ item })} />
            ))}
          </ul>
        </>
      )}
    </Dialog>
  )
}
