import type { EntryRefusal, GateBalance, GateEntry } from '@paume/contract'
import { Button } from '../design/controls.tsx'
import { Screen } from '../design/frame.tsx'
import { Icon } from '../design/icons.tsx'
import type { TextKey } from '../language/tables.ts'
import { useText } from '../language/text.ts'
import { Heads } from './heads.tsx'
import type { GateState } from './state.ts'

interface WelcomeProps {
  state: Extract<GateState, { at: 'welcome' }>
  onPeople: (people: number) => void
}

/** In. What is held is said, and that it is not a price; who miscounted can still say so. */
export function WelcomeScreen({ state, onPeople }: WelcomeProps) {
  const { t, money } = useText()
  const { entry } = state
  return (
    <Screen name="welcome" middle className="end end-approved gate-welcome">
      <span className="end-sign">
        <Icon name="check" sizePx={120} />
      </span>
      <h1 role="alert">{t(entry.outcome === 'joined' ? 'gate.joined' : 'gate.welcome')}</h1>
      <p className="end-line">{t('gate.welcome_line')}</p>
      <Heads people={state.people} onPeople={onPeople} label={t('gate.how_many')} />
      {entry.authAmountMinor !== undefined && entry.currency !== undefined && (
        <p>{t('gate.held', { amount: money(entry.authAmountMinor, entry.currency) })}</p>
      )}
    </Screen>
  )
}

/** Reasons that a gate has besides those of payments. */
const reasonKey = (reason: EntryRefusal): TextKey =>
  reason === 'balance_due' || reason === 'group_too_large' ? `gate.${reason}` : `reason.${reason}`

interface RefusedProps {
  entry: GateEntry
  onPay: (balance: GateBalance) => void
  onDone: () => void
}

/** Not in, with the reason in plain words and what can be done about it. */
export function RefusedScreen({ entry, onPay, onDone }: RefusedProps) {
  const { t, money, dateTime } = useText()
  const { balance, reason } = entry
  return (
    <Screen name="gate-refused" middle className="end">
      <span className="end-sign end-sign-bad">
        <Icon name={balance ? 'alert' : 'cross'} sizePx={96} />
      </span>
      <h1 role="alert">{t(balance ? 'gate.balance_title' : 'gate.refused')}</h1>
      {balance ? (
        <>
          <p className="end-line">
            {t('gate.balance_line', {
              amount: money(balance.owedMinor, balance.currency),
              date: dateTime(balance.visitedAt),
            })}
          </p>
          <p className="end-way">{t('gate.balance_ways')}</p>
          <Button large onClick={() => onPay(balance)}>
            {t('gate.balance_pay', { amount: money(balance.owedMinor, balance.currency) })}
          </Button>
        </>
      ) : (
        <>
          {reason && <p className="end-line">{t(reasonKey(reason))}</p>}
          <p className="end-way">{t('gate.refused_way')}</p>
        </>
      )}
      <Button look="plain" large onClick={onDone}>
        {t('page.close')}
      </Button>
    </Screen>
  )
}

export function PaidScreen({ balance }: { balance: GateBalance }) {
  const { t, money } = useText()
  return (
    <Screen name="gate-paid" middle className="end end-approved">
      <span className="end-sign">
        <Icon name="check" sizePx={120} />
      </span>
      <h1 role="alert">
        {t('terminal.approved')}
        <span className="end-amount">{money(balance.owedMinor, balance.currency)}</span>
      </h1>
      <p className="end-line">{t('gate.paid_line')}</p>
    </Screen>
  )
}
