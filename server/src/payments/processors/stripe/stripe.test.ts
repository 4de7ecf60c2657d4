import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuthoriseRequest } from '../processor.ts'
import { followUpOf, requestOf } from '../processor-contract/bench.ts'
import { MERCHANT, openStripeBench, type StripeBench } from './stand-in/bench.ts'
import { ledgerOf } from './stand-in/books.ts'
import { parseForm } from './stand-in/form.ts'

let bench: StripeBench
beforeAll(async () => {
  bench = await openStripeBench()
})
afterAll(() => bench.close())

const refusedAs = (reason: string) => expect.objectContaining({ name: 'ProcessorFailure', kind: 'refused', reason })
const DAY_MS = 86_400_000
const charge = async (more: Partial<AuthoriseRequest> = {}) =>
  bench.processor.authorise(requestOf(await bench.saveCard('approves'), more))
const lastSent = (operation: string) => bench.standIn.sent.findLast((sent) => sent.operation === operation)!
const sentSince = (from: number) => bench.standIn.sent.slice(from).map(({ operation }) => operation)
const intents = (account = '') =>
  [...bench.standIn.books.accounts.get(account)!.values()].filter((thing) => thing.object === 'payment_intent')

describe('what an authorisation sends', () => {
  it('is one request, confirmed, for the saved card, with our key in three places', async () => {
    const from = bench.standIn.sent.length
    const asked = requestOf(await bench.saveCard('approves'), {
      initiator: 'merchant',
      reference: { paymentId: 'pay_1', tillReference: 'sale 7' },
    })
    await bench.processor.authorise(asked)
    expect(sentSince(from).filter((operation) => operation.includes('payment_intents'))).toHaveLength(1)
    const sent = lastSent('POST /v1/payment_intents')
    expect(sent.key).toBe(asked.key)
    expect(parseForm(sent.body)).toMatchObject({
      amount: '2340',
      currency: 'usd',
      confirm: 'true',
      off_session: 'true',
      capture_method: 'manual',
      allowed_payment_method_types: ['card'],
      metadata: { paume_key: asked.key, paume_payment: 'pay_1', paume_till_reference: 'sale 7' },
      payment_method_options: {
        card: { request_incremental_authorization: 'if_available', request_overcapture: 'if_available' },
      },
    })
  })

  it('asks a bank that wants more of a shopper who stands there for a plain no', async () => {
    const token = await bench.saveAs('wants_authentication')
    for (const initiator of ['shopper', 'merchant'] as const) {
      const declined = await bench.processor.authorise(requestOf(token, { initiator }))
      expect(declined).toMatchObject({ state: 'declined', declineReason: 'authentication_required' })
      const { off_session, error_on_requires_action } = parseForm(lastSent('POST /v1/payment_intents').body)
      expect([off_session, error_on_requires_action]).toEqual(
        initiator === 'merchant' ? ['true', undefined] : [undefined, 'true'],
      )
    }
  })

  it('is nothing at all for an amount that Stripe would round', async () => {
    const from = bench.standIn.sent.length
    const token = 'cus_1/pm_1'
    const asked = requestOf(token, { currency: 'KWD', amountMinor: 5_123n })
    await expect(bench.processor.authorise(asked)).rejects.toEqual(refusedAs('amount_not_exact'))
    expect(sentSince(from)).toEqual([])
  })

  it('keeps the króna right all the way through', async () => {
    const held = await charge({ currency: 'ISK', amountMinor: 700n })
    expect(held).toMatchObject({ amountMinor: 700n, maximumCaptureMinor: 840n, currency: 'ISK' })
    expect(intents().at(-1)).toMatchObject({ amount: 70_000, currency: 'isk' })
    const paid = await bench.processor.capture(followUpOf(held, 650n))
    expect(paid.capturedMinor).toBe(650n)
    expect((await bench.processor.refund(followUpOf(held, 50n))).refundedMinor).toBe(50n)
    expect(intents().at(-1)!.amount_received).toBe(65_000)
  })

  it('says until when it may be captured: Visa gives a merchant who starts it five days', async () => {
    for (const [initiator, days] of [
      ['merchant', 5],
      ['shopper', 7],
    ] as const) {
      const { capturableUntil, decidedAt } = await charge({ initiator })
      expect(capturableUntil!.getTime() - decidedAt.getTime()).toBe(days * DAY_MS)
    }
  })
})

describe('a reply that was lost', () => {
  it('is found by our key among the payments of those minutes, and nothing is sent again', async () => {
    const asked = requestOf(await bench.saveCard('approves'))
    for (let others = 0; others < 3; others++) await charge()
    bench.loseReply('authorise')
    await expect(bench.processor.authorise(asked)).rejects.toMatchObject({ kind: 'lost' })
    const from = bench.standIn.sent.length
    expect(await bench.processor.fetch({ key: asked.key })).toMatchObject({ key: asked.key, state: 'authorised' })
    expect(sentSince(from).every((operation) => operation.startsWith('GET '))).toBe(true)
    expect(intents().filter(({ metadata }) => metadata.paume_key === asked.key)).toHaveLength(1)
    // Known by its name from now on.
    await bench.processor.fetch({ key: asked.key })
    expect(sentSince(from).filter((operation) => operation === 'GET /v1/payment_intents')).toHaveLength(1)
  })

  it('is found behind more than a page of others', async () => {
    const asked = requestOf(await bench.saveCard('approves'))
    bench.loseReply('authorise')
    await expect(bench.processor.authorise(asked)).rejects.toMatchObject({ kind: 'lost' })
    const ledger = ledgerOf(bench.standIn.books, '')
    const [one] = intents()
    for (let i = 0; i < 130; i++) {
      const id = `pi_other${i}`
      ledger.things.set(id, { ...one!, id, metadata: {}, created: bench.standIn.books.nowS() })
    }
    const from = bench.standIn.sent.length
    expect((await bench.processor.fetch({ key: asked.key }))?.key).toBe(asked.key)
    expect(sentSince(from).filter((operation) => operation === 'GET /v1/payment_intents')).toHaveLength(2)
  })

  it('of a request that never arrived is told as never seen, without asking for the money', async () => {
    const asked = requestOf(await bench.saveCard('approves'))
    bench.cutOff(true)
    await expect(bench.processor.authorise(asked)).rejects.toMatchObject({ kind: 'lost' })
    bench.cutOff(false)
    expect(await bench.processor.fetch({ key: asked.key })).toBeNull()
    expect(intents().some(({ metadata }) => metadata.paume_key === asked.key)).toBe(false)
  })

  it('that comes in late is the charge all the same', async () => {
    const asked = requestOf(await bench.saveCard('approves'))
    bench.standIn.trouble.delay.push({ operation: 'POST /v1/payment_intents', ms: 300 })
    const late = bench.processor.authorise(asked)
    expect(await bench.processor.fetch({ key: asked.key })).toBeNull()
    await late
    expect(await bench.processor.fetch({ key: asked.key })).toMatchObject({ state: 'authorised' })
  })
})

describe('a key older than Stripe remembers', () => {
  it('is never sent again: the charge is looked up', async () => {
    const asked = requestOf(await bench.saveCard('approves'))
    bench.loseReply('authorise')
    await expect(bench.processor.authorise(asked)).rejects.toMatchObject({ kind: 'lost' })
    await bench.moveMs(2 * DAY_MS)
    const from = bench.standIn.sent.length
    expect(await bench.processor.authorise(asked)).toMatchObject({ key: asked.key, state: 'authorised' })
    expect(sentSince(from).every((operation) => operation.startsWith('GET '))).toBe(true)
    expect(intents().filter(({ metadata }) => metadata.paume_key === asked.key)).toHaveLength(1)
  })

  it('that was never performed is refused, also for a refund', async () => {
    const asked = requestOf(await bench.saveCard('approves'))
    const paid = await charge({ capture: 'automatic' })
    const refund = followUpOf(paid, 40n)
    bench.cutOff(true)
    await expect(bench.processor.authorise(asked)).rejects.toMatchObject({ kind: 'lost' })
    bench.cutOff(false)
    bench.standIn.trouble.fail.push('POST /v1/refunds')
    await expect(bench.processor.refund(refund)).rejects.toMatchObject({ kind: 'lost' })
    await bench.moveMs(2 * DAY_MS)
    await expect(bench.processor.authorise(asked)).rejects.toEqual(refusedAs('key_expired'))
    await expect(bench.processor.refund(refund)).rejects.toEqual(refusedAs('key_expired'))
    expect((await bench.processor.fetch({ ref: paid.ref }))!.refundedMinor).toBe(0n)
  })

  it('of a refund whose reply was lost gives the money back once', async () => {
    const paid = await charge({ capture: 'automatic' })
    const refund = followUpOf(paid, 40n)
    bench.loseReply('refund')
    await expect(bench.processor.refund(refund)).rejects.toMatchObject({ kind: 'lost' })
    await bench.moveMs(2 * DAY_MS)
    expect((await bench.processor.refund(refund)).refundedMinor).toBe(40n)
    expect(
      (await bench.processor.fetch({ ref: paid.ref }))!.operations.filter(({ kind }) => kind === 'refund'),
    ).toHaveLength(1)
  })
})

describe('a merchant of the platform', () => {
  it('is charged on directly with a copy of the card; every later step goes to its account', async () => {
    const token = await bench.saveCard('approves')
    const asked = requestOf(token, { merchantRef: MERCHANT })
    const held = await bench.processor.authorise(asked)
    expect(held.ref).toMatch(new RegExp(`^${MERCHANT}/pi_`))
    expect(lastSent('POST /v1/payment_methods')).toMatchObject({ account: MERCHANT, key: `${asked.key}:clone` })
    const paid = await bench.processor.capture(followUpOf(held, 2000n))
    await bench.processor.refund(followUpOf(paid, 300n))
    expect(await bench.processor.fetch({ key: asked.key })).toMatchObject({ capturedMinor: 2000n, refundedMinor: 300n })
    const away = bench.standIn.sent.filter(
      ({ path, account }) => path.includes(held.ref.split('/')[1]!) && account !== MERCHANT,
    )
    expect(away).toEqual([])
    // The platform's own card is as good as before.
    expect(await bench.processor.authorise(requestOf(token))).toMatchObject({ state: 'authorised' })
    const lines = await bench.processor.listSettlement({ from: new Date(0), to: new Date('2100-01-01') })
    expect(
      lines
        .filter(({ chargeKey }) => chargeKey === asked.key)
        .map(({ amountMinor, batchRef }) => [amountMinor, batchRef.split('/')[0]]),
    ).toEqual([
      [2000n, MERCHANT],
      [-300n, MERCHANT],
    ])
  })

  it('is found again when the reply of a direct charge was lost', async () => {
    const asked = requestOf(await bench.saveCard('approves'), { merchantRef: MERCHANT })
    bench.loseReply('authorise')
    await expect(bench.processor.authorise(asked)).rejects.toMatchObject({ kind: 'lost' })
    expect((await bench.processor.fetch({ key: asked.key }))!.ref).toMatch(new RegExp(`^${MERCHANT}/pi_`))
  })

  it('is passed on a destination charge, and a refund takes it back from there', async () => {
    const asked = requestOf(await bench.saveCard('approves'), { merchantRef: `destination/${MERCHANT}` })
    const held = await bench.processor.authorise(asked)
    expect(held.ref).toMatch(/^pi_/)
    expect(parseForm(lastSent('POST /v1/payment_intents').body).transfer_data).toEqual({ destination: MERCHANT })
    await bench.processor.capture(followUpOf(held, 2340n))
    await bench.processor.refund(followUpOf(held, 40n))
    expect(parseForm(lastSent('POST /v1/refunds').body).reverse_transfer).toBe('true')
  })

  it('must be an account', async () => {
    const asked = requestOf(await bench.saveCard('approves'), { merchantRef: 'somebody' })
    await expect(bench.processor.authorise(asked)).rejects.toEqual(refusedAs('merchant_unknown'))
  })

  it('tells of its disputes under its own name', async () => {
    const paid = await charge({ merchantRef: MERCHANT, capture: 'automatic' })
    await bench.takeMessages()
    const ref = await bench.openDispute(paid.ref)
    expect(await bench.processor.fetchDispute(ref)).toMatchObject({ ref, chargeRef: paid.ref })
    const [message] = await bench.takeMessages()
    expect((await bench.processor.parseWebhook(message!)).subject).toEqual({
      kind: 'dispute',
      disputeRef: ref,
      chargeRef: paid.ref,
    })
    const answer = { key: randomUUID(), disputeRef: ref, evidence: [{ heading: 'Receipt', text: '23.40 USD' }] }
    expect((await bench.processor.submitEvidence(answer)).state).toBe('under_review')
    expect(parseForm(lastSent('POST /v1/disputes/{dispute}').body)).toMatchObject({
      evidence: { uncategorized_text: 'Receipt\n-------\n23.40 USD' },
      submit: 'true',
    })
    const long = { ...answer, key: randomUUID(), evidence: [{ heading: 'All', text: 'x'.repeat(20_001) }] }
    await expect(bench.processor.submitEvidence(long)).rejects.toEqual(refusedAs('evidence_too_long'))
  })
})
