import type { PaymentCreate } from '@paume/contract'
import { useEffect, useMemo, useState } from 'react'
import { useDeviceSettings } from '../device/device-settings.ts'
import type { ReadyDevice } from '../device/ready-device.ts'
import { useHeartbeat } from '../device/use-heartbeat.ts'
import { useText } from '../language/text.ts'
import { Desks, type OpenDesk } from './desk/desks.tsx'
import { keptOf } from './kept.ts'
import { BasketScreen } from './screens/basket-screen.tsx'
import { NotPaidScreen, PaidScreen } from './screens/ended-screens.tsx'
import { RunningScreen } from './screens/running-screen.tsx'
import { SettledScreen } from './screens/settled-screen.tsx'
import { TenderScreen } from './screens/tender-screen.tsx'
import { newReference, partReference } from './ticket.ts'
import { useCatalogue } from './use-catalogue.ts'
import { useSale } from './use-sale.ts'
import { useTicket } from './use-ticket.ts'
import { useTill } from './use-till.ts'

/** Goods, basket, the sale and its parts of one register, and what leads from one to the next. */
function useRegister({ device, api, report }: ReadyDevice) {
  const kept = useMemo(() => keptOf(device.id), [device.id])
  const goods = useCatalogue(api, kept, report)
  const till = useTill({ api, device, kept, goods, report })
  const [tip, setTip] = useState(false)
  const [history, setHistory] = useState(() => kept.history())
  const { sale, charge, cancel, leave } = useSale(api, kept, report)
  const ticket = useTicket(api, kept, report)
  const free = sale.at === 'basket' && ticket.open === null && till.totalMinor === 0n
  useHeartbeat(api, 'unused', report, free)
  const { tipPercents } = useDeviceSettings()

  const paymentId = 'payment' in sale ? sale.payment.id : null
  useEffect(() => {
    if (paymentId) setHistory(kept.remember(paymentId))
  }, [kept, paymentId])
  // A part that was paid leads back to the sale it is a part of.
  const partPaid = ticket.open !== null && sale.at === 'paid'
  const { refresh } = ticket
  useEffect(() => {
    if (!partPaid) return
    refresh()
    leave()
  }, [partPaid, refresh, leave])

  const { terminalId } = device
  const send = (amountMinor: bigint, reference: string, more: Partial<PaymentCreate>, withTicket: boolean) => {
    if (!terminalId || amountMinor === 0n) return
    const request: PaymentCreate = {
      amountMinor: Number(amountMinor),
      currency: device.shop.currency,
      reference,
      tip: tip ? { mode: 'ask', presets: tipPercents } : { mode: 'none' },
      ...more,
    }
    const sold = withTicket ? { ticket: till.ticket() } : {}
    charge({ terminalId, request, ...sold, idempotencyKey: crypto.randomUUID(), openedAtMs: Date.now() })
  }
  const begin = () => {
    if (till.totalMinor === 0n) return
    ticket.begin({ reference: newReference(), idempotencyKey: crypto.randomUUID(), ticket: till.ticket() })
  }
  const newSale = () => {
    till.start()
    ticket.close()
    leave()
  }
  return { device, api, goods, till, tip, setTip, history, sale, cancel, leave, ticket, partPaid, send, begin, newSale }
}

interface ScreenProps {
  register: ReturnType<typeof useRegister>
  desk: OpenDesk | null
  onDesk: (desk: OpenDesk) => void
}

/** Between two payments: the basket, the sale whose parts are being paid, or its end. */
function RestingScreen({ register, desk, onDesk }: ScreenProps) {
  const { api, device, goods, till, tip, setTip, sale, ticket, send, begin, newSale } = register
  const { t } = useText()
  const { open, sale: parts } = ticket
  const trouble = sale.at === 'basket' ? sale.trouble : undefined
  const { parked, stale } = till.waiting
  if (open && parts && parts.leftMinor === 0 && parts.pendingMinor === 0)
    return (
      <SettledScreen
        {...{ api, sale: parts, ticket: open.ticket, changeMinor: ticket.changeMinor, onNewSale: newSale }}
        shop={device.shop.name}
        sandbox={device.sandbox}
      />
    )
  if (open)
    return (
      <TenderScreen
        {...{ ticket, trouble, currency: device.shop.currency, onBack: ticket.close }}
        totalMinor={BigInt(open.ticket.totalMinor)}
        terminal={device.terminalId !== undefined}
        onPalm={({ id, parts: before, reference }, amountMinor) =>
          send(amountMinor, partReference(reference, before.length + 1), { saleId: id }, false)
        }
      />
    )
  return (
    <BasketScreen
      {...{ device, goods, basket: till.basket, taxMode: till.taxMode, tip, trouble, onOther: begin }}
      parkedCount={parked.length}
      unsent={stale && parked.some(({ sent }) => !sent)}
      onBasket={till.setBasket}
      onTip={setTip}
      onPark={till.park}
      onCharge={() => send(till.totalMinor, newReference(), {}, true)}
      onDesk={(name, barcode) => onDesk({ name, barcode: barcode ?? null })}
      terminal={device.terminalId ? t('register.the_terminal') : null}
      keyboard={desk === null}
    />
  )
}

/** One switch shows where the sale stands. */
function SaleScreen(props: ScreenProps) {
  const { sale, api, cancel, leave, partPaid, newSale } = props.register
  const { t, money } = useText()
  const amount = 'open' in sale ? money(sale.open.request.amountMinor, sale.open.request.currency) : ''
  const away = { amount, payment: null, cancelling: false, stale: false }
  switch (sale.at) {
    case 'basket':
      return <RestingScreen {...props} />
    case 'sending':
      return <RunningScreen {...away} line={t('register.sending')} />
    case 'lost':
      return <RunningScreen {...away} line={t('register.lost')} detail={t('register.lost_line')} />
    case 'running':
      return (
        <RunningScreen {...sale} amount={amount} line={t(`register.state_${sale.payment.state}`)} onCancel={cancel} />
      )
    case 'unsettled':
      return (
        <RunningScreen
          {...{ ...sale, amount, cancelling: false }}
          line={t('register.state_unknown')}
          detail={t('register.unknown_line')}
        />
      )
    case 'paid':
      if (partPaid) return null
      return (
        <PaidScreen
          api={api}
          payment={sale.payment}
          onNewSale={newSale}
          onHistory={() => props.onDesk({ name: 'history', barcode: null })}
        />
      )
    case 'not_paid':
      return <NotPaidScreen payment={sale.payment} onBack={leave} />
  }
}

/** The till: basket → payment, or parts of one → receipt; and the desk over it. */
export function RegisterApp(ready: ReadyDevice) {
  const register = useRegister(ready)
  const [desk, setDesk] = useState<OpenDesk | null>(null)
  const { goods, till, history } = register
  return (
    <>
      <SaleScreen register={register} desk={desk} onDesk={setDesk} />
      {desk && <Desks {...{ ...ready, goods, till, history, desk }} onClose={() => setDesk(null)} />}
    </>
  )
}
