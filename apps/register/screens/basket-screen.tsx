import type { CatalogueItem, Device, TaxMode } from '@paume/contract'
import { useRef, useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { useKeydown } from '../../design/use-keydown.ts'
import type { Trouble } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { addFree, addItem, type Basket, undo } from '../basket.ts'
import { BasketPanel } from '../basket-panel.tsx'
import { lookUp, nameOf, ratesOf, rateText, type Scanned } from '../catalogue.ts'
import { FreeAmount } from '../free-amount.tsx'
import { GoodsPanel } from '../goods/goods-panel.tsx'
import { TroubleNotice } from '../trouble-notice.tsx'
import type { CatalogueHandle } from '../use-catalogue.ts'
import { useScan } from '../use-scan.ts'

/** What can be opened over the basket. */
export type Desk = 'history' | 'catalogue' | 'parked' | 'refund' | 'day'

interface BasketScreenProps {
  device: Device
  goods: CatalogueHandle
  basket: Basket
  taxMode: TaxMode
  parkedCount: number
  /** Parked here, and the system has not heard of it yet. */
  unsent: boolean
  tip: boolean
  trouble?: Trouble | undefined
  terminal: string | null
  /** False while a dialog lies over the screen: keys then belong to it. */
  keyboard: boolean
  onBasket: (next: Basket) => void
  onTip: (ask: boolean) => void
  onPark: () => void
  onCharge: () => void
  onOther: () => void
  onDesk: (desk: Desk, barcode?: string) => void
}

function ScanNotice({ scanned, onMake }: { scanned: Scanned; onMake: (code: string) => void }) {
  const { t, language } = useText()
  if (scanned.kind === 'item')
    return (
      <p className="unseen" role="status">
        {t('till.scan_added', { item: nameOf(scanned.item, language) })}
      </p>
    )
  const { kind, code } = scanned
  return (
    <Notice tone="warn" urgent>
      <div className="row between scanned">
        <p>{t(kind === 'unknown' ? 'till.scan_unknown' : 'till.scan_unreadable', { code })}</p>
        {kind === 'unknown' && <Button onClick={() => onMake(code)}>{t('till.scan_make')}</Button>}
      </div>
    </Notice>
  )
}

interface RateChoiceProps {
  rates: number[]
  at: number
  onRate: (rate: number) => void
}

function RateChoice({ rates, at, onRate }: RateChoiceProps) {
  const { t, language } = useText()
  if (rates.length < 2) return null
  return (
    <fieldset className="rates">
      <legend className="unseen">{t('till.tax_choice')}</legend>
      {rates.map((each) => (
        <label key={each} className="rate">
          <input type="radio" name="rate" className="unseen" checked={each === at} onChange={() => onRate(each)} />
          <span>{t('till.tax_rate', { rate: rateText(each, language) })}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** F-keys, so that no letter and no digit of a scanner is one. F5, F11 and F12 are the browser's. */
const DESK_KEYS: Record<string, Desk> = { F6: 'parked', F9: 'refund', F10: 'day' }

/** Where the basket stands, and what keys and scans do to it. */
function useBasketKeys(props: BasketScreenProps) {
  const { goods, basket, keyboard, onBasket, onPark, onCharge, onOther, onDesk } = props
  const { t, language } = useText()
  const [typedMinor, setTypedMinor] = useState(0n)
  const [chosenRate, setChosenRate] = useState<number | null>(null)
  const [scanned, setScanned] = useState<Scanned | null>(null)
  const beforeScan = useRef(0n)
  const field = useRef<HTMLInputElement>(null)
  const rates = goods.catalogue ? ratesOf(goods.catalogue) : []
  const rate = chosenRate !== null && rates.includes(chosenRate) ? chosenRate : (rates.at(-1) ?? 0)

  const add = (item: CatalogueItem) => onBasket(addItem(basket, item, nameOf(item, language)))
  const takeTyped = () => {
    onBasket(addFree(basket, typedMinor, rate, t('item.free')))
    setTypedMinor(0n)
  }
  const takeCode = (code: string) => {
    if (!goods.catalogue) return
    const what = lookUp(goods.catalogue, code)
    setScanned(what)
    if (what.kind === 'item') add(what.item)
  }
  useScan(
    () => {
      beforeScan.current = typedMinor
    },
    (code) => {
      setTypedMinor(beforeScan.current)
      takeCode(code)
    },
    keyboard,
  )
  useKeydown((event) => {
    const command = event.ctrlKey || event.metaKey
    const desk = DESK_KEYS[event.key]
    if (command && event.key === 'Enter') onCharge()
    else if (command && event.key.toLowerCase() === 'z') onBasket(undo(basket))
    else if (event.key === 'F2') field.current?.focus()
    else if (event.key === 'F4' && !event.altKey) onPark()
    else if (event.key === 'F8') onOther()
    else if (desk) onDesk(desk)
    else if (event.key === 'Escape') {
      setTypedMinor(0n)
      setScanned(null)
    } else if (!command && event.key === '+' && typedMinor > 0n) takeTyped()
    else return
    event.preventDefault()
  }, keyboard)
  return { typedMinor, setTypedMinor, rates, rate, setChosenRate, scanned, field, add, takeTyped, takeCode }
}

export function BasketScreen(props: BasketScreenProps) {
  const { device, goods, basket, taxMode, parkedCount, unsent, tip, trouble, terminal, keyboard } = props
  const { onBasket, onTip, onPark, onCharge, onOther, onDesk } = props
  const { t } = useText()
  const { typedMinor, setTypedMinor, rates, rate, setChosenRate, scanned, field, add, takeTyped, takeCode } =
    useBasketKeys(props)
  const { currency } = device.shop
  return (
    <Screen name="basket" className="register">
      <h1 className="unseen">{t('register.title')}</h1>
      <TroubleNotice trouble={trouble} />
      <div className="register-columns">
        <section className="goods stack" aria-label={t('register.items')}>
          {unsent && (
            <Notice tone="warn" urgent>
              <p>{t('till.parked_here')}</p>
            </Notice>
          )}
          {scanned && <ScanNotice scanned={scanned} onMake={(code) => onDesk('catalogue', code)} />}
          <nav className="tools tools-main row" aria-label={t('till.tools')}>
            <Button onClick={() => onDesk('parked')}>{t('till.parked', { count: parkedCount })}</Button>
            <Button onClick={() => onDesk('refund')}>{t('till.refund')}</Button>
            <Button onClick={() => onDesk('day')}>{t('till.day')}</Button>
            <Button onClick={() => onDesk('catalogue')}>{t('till.catalogue')}</Button>
            <Button onClick={() => onDesk('history')}>{t('register.history')}</Button>
          </nav>
          <GoodsPanel {...{ goods, currency, field }} onAdd={add} onCode={takeCode} />
          <p className="soft small keys-help">
            {t('register.keys')} {t('till.keys')}
          </p>
        </section>
        <section className="typed card" aria-label={t('register.free')}>
          <h2>{t('register.free')}</h2>
          <RateChoice rates={rates} at={rate} onRate={setChosenRate} />
          <FreeAmount
            typedMinor={typedMinor}
            currency={currency}
            label={t('register.free_label')}
            action={() => t('register.free_add')}
            keyboard={keyboard}
            onType={setTypedMinor}
            onDone={takeTyped}
          />
        </section>
        <BasketPanel {...{ basket, currency, taxMode, tip, terminal, onBasket, onTip, onPark, onCharge, onOther }} />
      </div>
    </Screen>
  )
}
