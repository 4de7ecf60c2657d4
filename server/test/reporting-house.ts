import { randomUUID } from 'node:crypto'
import type { HandSide, Payment, PaymentReport } from '@paume/contract'
import { sql } from 'kysely'
import type { Mail } from '../src/outbox/mail.ts'
import { enrol, newPhone, shopperOf } from './enrol.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { openShop } from './shop.ts'
import { post, send } from './test-device.ts'

/** A shop whose shoppers get receipts, with a kiosk, and everything that was sent. */
export async function openReportingShop() {
  const mails: Mail[] = []
  const texts: { to: string; text: string }[] = []
  const shop = await openShop({
    overrides: {
      messages: {
        async send(to, text) {
          texts.push({ to, text })
          return 'sent'
        },
      },
      mail: {
        async send(mail) {
          mails.push(mail)
          return 'sent'
        },
        close() {},
      },
    },
  })
  const { house, register, terminal } = shop
  const kiosk = await house.pair('kiosk')
  const { db } = house.paume.database

  const handOver = async () => {
    await sql`update outbox_messages set due_at = now() where delivered_at is null`.execute(db)
    await house.paume.outboxWorker.runOnce()
  }
  /** The form of the page, as a browser sends it. */
  const press = (link: string, fields: Record<string, string>) =>
    page(link, { method: 'POST', body: new URLSearchParams(fields) })

  return {
    ...shop,
    kiosk,
    db,
    mails,
    texts,
    handOver,
    press,
    report: (link: string) => press(link, { do: 'report', confirm: 'yes' }),
    async enrolled(name: string) {
      const phone = newPhone()
      const { body } = await enrol(kiosk, (hand) => standInBurst(name, hand), { phone })
      return { name, phone, shopperId: await shopperOf(shop.house, body) }
    },
    /** This palm pays, or tries to. */
    async hovered(name: string, hand: HandSide = 'R'): Promise<{ outcome: string; payment: Payment }> {
      const { id } = await presentPayment(register, terminal)
      return (await hover(terminal, id, standInBurst(name, hand))).body
    },
    /** The link of a mailed receipt. */
    async linkOf(paymentId: string, language: 'en' | 'fr' = 'en'): Promise<string> {
      const body = { to: { kind: 'mail', address: `${randomUUID()}@example.com` }, language }
      const headers = { 'idempotency-key': randomUUID() }
      const reply = await register.call('POST', `/v1/payments/${paymentId}/receipt/deliveries`, body, { headers })
      if (reply.status !== 202) throw new Error(JSON.stringify(reply.body))
      await handOver()
      return /^http\S+$/m.exec(mails.at(-1)!.text)![0]
    },
    async signIn(phone: string): Promise<Record<string, string>> {
      const { body } = await post(`${house.url}/v1/shopper-sessions`, { phone })
      const code = { sessionId: body.sessionId, code: body.sandboxPhoneCode }
      const session = await post(`${house.url}/v1/shopper-sessions/confirm`, code)
      return { authorization: `Bearer ${session.body.token}` }
    },
    async reports(query = ''): Promise<PaymentReport[]> {
      const { body } = await send(`${house.url}/v1/payment-reports${query}`, { headers: house.operator })
      return body.reports
    },
    decide: (id: string, body: object) => post(`${house.url}/v1/payment-reports/${id}/decision`, body, house.operator),
    payment: async (id: string) => (await register.call<Payment>('GET', `/v1/payments/${id}`)).body,
    /** Events of the audit, in order. */
    async audited(): Promise<string[]> {
      const rows = await db.selectFrom('audit_entries').select('event').orderBy('sequence').execute()
      return rows.map(({ event }) => event)
    },
  }
}

export async function page(link: string, init: RequestInit = {}) {
  const reply = await fetch(link, { redirect: 'manual', ...init })
  return { status: reply.status, html: await reply.text(), headers: reply.headers }
}
