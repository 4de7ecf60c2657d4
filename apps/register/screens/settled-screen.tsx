import type { DeviceApi } from '@paume/client'
import type { Sale, TicketWrite } from '@paume/contract'
import { useState } from 'react'
import { Button } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Icon } from '../../design/icons.tsx'
import { useEnter } from '../../design/use-enter.ts'
import { cardValues } from '../../language/brands.ts'
import { useText } from '../../language/text.ts'
import { SendReceipt } from '../send-receipt.tsx'
import { saleLines } from '../slip.ts'

interface SettledScreenProps {
  api: DeviceApi
  shop: string
  sandbox: boolean
  sale: Sale
  ticket: TicketWrite
  changeMinor: bigint
  onNewSale: () => void
}

/** Each palm has a receipt of its own for its part, sent where its shopper says. Cash has none. */
function SendParts({ api, sale }: Pick<SettledScreenProps, 'api' | 'sale'>) {
  const { t } = useText()
  const [sending, setSending] = useState<string | null>(null)
  return (
    <>
      {sale.parts.map(
        ({ id, kind, state, card }) =>
          kind === 'palm' &&
          state === 'approved' && (
            <Button key={id} icon="mail" onClick={() => setSending(id)}>
              {card ? `${t('receipt.send')}: ${t('register.paid_by', cardValues(card))}` : t('receipt.send')}
            </Button>
          ),
      )}
      {sending !== null && <SendReceipt api={api} paymentId={sending} onClose={() => setSending(null)} />}
    </>
  )
}

/** A sale that was paid in parts or by cash: the change to give, and its receipt. */
export function SettledScreen({ api, shop, sandbox, sale, ticket, changeMinor, onNewSale }: SettledScreenProps) {
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
            <SendParts api={api} sale={sale} />
          </div>
        </section>
      </div>
    </Screen>
  )
}
