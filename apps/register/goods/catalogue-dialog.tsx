import { type CatalogueItem, TAX_MODES, type TaxMode } from '@paume/contract'
import { useState } from 'react'
import { Button, Dialog, Notice } from '../../design/controls.tsx'
import { Icon } from '../../design/icons.tsx'
import { sentenceKey, type Trouble, troubleOf, wayKey } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { nameOf, rateText } from '../catalogue.ts'
import { ItemPicture } from '../item-pictures.tsx'
import type { CatalogueHandle } from '../use-catalogue.ts'
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

/** The goods of the shop, to be changed: on every register of it. */
export function CatalogueDialog({ goods, currency, barcode, report, onClose }: CatalogueDialogProps) {
  const { t, money, language } = useText()
  const [edited, setEdited] = useState<Edited | null>(barcode === null ? null : { item: null, barcode })
  const [removed, setRemoved] = useState<CatalogueItem | null>(null)
  // As it was chosen just now; the system's answer follows.
  const [chosenMode, setChosenMode] = useState<TaxMode | null>(null)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const { catalogue } = goods

  const run = async (work: () => Promise<void>, done: () => void) => {
    setBusy(true)
    setTrouble(null)
    try {
      await work()
      done()
    } catch (error) {
      if (!report(error)) setTrouble(troubleOf(error))
    } finally {
      setBusy(false)
    }
  }
  const back = () => setEdited(null)
  const restore = ({ id, ...item }: CatalogueItem) =>
    run(
      () => goods.putItem(id, item),
      () => setRemoved(null),
    )
  const heading = !edited
    ? t('till.catalogue')
    : edited.item
      ? t('till.item_edit', { item: nameOf(edited.item, language) })
      : t('till.item_new')

  return (
    <Dialog title={heading} onClose={edited ? back : onClose}>
      {trouble && (
        <Notice tone="bad" urgent>
          <p>{t(sentenceKey(trouble))}</p>
          <p>{t(wayKey(trouble))}</p>
        </Notice>
      )}
      {edited ? (
        <ItemForm
          key={edited.item?.id ?? 'new'}
          {...edited}
          currency={currency}
          busy={busy}
          onCancel={back}
          onSave={(item) => run(() => goods.putItem(edited.item?.id ?? crypto.randomUUID(), item), back)}
          onRemove={() => {
            const { item } = edited
            if (item)
              run(
                () => goods.removeItem(item.id),
                () => {
                  setRemoved(item)
                  back()
                },
              )
          }}
        />
      ) : (
        <>
          {removed && (
            <div className="row between" role="status">
              <p>{t('till.item_removed', { item: nameOf(removed, language) })}</p>
              <Button icon="undo" disabled={busy} onClick={() => restore(removed)}>
                {t('register.undo')}
              </Button>
            </div>
          )}
          <fieldset className="choice">
            <legend className="label">{t('till.tax_mode')}</legend>
            {TAX_MODES.map((mode) => (
              <label key={mode} className="check">
                <input
                  type="radio"
                  name="tax-mode"
                  checked={(chosenMode ?? catalogue?.taxMode) === mode}
                  disabled={!catalogue}
                  onChange={() => {
                    setChosenMode(mode)
                    run(
                      () => goods.setTaxMode(mode),
                      () => {},
                    ).finally(() => setChosenMode(null))
                  }}
                />
                {t(`till.tax_mode_${mode}`)}
              </label>
            ))}
          </fieldset>
          <Button look="main" icon="plus" disabled={!catalogue} onClick={() => setEdited({ item: null })}>
            {t('till.item_new')}
          </Button>
          {!catalogue && <p className="soft">{t(goods.stale ? 'till.catalogue_missing' : 'page.loading')}</p>}
          {catalogue?.items.length === 0 && <p className="soft">{t('till.catalogue_empty')}</p>}
          <ul className="dialog-list">
            {catalogue?.items.map((item) => (
              <li key={item.id}>
                <button
                  type="button"
                  className="goods-row"
                  aria-label={t('till.item_edit', { item: nameOf(item, language) })}
                  onClick={() => setEdited({ item })}
                >
                  <ItemPicture name={item.picture} />
                  <span className="goods-name">
                    <b>{nameOf(item, language)}</b>
                    <span className="soft small">
                      {t('till.tax_rate', { rate: rateText(item.taxBasisPoints) })}
                      {item.barcode && ` · ${item.barcode}`}
                    </span>
                  </span>
                  <span>{money(item.priceMinor, currency)}</span>
                  <Icon name="pencil" sizePx={20} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  )
}
