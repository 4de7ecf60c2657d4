import type { OtherTenderKind, Sale } from '@paume/contract'
import { useRef, useState } from 'react'
import { Button, Dialog, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Keypad } from '../../design/keypad.tsx'
import { useKeydown } from '../../design/use-keydown.ts'
import { cardValues } from '../../language/brands.ts'
import type { Trouble } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { eraseDigit, typeDigit } from '../amount-entry.ts'
import { cashOf, equalParts, likelyGiven } from '../tender.ts'
import { TroubleNotice } from '../trouble-notice.tsx'
import { useScan } from '../use-scan.ts'
import type { TicketHandle } from '../use-ticket.ts'

interface TenderScreenProps {
  ticket: TicketHandle
  currency: string
  totalMinor: bigint
  terminal: boolean
  /** Why the last palm payment was not begun. */
  trouble?: Trouble | undefined
  onPalm: (sale: Sale, amountMinor: bigint) => void
  /** Nothing is paid: back, with the basket as it was. */
  onBack: () => void
}

function PaidParts({ sale, currency }: { sale: Sale; currency: string }) {
  const { t, money } = useText()
  const counted = sale.parts.filter(({ state }) => state === 'approved')
  if (counted.length === 0) return <p className="soft">{t('till.no_parts')}</p>
  return (
    <ul className="parts">
      {counted.map((part) => (
        <li key={part.id}>
          <span>
            {t(`till.kind_${part.kind}`)}
            {part.card && <span className="soft small"> · {t('register.paid_by', cardValues(part.card))}</span>}
          </span>
          <span>{money(part.amountMinor, currency)}</span>
        </li>
      ))}
    </ul>
  )
}

const WAYS = [2, 3, 4] as const

interface QuickAmountsProps {
  leftMinor: bigint
  currency: string
  ready: boolean
  onAmount: (amountMinor: bigint) => void
}

/** Amounts that need no typing: an even share, the notes that people give. */
function QuickAmounts({ leftMinor, currency, ready, onAmount }: QuickAmountsProps) {
  const { t, money } = useText()
  return (
    <div className="stack tender-quick">
      <fieldset className="row choice">
        <legend className="label">{t('till.ways')}</legend>
        {WAYS.map((count) => (
          <Button key={count} disabled={!ready} onClick={() => onAmount(equalParts(leftMinor, count)[0]!)}>
            {t('till.ways_by', { count })}
          </Button>
        ))}
      </fieldset>
      <fieldset className="row choice">
        <legend className="label">{t('till.given')}</legend>
        {likelyGiven(leftMinor, currency).map((given) => (
          <Button key={given} disabled={!ready} onClick={() => onAmount(given)}>
            {money(given, currency)}
          </Button>
        ))}
      </fieldset>
    </div>
  )
}

interface TendersProps {
  wantedMinor: bigint
  cash: ReturnType<typeof cashOf>
  currency: string
  ready: boolean
  tooMuch: boolean
  terminal: boolean
  byPalm: () => void
  byCash: () => void
  elsewhere: (kind: OtherTenderKind) => void
}

/** The ways to pay, each with what it would take. */
function Tenders(props: TendersProps) {
  const { wantedMinor, cash, currency, ready, tooMuch, terminal, byPalm, byCash, elsewhere } = props
  const { t, money } = useText()
  const amount = money(wantedMinor, currency)
  return (
    <section className="tenders" aria-label={t('till.day_tender')}>
      <Button look="main" large icon="hand" disabled={!ready || !terminal || tooMuch} onClick={byPalm}>
        {t('till.by_palm', { amount })}
      </Button>
      <Button large icon="cash" disabled={!ready} onClick={byCash}>
        <span>
          {t('till.by_cash', { amount: money(cash.paidMinor, currency) })}
          {cash.changeMinor > 0n && (
            <span className="change">{t('till.change_of', { amount: money(cash.changeMinor, currency) })}</span>
          )}
        </span>
      </Button>
      <Button large icon="terminal" disabled={!ready || tooMuch} onClick={() => elsewhere('card')}>
        {t('till.by_card', { amount })}
      </Button>
      <Button large icon="tag" disabled={!ready || tooMuch} onClick={() => elsewhere('voucher')}>
        {t('till.by_voucher', { amount })}
      </Button>
      <p className="soft small keys-help">{t('till.pay_keys')}</p>
    </section>
  )
}

interface AmountPadProps {
  wantedMinor: bigint
  typedMinor: bigint
  currency: string
  tooMuch: boolean
  keyboard: boolean
  onType: (typedMinor: bigint) => void
}

/** The amount of the next part; for cash, what is handed over. */
function AmountPad({ wantedMinor, typedMinor, currency, tooMuch, keyboard, onType }: AmountPadProps) {
  const { t, money } = useText()
  return (
    <section className="card stack free tender-pad" aria-label={t('till.amount')}>
      <h2>{t('till.amount')}</h2>
      <p className="free-display" role="status">
        {money(wantedMinor, currency)}
      </p>
      <p className="soft small" data-wrong={tooMuch}>
        {typedMinor === 0n ? t('till.amount_all') : tooMuch ? t('till.too_much') : ' '}
      </p>
      <Keypad
        extra="00"
        keyboard={keyboard}
        onDigit={(digit) => onType(typeDigit(typedMinor, digit))}
        onErase={() => onType(eraseDigit(typedMinor))}
        onClear={() => onType(0n)}
      />
    </section>
  )
}

interface AbandonDialogProps {
  paid: string
  busy: boolean
  onAbandon: () => void
  onClose: () => void
}

function AbandonDialog({ paid, busy, onAbandon, onClose }: AbandonDialogProps) {
  const { t } = useText()
  return (
    <Dialog title={t('till.abandon_title')} onClose={onClose}>
      <p>{t('till.abandon_line', { amount: paid })}</p>
      <div className="row">
        <Button look="bad" disabled={busy} onClick={onAbandon}>
          {t('till.abandon')}
        </Button>
        <Button onClick={onClose}>{t('page.cancel')}</Button>
      </div>
    </Dialog>
  )
}

/** What a tender screen can do now: amounts, whether it may, and the ways to pay. */
function useTender({ ticket, terminal, onPalm, onBack }: TenderScreenProps, keyboard: boolean) {
  const [typedMinor, setTypedMinor] = useState(0n)
  const { sale, busy } = ticket
  const leftMinor = BigInt(sale?.leftMinor ?? 0)
  const wantedMinor = typedMinor === 0n ? leftMinor : typedMinor
  const tooMuch = typedMinor > leftMinor
  const cash = cashOf(leftMinor, wantedMinor)
  const ready = sale !== null && !busy && leftMinor > 0n
  const paid = sale !== null && sale.paidMinor + sale.pendingMinor > 0

  const take = (kind: OtherTenderKind, amountMinor: bigint, changeMinor = 0n) => {
    ticket.take(kind, amountMinor, changeMinor)
    setTypedMinor(0n)
  }
  const byPalm = () => {
    if (ready && terminal && !tooMuch) onPalm(sale, wantedMinor)
  }
  const byCash = () => {
    if (ready) take('cash', cash.paidMinor, cash.changeMinor)
  }
  const elsewhere = (kind: OtherTenderKind) => {
    if (ready && !tooMuch) take(kind, wantedMinor)
  }
  // Goods are scanned on the other screen: here a scan is neither an amount nor a press of a button.
  const beforeScan = useRef(0n)
  useScan(
    () => {
      beforeScan.current = typedMinor
    },
    () => setTypedMinor(beforeScan.current),
    keyboard,
  )
  useKeydown((event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const key = event.key.toLowerCase()
    if (key === 'p') byPalm()
    else if (key === 'c') byCash()
    else if (key === 'k') elsewhere('card')
    else if (key === 'v') elsewhere('voucher')
    else if (key === 'escape' && typedMinor > 0n) setTypedMinor(0n)
    else if (key === 'escape' && sale !== null && !paid && !busy) onBack()
    else return
    event.preventDefault()
  }, keyboard)
  const ways = { wantedMinor, cash, ready, tooMuch, terminal, byPalm, byCash, elsewhere }
  return { typedMinor, setTypedMinor, leftMinor, paid, ways }
}

/** A sale being paid: part by part, by palm, cash or elsewhere. Digits typed are the amount of the next part. */
export function TenderScreen(props: TenderScreenProps) {
  const { ticket, currency, totalMinor, trouble, onBack } = props
  const { t, money } = useText()
  const [asking, setAsking] = useState(false)
  const { typedMinor, setTypedMinor, leftMinor, paid, ways } = useTender(props, !asking)
  const { sale, busy } = ticket
  const { wantedMinor, tooMuch, ready } = ways
  return (
    <Screen name="tender" className="tender">
      <h1>{t('till.pay_title', { amount: money(totalMinor, currency) })}</h1>
      <TroubleNotice trouble={ticket.trouble ?? trouble} />
      {sale !== null && sale.pendingMinor > 0 && (
        <Notice tone="warn">
          <p>{t('till.pending', { amount: money(sale.pendingMinor, currency) })}</p>
        </Notice>
      )}
      <div className="tender-columns">
        <section className="card stack tender-sum" aria-label={t('till.parts')}>
          <p className="left" role="status">
            <span>{t('till.left')}</span>
            <strong>{sale ? money(leftMinor, currency) : t('till.opening')}</strong>
          </p>
          {sale && <PaidParts sale={sale} currency={currency} />}
          <div className="row tender-foot">
            {paid ? (
              <Button look="bad" disabled={busy || sale!.pendingMinor > 0} onClick={() => setAsking(true)}>
                {t('till.abandon')}
              </Button>
            ) : (
              <Button disabled={busy} onClick={onBack}>
                {t('till.back')}
              </Button>
            )}
          </div>
        </section>
        <QuickAmounts {...{ leftMinor, currency, ready }} onAmount={setTypedMinor} />
        <AmountPad {...{ wantedMinor, typedMinor, currency, tooMuch }} keyboard={!asking} onType={setTypedMinor} />
        <Tenders {...ways} currency={currency} />
      </div>
      {asking && sale && (
        <AbandonDialog
          paid={money(sale.paidMinor, currency)}
          busy={busy}
          onClose={() => setAsking(false)}
          onAbandon={() => {
            setAsking(false)
            ticket.abandon()
          }}
        />
      )}
    </Screen>
  )
}
