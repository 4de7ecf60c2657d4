import type { CaptureChallenge, RefundHover, RefundHoverResult } from '@paume/contract'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { createRefundHovers } from '../src/payments/refund-hovers/service.ts'
import { enrol, seal, sendSealed } from './enrol.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { refund } from './sale.ts'
import { openShop } from './shop.ts'
import type { Reply, TestDevice } from './test-device.ts'

const { house, register, terminal } = await openShop()
const kiosk = await house.pair('kiosk')
const elsewhere = { register: await house.pair('register', 1), terminal: await house.pair('terminal', 1) }

type Maybe<T> = T & { code?: string }
const ask = (by: TestDevice = register, on: TestDevice = terminal) =>
  by.call<Maybe<RefundHover>>('POST', `/v1/terminals/${on.id}/refund-hovers`)
const look = (id: string, by: TestDevice = register) => by.call<Maybe<RefundHover>>('GET', `/v1/refund-hovers/${id}`)
const cancel = (id: string, by: TestDevice = register) =>
  by.call<Maybe<RefundHover>>('POST', `/v1/refund-hovers/${id}/cancel`)
const shown = async (on: TestDevice = terminal) =>
  (await on.call<{ refundHover: RefundHover | null }>('GET', `/v1/terminals/${on.id}/refund-hover`)).body.refundHover

async function show(id: string, frames: readonly Uint8Array[], on = terminal) {
  const asked = await on.call<Maybe<CaptureChallenge>>('POST', `/v1/refund-hovers/${id}/challenges`)
  if (asked.status !== 200) return asked as never
  const sealed = await seal(on, asked.body, frames)
  const path = `/v1/refund-hovers/${id}/hovers/${asked.body.captureId}`
  const reply: Reply<Maybe<RefundHoverResult>> = await sendSealed(on, path, sealed)
  return { ...reply, path, sealed }
}
async function buy(who: string, amountMinor: number, at = { register, terminal }): Promise<string> {
  const { id } = await presentPayment(at.register, at.terminal, amountMinor)
  expect((await hover(at.terminal, id, standInBurst(who, 'R'))).body.outcome).toBe('approved')
  return id
}
const rows = () => house.paume.database.db
const entries = async (id: string) =>
  (await rows().selectFrom('audit_entries').select(['event', 'facts']).orderBy('sequence').execute())
    .filter(({ facts }) => facts.includes(id))
    .map(({ event }) => event)

for (const [who, phone] of [
  ['anna', '+12025550171'],
  ['ben', '+12025550172'],
] as const)
  expect((await enrol(kiosk, (hand) => standInBurst(who, hand), { phone })).status).toBe(200)

it('finds what a hand paid in this shop, and nothing of other shops, people, or what is given back already', async () => {
  const first = await buy('anna', 1200)
  const given = await buy('anna', 500)
  const second = await buy('anna', 800)
  await buy('ben', 900)
  await buy('anna', 700, elsewhere)
  expect((await refund(register, given)).status).toBe(200)
  expect((await refund(register, second, { amountMinor: 300 })).status).toBe(200)

  const begun = await ask()
  expect([begun.status, begun.body.state]).toEqual([201, 'waiting'])
  const { id } = begun.body
  // A double tap is one; the terminal shows it.
  expect((await ask()).body.id).toBe(id)
  expect(await shown()).toMatchObject({ id, state: 'waiting', hoversLeft: 2 })

  const answer = await show(id, standInBurst('anna', 'R'))
  expect([answer.status, answer.body.outcome]).toEqual([200, 'matched'])
  // Neither the answer to the terminal nor what it may read says what was paid, or by whom.
  expect(JSON.stringify([answer.body, (await look(id, terminal)).body])).not.toMatch(/payments|shp_|pay_/)
  expect(await shown()).toBeNull()

  const { payments } = (await look(id)).body
  expect(payments?.map(({ paymentId }) => paymentId)).toEqual([second, first])
  expect(payments?.[0]).toEqual({
    paymentId: second,
    paidAt: expect.any(String),
    currency: 'USD',
    capturedMinor: 800,
    refundableMinor: 500,
    receiptNumber: expect.stringMatching(/^\d{6}$/),
    last4: '4242',
  })
  // The refund of every day, with its key and its limits.
  expect((await refund(register, first, { amountMinor: 1201 })).body.code).toBe('amount_exceeds')
  const done = await refund(register, first, {}, 'by-hand')
  expect((await refund(register, first, {}, 'by-hand')).body).toEqual(done.body)
  expect(done.body.refundedMinor).toBe(1200)
  expect((await look(id)).body.payments?.map(({ paymentId }) => paymentId)).toEqual([second])

  expect((await cancel(id)).body.state).toBe('cancelled')
  expect((await look(id)).body.payments).toBeUndefined()
  expect(await entries(id)).toEqual(['refund_hover.begun', 'refund_hover.matched', 'refund_hover.cancelled'])
  // Nothing of the hand is left, and nobody's name.
  const kept = await sql`select * from payment_refund_hover`.execute(rows())
  expect(JSON.stringify(kept.rows)).not.toContain('shp_')
})

it('sends what was sent before once: the same hand twice is one answer', async () => {
  const { id } = (await ask()).body
  const { path, sealed } = await show(id, standInBurst('anna', 'R'))
  const again = await sendSealed(terminal, path, sealed)
  expect([again.status, again.body.outcome]).toEqual([200, 'matched'])
  expect((await entries(id)).filter((event) => event === 'refund_hover.matched')).toHaveLength(1)
  await cancel(id)
})

it('gives up after two hands that nobody knows', async () => {
  const { id } = (await ask()).body
  const once = await show(id, standInBurst('nobody', 'R'))
  expect(once.body).toMatchObject({ outcome: 'try_again', refundHover: { hoversLeft: 1 } })
  const twice = await show(id, standInBurst('nobody', 'R'))
  expect(twice.body).toMatchObject({ outcome: 'over', refundHover: { state: 'failed', reason: 'not_recognised' } })
  expect((await look(id)).body).toMatchObject({ state: 'failed', reason: 'not_recognised' })
  expect((await show(id, standInBurst('anna', 'R'))).body.code).toBe('refund_hover_state')
  expect((await cancel(id)).body.state).toBe('failed')
})

it('is over when its time is, and forgets who it was', async () => {
  const waiting = (await ask()).body.id
  await late(waiting)
  expect((await look(waiting)).body.state).toBe('expired')
  expect((await show(waiting, standInBurst('anna', 'R'))).body.code).toBe('refund_hover_state')
  const { id } = (await ask()).body
  await show(id, standInBurst('anna', 'R'))
  await late(id)
  await createRefundHovers(house.paume.money.deskParts).sweep()
  expect((await look(id)).body).toMatchObject({ state: 'expired' })
  expect((await look(id)).body.payments).toBeUndefined()
})

it('is cancelled by the shopper at the terminal, too', async () => {
  const { id } = (await ask()).body
  expect((await cancel(id, terminal)).body.state).toBe('cancelled')
  expect((await show(id, standInBurst('anna', 'R'))).body.code).toBe('refund_hover_state')
  expect(await shown()).toBeNull()
})

it('is for this shop’s devices: others learn nothing', async () => {
  const far = await ask(register, elsewhere.terminal)
  expect([far.status, far.body.code]).toEqual([404, 'terminal_unknown'])
  const { id } = (await ask()).body
  for (const stranger of [elsewhere.register, elsewhere.terminal]) {
    expect((await look(id, stranger)).body.code).toBe('refund_hover_unknown')
    expect((await cancel(id, stranger)).body.code).toBe('refund_hover_unknown')
  }
  expect((await show(id, standInBurst('anna', 'R'), elsewhere.terminal)).body.code).toBe('refund_hover_unknown')
  const spied = await elsewhere.terminal.call('GET', `/v1/terminals/${terminal.id}/refund-hover`)
  expect([spied.status, spied.body.code]).toEqual([404, 'terminal_unknown'])
  for (const wrong of [await ask(terminal), await ask(kiosk), await look(id, kiosk)])
    expect([wrong.status, wrong.body.code]).toEqual([403, 'device_wrong_kind'])
  await cancel(id)
})

it('waits for a terminal that is free', async () => {
  const { id } = await presentPayment(register, terminal, 100)
  expect((await ask()).body.code).toBe('terminal_busy')
  await register.call('POST', `/v1/payments/${id}/cancel`)
  const asked = (await ask()).body
  expect(asked.state).toBe('waiting')
  await cancel(asked.id)
})

it('finds nobody once the palm is deleted; the receipt still gives the money back', async () => {
  const paid = await buy('ben', 600)
  const { rows: found } = await sql<{ id: string }>`select shopper_id as id from payment where id = ${paid}`.execute(
    rows(),
  )
  await house.paume.people.erasure.erase(found[0]!.id as never, 'shopper')
  const { id } = (await ask()).body
  await expect
    .poll(async () => (await show(id, standInBurst('ben', 'R'))).body.refundHover?.state ?? 'over', { timeout: 20_000 })
    .not.toBe('waiting')
  expect((await look(id)).body).toMatchObject({ state: 'failed', reason: 'not_recognised' })
  expect((await refund(register, paid)).body.refundedMinor).toBe(600)
  // And to the cent: nothing is left for a second one.
  expect((await refund(register, paid)).body.code).toBe('amount_exceeds')
})

/** Its time is over: put back, for devices sign by the real time. */
const late = async (id: string) => {
  await sql`update payment_refund_hover set deadline_at = created_at where id = ${id}`.execute(rows())
}
