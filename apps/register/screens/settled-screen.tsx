import type { Sale, TicketWrite } from '@paume/contract'
import { Button } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Icon } from '../../design/icons.tsx'
import { useEnter } from '../../design/use-enter.ts'
import { useText } from '../../language/text.ts'
import { saleLines } from '../slip.ts'

interface SettledScreenProps {
  shop: string
  sandbox: boolean
  sale: Sale
  ticket: TicketWrite
  changeMinor: bigint
  onNewSale: () => void
}

/** A sale that was paid in parts or by cash: the change to give, and its receipt. */
export function SettledScreen({ shop, sandbox, sale, ticket, changeMinor, onNewSale }: SettledScreenProps) {
  const text = useText()
  const { t, money } = text
  useEnter(onNewSale)
  const head = [...(sandbox ? [`*** ${t('page.sandbox')} ***`] : []), shop]
  return (
    <Screen name="settled" middle className="ended">
      <div className="ended-columns">
        <section className="stack no-print">
          <span className="ended-sign ended-good">
            <Icon name="check" sizePx={64} />
          </span>
          <h1 role="status">{t('till.settled', { amount: money(sale.totalMinor, sale.currency) })}</h1>
          {changeMinor > 0n && (
            <p className="change-due" role="status">
              {t('till.change_of', { amount: money(changeMinor, sale.currency) })}
            </p>
          )}
          <div className="row">
            <Button look="main" large onClick={onNewSale}>
              {t('register.new_sale')}
            </Button>
          </div>
        </section>
        <section className="receipt-box stack" aria-label={t('register.receipt')}>
          <pre className="receipt">{[...head, ...saleLines(ticket, sale, changeMinor, text)].join('\n')}</pre>
          <div className="row no-print">
            <Button icon="print" onClick={() => window.print()}>
              {t('register.print')}
            </Button>
          </div>
        </section>
      </div>
    </Screen>
  )
}
