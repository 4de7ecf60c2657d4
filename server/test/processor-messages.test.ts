import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { calm } from '../src/payments/processors/sandbox/chaos.ts'
import { SLOW_REFUND_MS } from '../src/payments/processors/sandbox/sandbox.ts'
import { SIGNATURE_HEADER, sign } from '../src/payments/processors/sandbox/signature.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { chargeOf, ledgerSum, pay, refund, shopperWithCard } from './sale.ts'
import { send, type TestDevice } from './test-device.ts'

const SLOW_REFUND_CARD = '4000000000007726'

let house: TestHouse
let register: TestDevice
let terminal: TestDevice
beforeAll(async () => {
  house = await startHouse()
  // Only what a test sends or delivers arrives: the worker that looks at pending refunds by itself stands still.
  await house.paume.money.worker.stop()
  register = await house.pair('register')
  terminal = await house.pair('terminal')
})
afterEach(() => void Object.assign(house.paume.money.sandbox.chaos, calm()))
afterAll(async () => {
  expect(await ledgerSum(house)).toBe(0n)
  await house.stop()
})

const secret = () => house.paume.money.sandbox.desk.webhookSecret()
const tell = (rawBody: string, headers: Record<string, string>, name = 'sandbox') =>
  send(`${house.url}/v1/processors/${name}/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: rawBody,
  })
const told = async (event: object, at = new Date(house.clock.nowMs())) => {
  const body = JSON.stringify(event)
  return tell(body, sign(await secret(), Buffer.from(body), at))
}
const message = (object: object, id = `sbx_ev_${Math.random().toString(36).slice(2)}`, type = 'refund.succeeded') => ({
  id,
  type,
  created: new Date(house.clock.nowMs()).toISOString(),
  object,
})
const events = async () =>
  (await sql<{ event_id: string }>`select event_id from payment_processor_event`.execute(house.paume.database.db)).rows
const paymentOf = async (id: string) => house.paume.money.payments.byId(id)
/** Everything the processor has to tell arrives and is acted on. */
async function settled() {
  for (let i = 0; i < 40; i++) {
    await new Promise((resolve) => setTimeout(resolve, 150))
    const { rows } = await sql<{ open: number }>`
      select count(*)::int as open from outbox_messages where delivered_at is null and failed_at is null and due_at <= now()`.execute(
      house.paume.database.db,
    )
    if (i > 8 && rows[0]!.open === 0) return
  }
}

describe('a message of a processor', () => {
  it.each([
    ['told once', {}],
    ['told twice', { twice: true }],
    ['told last first', { shuffled: true }],
    ['lost the first time', { lose: 1 }],
  ])(
    'settles a slow refund by asking: %s',
    async (_how, switches) => {
      const paid = await pay(house, register, terminal, await shopperWithCard(house, SLOW_REFUND_CARD))
      Object.assign(house.paume.money.sandbox.chaos.webhooks, switches)
      expect((await refund(register, paid.id, { amountMinor: 1000 })).body).toMatchObject({
        refunds: [{ state: 'pending' }],
      })
      expect((await refund(register, paid.id, { amountMinor: 340 })).body.refundedMinor).toBe(0)
      await house.paume.money.sandbox.desk.moveClock(SLOW_REFUND_MS + 1)
      await expect
        .poll(async () => (await paymentOf(paid.id)).refundedMinor, { timeout: 20_000, interval: 200 })
        .toBe(1340)
      expect((await paymentOf(paid.id)).refunds.map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
    },
    30_000,
  )

  it('ends a payment whose hold somebody voided in the pages of the processor', async () => {
    const paid = await pay(house, register, terminal, await shopperWithCard(house), { capture: 'manual' })
    const { ref } = (await chargeOf(house, paid.id))!
    await house.paume.money.sandbox.void({ key: 'by-hand-1', chargeRef: ref, amountMinor: 2340n })
    expect((await told(message({ kind: 'charge', chargeRef: ref }, undefined, 'charge.voided'))).status).toBe(200)
    await settled()
    expect(await paymentOf(paid.id)).toMatchObject({ state: 'cancelled', reason: 'voided', capturedMinor: 0 })
  })

  it('that says what is not so changes nothing', async () => {
    const paid = await pay(house, register, terminal, await shopperWithCard(house), { capture: 'manual' })
    const { ref } = (await chargeOf(house, paid.id))!
    expect((await told(message({ kind: 'charge', chargeRef: ref }, undefined, 'charge.voided'))).status).toBe(200)
    expect((await told(message({ kind: 'charge', chargeRef: 'no-such' }, undefined, 'charge.voided'))).status).toBe(200)
    expect(
      (await told(message({ kind: 'dispute', disputeRef: 'no', chargeRef: ref }, undefined, 'dispute.lost'))).status,
    ).toBe(200)
    await settled()
    expect(await paymentOf(paid.id)).toMatchObject({ state: 'approved', version: paid.version })
  })

  it('ends a payment whose authorisation lapsed, and looks a lost card up', async () => {
    const { sandbox } = house.paume.money
    const shopperId = await shopperWithCard(house)
    const paid = await pay(house, register, terminal, shopperId, { capture: 'manual' })
    const lookup = await house.paume.money.wallet.instrumentOf(shopperId)
    await sandbox.desk.changeCard(lookup.kind === 'found' ? lookup.instrument.token : '', 'lost')
    await expect
      .poll(async () => (await house.paume.money.wallet.instrumentOf(shopperId)).kind, { timeout: 15_000 })
      .toBe('unusable')
    await sandbox.desk.moveClock(sandbox.capabilities.authorisationTtlMs!)
    await expect.poll(async () => (await paymentOf(paid.id)).state, { timeout: 15_000 }).toBe('expired')
  }, 40_000)

  it('is taken once by its name, and one of a type nobody knows is taken and dropped', async () => {
    const before = (await events()).length
    const same = message({ kind: 'instrument', token: 'nobodys' }, 'sbx_ev_same', 'instrument.lost')
    expect((await Promise.all([told(same), told(same), told(same)])).map(({ status }) => status)).toEqual([
      200, 200, 200,
    ])
    const strange = message({ kind: 'comet', tail: true }, 'sbx_ev_strange', 'comet.seen')
    expect((await told(strange)).body).toEqual({ received: true })
    expect((await events()).length - before).toBe(2)
  })

  it('with a bad signature, none, an old one, or of nobody we know is refused and leaves no trace', async () => {
    const before = await events()
    const body = JSON.stringify(message({ kind: 'charge', chargeRef: 'x' }))
    const nowS = Math.floor(house.clock.nowMs() / 1000)
    const forged = createHmac('sha256', 'guessed').update(`${nowS}.${body}`).digest('hex')
    const good = sign(await secret(), Buffer.from(body), new Date(house.clock.nowMs()))
    const old = sign(await secret(), Buffer.from(body), new Date(house.clock.nowMs() - 600_000))
    const refused: [string, Record<string, string>, string | undefined][] = [
      [body, {}, 'The signature does not fit the message.'],
      [body, { [SIGNATURE_HEADER]: `t=${nowS},v1=${forged}` }, 'The signature does not fit the message.'],
      [`${body} `, good, 'The signature does not fit the message.'],
      [body, old, 'The message was signed too long ago.'],
    ]
    for (const [text, headers, detail] of refused) {
      const reply = await tell(text, headers)
      expect([reply.status, reply.body.code, reply.body.detail]).toEqual([400, 'processor_message_refused', detail])
    }
    const empty = sign(await secret(), Buffer.from('{}'), new Date(house.clock.nowMs()))
    expect((await tell('{}', empty)).body).toMatchObject({ code: 'processor_message_refused' })
    expect((await tell('not json', good)).status).toBe(400)
    for (const name of ['nobody', 'constructor', '__proto__']) expect((await tell(body, good, name)).status).toBe(404)
    expect(await events()).toEqual(before)
  })
})
