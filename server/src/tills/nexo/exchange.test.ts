import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Body } from '../../../test/adyen-till.ts'
import { type PaymentHouse, paymentHouse, SHOP, TILL, terminalCaller } from '../../../test/payment-house.ts'
import { replayOf } from '../../payments/creation.ts'
import { dayOf, dayTotals } from '../../payments/day-totals.ts'
import { handleAbort } from './abort.ts'
import { decimalOf } from './amounts.ts'
import type { NexoParts, Request } from './parts.ts'
import { handlePayment } from './payment.ts'
import type { Outcome } from './replies.ts'
import { handleReversal } from './reversal.ts'
import { handleTransactionStatus } from './transaction-status.ts'

const TERMINAL = 'dev_terminal'
/** Every payment of a service asks for this much, plus the number of its variant. */
const AMOUNT_MINOR = 1000

let house: PaymentHouse
let parts: NexoParts
beforeAll(async () => {
  house = await paymentHouse()
  const { db, clock } = house.parts
  const online = { id: TERMINAL, kind: 'terminal', ...SHOP, revoked: false, online: true }
  parts = {
    db,
    clock,
    payments: house.payments,
    books: {
      replay: (caller, idempotent) => replayOf(house.parts, caller, idempotent),
      dayOf: (organisationId, at) => dayOf(db, organisationId, at),
      dayTotals: (shop, day) => dayTotals(db, shop, day),
    },
    devices: { find: async () => online, terminalsOf: async () => [online], seen: async () => {} },
    shops: { currencyOf: async () => 'USD' },
    hints: house.parts.notifier,
  }
  const key = { id: 'nxk_1', register_id: TILL.deviceId, shop_id: SHOP.shopId, organisation_id: SHOP.organisationId }
  const secrets = { api_key_hmac: Buffer.from('1'), key_identifier: 'k', key_version: 1, key_material: Buffer.alloc(1) }
  const more = { sale_id: null, issued_by: 'operator' as const, created_at: new Date(), revoked_at: null }
  await db
    .insertInto('nexo_key')
    .values({ ...key, ...secrets, ...more })
    .execute()
})
afterAll(() => house?.close())

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('send'), service: fc.nat(2), variant: fc.constantFrom(0, 0, 0, 1) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hover'), good: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('shopperCancels') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('abort'), service: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('status'), service: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reverse'), service: fc.nat(2), half: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nodeForgets') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('timePasses') }) },
)
type Step = Partial<Record<'service' | 'variant', number>> & { kind: string; good?: boolean; half?: boolean }

let run = 0
/** One till, one terminal, three ServiceIDs, whatever comes. */
class Story {
  readonly sale = `POS-${run++}`
  readonly gone = new AbortController()
  /** Every final answer that a ServiceID's first message was given, in whatever way. */
  readonly answers = new Map<string, Body[]>()
  readonly variantOf = new Map<number, number>()
  readonly waiting: Promise<unknown>[] = []
  reversals = 0

  request(category: string, body: object, serviceId: string): Request {
    const header = { MessageClass: 'Service', MessageCategory: category, MessageType: 'Request' } as const
    const ids = { SaleID: this.sale, POIID: 'Paume-1', ServiceID: serviceId }
    return {
      till: { keyId: 'nxk_1', saleId: null, caller: { ...SHOP, deviceId: TILL.deviceId, kind: 'register' } },
      terminalId: TERMINAL,
      header: { ...header, ...ids } as unknown as Request['header'],
      serviceId,
      body,
      style: 'sync',
      nonce: null,
      gone: this.gone.signal,
    }
  }
  heard(serviceId: string, answer: Body) {
    this.answers.set(serviceId, [...(this.answers.get(serviceId) ?? []), answer])
  }
  nameOf = (service: number) => `s${service}`
  amountOf = (service: number) => AMOUNT_MINOR + (this.variantOf.get(service) ?? 0)

  async send(service: number, variant: number) {
    const AmountsReq = { Currency: 'USD', RequestedAmount: decimalOf(AMOUNT_MINOR + variant, 'USD') }
    const SaleTransactionID = { TransactionID: `${this.sale}-${service}`, TimeStamp: 'then' }
    const body = { SaleData: { SaleTransactionID }, PaymentTransaction: { AmountsReq } }
    if (!this.variantOf.has(service)) this.variantOf.set(service, variant)
    const isFirst = this.variantOf.get(service) === variant
    const answering = handlePayment(parts, this.request('Payment', body, this.nameOf(service))).then((outcome) => {
      if (outcome.kind !== 'message') return
      const { PaymentResponse } = outcome.message.SaleToPOIResponse as Body
      if (isFirst) this.heard(this.nameOf(service), PaymentResponse)
      else expect(PaymentResponse.Response.ErrorCondition).toBe('NotAllowed')
    })
    this.waiting.push(answering)
    // A refusal comes by itself; what waits for a hand has been written down.
    await (isFirst ? Promise.race([answering, this.written(service)]) : answering)
  }
  async written(service: number) {
    const row = parts.db
      .selectFrom('nexo_exchange')
      .select('id')
      .where('sale_id', '=', this.sale)
      .where('service_id', '=', this.nameOf(service))
    while ((await row.executeTakeFirst()) === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  async hover(good: boolean) {
    const active = await house.payments.activeOf(TERMINAL)
    if (active === null) return
    const shopper = await house.shopper(good ? '4242424242424242' : '4000000000009995')
    // An abort that is under way may come before the hand.
    await house.pay(active.id, shopper).catch((error: { code?: string }) => {
      if (error.code !== 'payment_state') throw error
    })
  }
  async status(service: number) {
    const MessageReference = { MessageCategory: 'Payment', SaleID: this.sale, ServiceID: this.nameOf(service) }
    const request = this.request('TransactionStatus', { MessageReference }, `t${Math.random()}`)
    const { TransactionStatusResponse } = bodyOf(await handleTransactionStatus(parts, request))
    const { Response, RepeatedMessageResponse } = TransactionStatusResponse
    const isKnown = this.variantOf.has(service)
    expect(Response.ErrorCondition === 'NotFound').toBe(!isKnown)
    if (Response.Result === 'Success') {
      this.heard(this.nameOf(service), RepeatedMessageResponse.RepeatedResponseMessageBody.PaymentResponse)
    }
    return Response
  }
  async abort(service: number) {
    const MessageReference = { MessageCategory: 'Payment', SaleID: this.sale, ServiceID: this.nameOf(service) }
    await handleAbort(parts, this.request('Abort', { AbortReason: 'x', MessageReference }, `a${Math.random()}`))
  }
  async reverse(service: number, half: boolean) {
    const told = this.answers.get(this.nameOf(service))?.[0]
    if (told?.Response.Result !== 'Success') return
    const { POITransactionID } = told.POIData
    const ReversedAmount = half ? decimalOf(AMOUNT_MINOR / 2, 'USD') : undefined
    const body = { OriginalPOITransaction: { POITransactionID }, ReversedAmount }
    const serviceId = `r${this.reversals++}`
    // Twice the same: carried out once.
    for (const _ of [1, 2]) {
      const outcome = await handleReversal(parts, this.request('Reversal', body, serviceId))
      this.heard(serviceId, bodyOf(outcome).ReversalResponse)
    }
  }
  async take(one: Step) {
    const service = one.service ?? 0
    if (one.kind === 'send') await this.send(service, one.variant!)
    if (one.kind === 'hover') await this.hover(one.good!)
    if (one.kind === 'status') await this.status(service)
    if (one.kind === 'abort') await this.abort(service)
    if (one.kind === 'reverse') await this.reverse(service, one.half!)
    if (one.kind === 'timePasses') house.clock.moveMs(25_000)
    if (one.kind === 'shopperCancels') {
      const active = await house.payments.activeOf(TERMINAL)
      if (active !== null) await house.payments.cancel(terminalCaller(), active.id)
    }
    if (one.kind === 'nodeForgets') {
      const open = parts.db.updateTable('nexo_exchange').set({ payment_id: null }).where('answer', 'is', null)
      await open.where('sale_id', '=', this.sale).execute()
    }
  }
  /** Nobody waits any more, all time is over: then everything has its answer, and money and answers agree. */
  async end() {
    this.gone.abort()
    await Promise.all(this.waiting)
    house.clock.moveMs(120_000)
    for (const service of this.variantOf.keys()) {
      expect((await this.status(service)).Result).toBe('Success')
      const made = await house.payments.byReference(TILL, `${this.sale}-${service}`)
      expect(made.length).toBeLessThanOrEqual(1)
      const told = this.answers.get(this.nameOf(service))!
      for (const answer of told) expect(answer).toEqual(told[0])
      const paidMinor = told[0]!.Response.Result === 'Success' ? this.amountOf(service) : 0
      expect(made[0]?.capturedMinor ?? 0).toBe(paidMinor)
    }
    const reversed = [...this.answers].filter(([id]) => id.startsWith('r'))
    for (const [, told] of reversed) expect(told[1]).toEqual(told[0])
    const givenBack = reversed.reduce((sum, [, [answer]]) => sum + Math.round((answer!.ReversedAmount ?? 0) * 100), 0)
    const rows = await Promise.all(
      [...this.variantOf.keys()].map((service) => house.payments.byReference(TILL, `${this.sale}-${service}`)),
    )
    expect(rows.flat().reduce((sum, { refundedMinor }) => sum + refundedMinor, 0)).toBe(givenBack)
  }
}
const bodyOf = (outcome: Outcome): Body =>
  (outcome as unknown as { message: { SaleToPOIResponse: Body } }).message.SaleToPOIResponse

it('answers one message in one way, whatever comes between, and moves money as the answers say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const story = new Story()
      for (const one of steps) await story.take(one)
      await story.end()
    }),
    { numRuns: 60 },
  )
  await house.expectAgreement()
})
