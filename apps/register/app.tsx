import type { PaymentCreate } from '@paume/contract'
import { useEffect, useMemo, useState } from 'react'
import type { ReadyDevice } from '../device/device-page.tsx'
import { useHeartbeat } from '../device/use-heartbeat.ts'
import { useText } from '../language/text.ts'
import { basketFromJson, basketToJson, EMPTY_BASKET, totalOf } from './basket.ts'
import { HistoryDialog } from './history-dialog.tsx'
import { keptOf } from './kept.ts'
import { BasketScreen } from './screens/basket-screen.tsx'
import { NotPaidScreen, PaidScreen } from './screens/ended-screens.tsx'
import { RunningScreen } from './screens/running-screen.tsx'
import { useSale } from './use-sale.ts'

const TIP_PRESETS = [5, 10, 15]
/** The till's own number of a sale: day and time of this register, and four letters against two sales in one second. */
const newReference = () =>
  `R-${new Date().toISOString().slice(0, 19).replace(/[-:T]/g, '')}-${crypto.randomUUID().slice(0, 4).toUpperCase()}`

/** The till: basket → payment → receipt. One switch shows where the sale stands. */
export function RegisterApp({ device, api, report }: ReadyDevice) {
  const { t, money } = useText()
  const kept = useMemo(() => keptOf(device.id), [device.id])
  const [basket, setBasket] = useState(() => basketFromJson(kept.basket()))
  const [tip, setTip] = useState(false)
  const [history, setHistory] = useState(() => kept.history())
  const [historyOpen, setHistoryOpen] = useState(false)
  const { sale, charge, cancel, leave } = useSale(api, kept, report)
  useHeartbeat(api, 'unused', report)

  useEffect(() => kept.keepBasket(basketToJson(basket)), [kept, basket])
  const paymentId = 'payment' in sale ? sale.payment.id : null
  useEffect(() => {
    if (paymentId) setHistory(kept.remember(paymentId))
  }, [kept, paymentId])

  const { terminalId } = device
  const totalMinor = totalOf(basket)
  const onCharge = () => {
    if (!terminalId || totalMinor === 0n) return
    const request: PaymentCreate = {
      amountMinor: Number(totalMinor),
      currency: device.shop.currency,
      reference: newReference(),
      tip: tip ? { mode: 'ask', presets: TIP_PRESETS } : { mode: 'none' },
    }
    charge({ terminalId, request, idempotencyKey: crypto.randomUUID(), openedAtMs: Date.now() })
  }
  const newSale = () => {
    setBasket(EMPTY_BASKET)
    leave()
  }
  const amount = 'open' in sale ? money(sale.open.request.amountMinor, sale.open.request.currency) : ''
  const openHistory = () => setHistoryOpen(true)

  const screen = (() => {
    switch (sale.at) {
      case 'basket':
        return (
          <BasketScreen
            {...{ device, basket, tip, onTip: setTip, onCharge, onBasket: setBasket, onHistory: openHistory }}
            trouble={sale.trouble}
            terminal={terminalId ? t('register.the_terminal') : null}
            keyboard={!historyOpen}
          />
        )
      case 'sending':
        return (
          <RunningScreen {...{ amount, payment: null, cancelling: false, stale: false }} line={t('register.sending')} />
        )
      case 'lost':
        return (
          <RunningScreen
            {...{ amount, payment: null, cancelling: false, stale: false }}
            line={t('register.lost')}
            detail={t('register.lost_line')}
          />
        )
      case 'running':
        return (
          <RunningScreen {...sale} amount={amount} line={t(`register.state_${sale.payment.state}`)} onCancel={cancel} />
        )
      case 'unsettled':
        return (
          <RunningScreen
            {...sale}
            amount={amount}
            cancelling={false}
            line={t('register.state_unknown')}
            detail={t('register.unknown_line')}
          />
        )
      case 'paid':
        return <PaidScreen api={api} payment={sale.payment} onNewSale={newSale} onHistory={openHistory} />
      case 'not_paid':
        return <NotPaidScreen payment={sale.payment} onBack={leave} />
    }
  })()
  return (
    <>
      {screen}
      {historyOpen && <HistoryDialog api={api} paymentIds={history} onClose={() => setHistoryOpen(false)} />}
    </>
  )
}
