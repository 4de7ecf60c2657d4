import { randomUUID } from 'node:crypto'
import type { Payment, ReceiptDeliveryRequest } from '@paume/contract'
import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Mail, MailOutcome } from '../src/outbox/mail.ts'
import { sweepDeliveries } from '../src/payments/deliveries/sending.ts'
import type { TextOutcome } from '../src/shoppers/text-messages.ts'
import { enrol } from './enrol.ts'
import { startHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { pay, refund, ring, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import type { TestDevice } from './test-device.ts'

const mails: Mail[] = []
const texts: { to: string; text: string }[] = []
/** What the mail server says next; `down`: it cannot be reached. */
let mailServer: MailOutcome | 'down' = 'sent'
/** What the carrier of texts says next. */
let carrier: TextOutcome = 'sent'

const { house, register, terminal } = await openShop({
  overrides: {
    messages: {
      async send(to, text) {
        texts.push({ to, text })
        return carrier
      },
    },
    mail: {
      async send(mail) {
        if (mailServer === 'down') throw new Error('cannot be reached')
        if (mailServer === 'sent') mails.push(mail)
        return mailServer
      },
      close() {},
    },
  },
})
beforeEach(() => {
  mails.length = 0
  texts.length = 0
  mailServer = 'sent'
  carrier = 'sent'
})

const deliver = (by: TestDevice, payment: string, body: ReceiptDeliveryRequest, key: string = randomUUID()) =>
  by.call('POST', `/v1/payments/${payment}/receipt/deliveries`, body, { headers: { 'idempotency-key': key } })
const mailTo = (address: string, language?: 'en' | 'fr'): ReceiptDeliveryRequest => ({
  to: { kind: 'mail', address },
  ...(language ? { language } : {}),
})
const sold = async () => (await pay(house, register, terminal, await shopperWithCard(house))).id
/** The outbox hands over; a message put back by a failure is due at once. */
async function handOver() {
  await sql`update outbox_messages set due_at = now() where delivered_at is null`.execute(house.paume.database.db)
  await house.paume.outboxWorker.runOnce()
}
const statesOf = async (payment: string) => {
  const { body } = await register.call('GET', `/v1/payments/${payment}/receipt/deliveries`)
  return body.deliveries.map(({ state }: { state: string }) => state)
}
const sealedAddresses = async () => {
  const { rows } = await sql`select 1 from payment_receipt_delivery where address_sealed is not null`.execute(
    house.paume.database.db,
  )
  return rows.length
}

describe('a receipt by mail', () => {
  it('is the printed one with the amounts, and nothing of the address is left once it is sent', async () => {
    const id = await sold()
    const reply = await deliver(register, id, mailTo('Ana.Lima@Example.com'))
    expect(reply.status).toBe(202)
    expect(reply.body).toMatchObject({ paymentId: id, kind: 'mail', state: 'queued' })
    await handOver()
    const { body: receipt } = await register.call('GET', `/v1/payments/${id}/receipt`)
    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ id: reply.body.id, to: 'Ana.Lima@example.com' })
    expect(mails[0]!.subject).toMatch(/^Receipt \d{6}, /)
    expect(mails[0]!.text).toContain('Paid by palm: 23.40 USD')
    expect(mails[0]!.text).toContain(receipt.lines.join('\n'))
    // One address only: the page for who did not pay.
    expect(mails[0]!.text.match(/\S*:\/\/\S*/g)).toEqual([
      expect.stringMatching(new RegExp(`^${house.url}/not-me/[0-9a-hjkmnp-tv-z]{26}$`)),
    ])
    expect(mails[0]!.text).not.toContain('<')
    expect(await statesOf(id)).toEqual(['sent'])
    expect(await sealedAddresses()).toBe(0)
    const { rows } = await sql<{ all: string }>`select
      (select coalesce(string_agg(t::text, ''), '') from payment_receipt_delivery t) ||
      (select coalesce(string_agg(t::text, ''), '') from outbox_messages t) ||
      (select coalesce(string_agg(t::text, ''), '') from payment_idempotency t) as all`.execute(house.paume.database.db)
    expect(rows[0]!.all + house.logLines.join('')).not.toMatch(/Ana|Lima|example\.com/i)
  })

  it('shows what was given back, in French', async () => {
    const id = await sold()
    await refund(register, id, { amountMinor: 340 })
    await deliver(register, id, mailTo('ana@example.com', 'fr'))
    await handOver()
    expect(mails[0]!.subject).toMatch(/^Reçu /)
    expect(mails[0]!.text).toContain('Payé par la paume: 23,40 USD\nRemboursé: 3,40 USD')
    expect(mails[0]!.text).toContain('REMBOURSEMENT')
  })

  it('is one mail however often the till repeats its request', async () => {
    const id = await sold()
    const first = await deliver(register, id, mailTo('ana@example.com'), 'copy-1')
    const again = await deliver(register, id, mailTo('ana@example.com'), 'copy-1')
    expect(again.body).toEqual(first.body)
    const other = await deliver(register, id, mailTo('bob@example.com'), 'copy-1')
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_conflict'])
    const none = await register.call('POST', `/v1/payments/${id}/receipt/deliveries`, mailTo('ana@example.com'))
    expect(none.body.code).toBe('idempotency_key_required')
    await handOver()
    await handOver()
    expect(mails).toHaveLength(1)
  })

  it('waits while the mail server is away, and is wiped when it stays away', async () => {
    const id = await sold()
    mailServer = 'down'
    await deliver(register, id, mailTo('ana@example.com'))
    await handOver()
    expect([await statesOf(id), await sealedAddresses()]).toEqual([['queued'], 1])
    mailServer = 'sent'
    await handOver()
    expect([await statesOf(id), mails.length]).toEqual([['sent'], 1])

    mailServer = 'down'
    const late = await sold()
    await deliver(register, late, mailTo('ana@example.com'))
    const db = house.paume.database.db
    await sql`update payment_receipt_delivery set created_at = created_at - interval '27 hours' where payment_id = ${late}`.execute(
      db,
    )
    await sweepDeliveries({ db, clock: house.clock })
    expect([await statesOf(late), await sealedAddresses()]).toEqual([['given_up'], 0])
    mailServer = 'sent'
    await handOver()
    expect(mails).toHaveLength(1)
  })

  it('ends when the other side will never take it', async () => {
    const id = await sold()
    mailServer = 'refused'
    await deliver(register, id, mailTo('gone@example.com'))
    await handOver()
    expect([await statesOf(id), await sealedAddresses()]).toEqual([['refused'], 0])
  })
})

describe('a wish for a receipt', () => {
  it('is refused with a code of its own', async () => {
    const id = await sold()
    for (const address of ['nobody', 'a@example.com\r\nBcc: b@example.com', 'a@example.com,b@example.com']) {
      const reply = await deliver(register, id, mailTo(address))
      expect([reply.status, reply.body.code]).toEqual([422, 'mail_address_invalid'])
    }
    const open = await ring(register, terminal)
    const early = await deliver(register, open.body.id, mailTo('ana@example.com'))
    expect([early.status, early.body.code]).toEqual([404, 'not_found'])
    await register.call('POST', `/v1/payments/${open.body.id}/cancel`)
    const stranger = await deliver(await house.pair('register', 1), id, mailTo('ana@example.com'))
    expect([stranger.status, stranger.body.code]).toEqual([404, 'payment_unknown'])
    await handOver()
    expect(mails).toEqual([])
  })

  it('cannot be used to flood one payment or one address', async () => {
    const id = await sold()
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => deliver(register, id, mailTo(`many${i}@example.com`))),
    )
    expect(replies.filter(({ status }) => status === 202)).toHaveLength(6)
    expect(replies.filter(({ body }) => body.code === 'rate_limited')).toHaveLength(2)
    const statuses: number[] = []
    for (const payment of [await sold(), await sold(), await sold()])
      for (let i = 0; i < 4; i++) statuses.push((await deliver(register, payment, mailTo('Flood@example.com'))).status)
    expect(statuses).toEqual([...Array(10).fill(202), 429, 429])
  })
})

describe("a receipt to the shopper's own phone", () => {
  it('arrives without the till learning the number', async () => {
    const kiosk = await house.pair('kiosk')
    expect((await enrol(kiosk, (hand) => standInBurst('texter', hand))).status).toBe(200)
    texts.length = 0
    const { id } = await presentPayment(register, terminal)
    const paid = await hover(terminal, id, standInBurst('texter', 'R'))
    const total = (paid.body.payment as Payment).totalMinor
    const reply = await deliver(terminal, id, { to: { kind: 'shopper_phone' } })
    expect([reply.status, Object.keys(reply.body).sort()]).toEqual([
      202,
      ['createdAt', 'id', 'kind', 'paymentId', 'state'],
    ])
    await handOver()
    expect(texts).toHaveLength(1)
    expect(texts[0]!.to).toMatch(/^\+\d+$/)
    expect(texts[0]!.text).toContain(`Paid by palm: ${(total / 100).toFixed(2)} USD.`)
    expect(texts[0]!.text.match(/\S*:\/\/\S*/g)).toEqual([
      expect.stringMatching(new RegExp(`^${house.url}/not-me/[0-9a-hjkmnp-tv-z]{26}$`)),
    ])
    expect(JSON.stringify(reply.body) + house.logLines.join('')).not.toContain(texts[0]!.to)
    expect(await statesOf(id)).toEqual(['sent'])
  })

  it('or to a number that is typed for it, in the form people use, is gone once it was sent', async () => {
    const id = await sold()
    const reply = await deliver(register, id, { to: { kind: 'phone', number: '(212) 555-2368' } })
    expect([reply.status, reply.body.kind]).toEqual([202, 'phone'])
    await handOver()
    expect(texts.map(({ to }) => to)).toEqual(['+12125552368'])
    expect(texts[0]!.text).toContain(`${house.url}/not-me/`)
    expect([await statesOf(id), await sealedAddresses()]).toEqual([['sent'], 0])
    for (const number of ['12', 'nobody', '+1 800 555 0199']) {
      const wrong = await deliver(register, id, { to: { kind: 'phone', number } })
      expect([wrong.status, wrong.body.code], number).toEqual([422, 'phone_invalid'])
    }
  })

  it('is not sent again when the carrier may have taken it', async () => {
    const id = await sold()
    carrier = 'unsure'
    await deliver(register, id, { to: { kind: 'phone', number: '+12125552368' } })
    await handOver()
    await handOver()
    expect([texts.length, await statesOf(id), await sealedAddresses()]).toEqual([1, ['given_up'], 0])
  })

  it('goes nowhere when the shopper is gone, and the till is told no earlier', async () => {
    const id = await sold()
    expect((await deliver(register, id, { to: { kind: 'shopper_phone' } })).status).toBe(202)
    await handOver()
    expect([texts.length, await statesOf(id)]).toEqual([0, ['refused']])
  })
})

describe('a house without mail', () => {
  it('says so at once', async () => {
    const deaf = await startHouse({
      env: { PAUME_SANDBOX: '0' },
      databaseUrl: house.databaseUrl,
      secrets: house.secrets,
    })
    try {
      const id = await sold()
      const there: TestDevice = Object.assign(Object.create(Object.getPrototypeOf(register)), register, {
        url: deaf.url,
      })
      const reply = await deliver(there, id, mailTo('ana@example.com'))
      expect([reply.status, reply.body.code]).toEqual([503, 'mail_unavailable'])
      expect(await statesOf(id)).toEqual([])
    } finally {
      await deaf.stop()
    }
  })
})
