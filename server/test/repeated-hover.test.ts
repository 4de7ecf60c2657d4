import { sealCapture } from '@paume/camera/seal'
import { SEALED_CAPTURE_TYPE } from '@paume/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrol, seal, sendSealed } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, prepareHover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import type { TestDevice } from './test-device.ts'

let house: TestHouse
let terminal: TestDevice
let register: TestDevice
beforeAll(async () => {
  house = await startHouse()
  terminal = await house.pair('terminal')
  register = await house.pair('register')
  expect((await enrol(await house.pair('kiosk'), (hand) => standInBurst('ida', hand))).status).toBe(200)
})
afterAll(() => house.stop())

const authorisations = async (paymentId: string) => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from payment_spent_assertion where payment_id = ${paymentId}`.execute(
    house.paume.database.db,
  )
  return rows[0].n
}

describe('the same hover', () => {
  it('sent twice, one after the other, hears the same and charges once', async () => {
    const { id } = await presentPayment(register, terminal)
    const { path, sealed } = await prepareHover(terminal, id, standInBurst('ida', 'R'))
    const first = await sendSealed(terminal, path, sealed)
    const second = await sendSealed(terminal, path, sealed)
    expect(first.body.outcome).toBe('approved')
    expect(second.body).toEqual(first.body)
    expect(await authorisations(id)).toBe(1)
  })

  it('sent five times at once charges once', async () => {
    const { id } = await presentPayment(register, terminal)
    const { path, sealed } = await prepareHover(terminal, id, standInBurst('ida', 'L'))
    const replies = await Promise.all(Array.from({ length: 5 }, () => sendSealed(terminal, path, sealed)))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(replies.every(({ body }) => body.outcome === 'approved')).toBe(true)
    expect(await authorisations(id)).toBe(1)
  })

  it('with other pictures under the same capture is refused', async () => {
    const { id } = await presentPayment(register, terminal)
    const { path, sealed, challenge } = await prepareHover(terminal, id, standInBurst('nobody', 'L'))
    expect((await sendSealed(terminal, path, sealed)).body.outcome).toBe('try_again')
    const other = await seal(terminal, challenge, standInBurst('ida', 'L'))
    const reply = await sendSealed(terminal, path, other)
    expect([reply.status, reply.body.code]).toEqual([409, 'capture_reused'])
    await terminal.call('POST', `/v1/payments/${id}/cancel`)
  })
})

describe('a capture', () => {
  it('of another device, another payment, or nobody is refused', async () => {
    const { id } = await presentPayment(register, terminal)
    const other = await house.pair('terminal', 1)
    const { path, sealed, challenge } = await prepareHover(terminal, id, standInBurst('ida', 'L'))
    expect((await sendSealed(other, path, sealed)).body.code).toBe('payment_unknown')
    const unknown = path.replace(challenge.captureId, 'cap_00000000000000000000000000')
    expect((await sendSealed(terminal, unknown, sealed)).body.code).toBe('capture_unknown')
    await terminal.call('POST', `/v1/payments/${id}/cancel`)
  })

  it('that comes too late is refused, and the payment goes on', async () => {
    const { id } = await presentPayment(register, terminal)
    const { path, sealed } = await prepareHover(terminal, id, standInBurst('ida', 'L'))
    await sql`update captures set expires_at = now() - interval '1 second' where used_at is null`.execute(
      house.paume.database.db,
    )
    const reply = await sendSealed(terminal, path, sealed)
    expect([reply.status, reply.body.code]).toEqual([410, 'capture_expired'])
    expect((await hover(terminal, id, standInBurst('ida', 'L'))).body.outcome).toBe('approved')
  })

  it('sealed for another hand, or cut short, or not sealed at all does not open and costs no try', async () => {
    const { id } = await presentPayment(register, terminal)
    for (const spoil of [
      (sealed: Uint8Array) => sealed.subarray(0, sealed.length - 40),
      (sealed: Uint8Array) => Buffer.concat([sealed.subarray(0, -1), Buffer.of(sealed.at(-1)! ^ 1)]),
      () => Buffer.from('no capture at all'),
    ]) {
      const { path, sealed } = await prepareHover(terminal, id, standInBurst('ida', 'L'))
      const reply = await sendSealed(terminal, path, spoil(sealed))
      expect([reply.status, reply.body.code]).toEqual([400, 'capture_unreadable'])
    }
    const { path, challenge } = await prepareHover(terminal, id, standInBurst('ida', 'L'))
    const moved = await seal(terminal, { ...challenge, hand: 'L' }, standInBurst('ida', 'L'))
    expect((await sendSealed(terminal, path, moved)).body.code).toBe('capture_unreadable')
    const json = await terminal.call('POST', path, { frames: [] })
    expect(json.body.code).toBe('request_malformed')
    const now = await terminal.call('GET', `/v1/payments/${id}`)
    expect(now.body).toMatchObject({ state: 'presented', hoversLeft: 2 })
    await terminal.call('POST', `/v1/payments/${id}/cancel`)
  })

  it('that is too large is refused before it is read', async () => {
    const { id } = await presentPayment(register, terminal)
    const { path } = await prepareHover(terminal, id, standInBurst('ida', 'L'))
    const huge = Buffer.alloc(12 * 1024 * 1024 + 1)
    const reply = await terminal.call('POST', path, huge, { contentType: SEALED_CAPTURE_TYPE })
    expect([reply.status, reply.body.code]).toEqual([413, 'body_too_large'])
    await terminal.call('POST', `/v1/payments/${id}/cancel`)
  })
})

it('that was paid is answered as paid, even when the answer cannot be kept for a repetition', async () => {
  const { hovers } = house.paume.people
  const { remember } = hovers
  hovers.remember = () => Promise.reject(new Error('Connection terminated'))
  try {
    const { id } = await presentPayment(register, terminal)
    const { path, sealed } = await prepareHover(terminal, id, standInBurst('ida', 'L'))
    expect((await sendSealed(terminal, path, sealed)).body.outcome).toBe('approved')
    expect((await sendSealed(terminal, path, sealed)).body.outcome).toBe('approved')
    expect(await authorisations(id)).toBe(1)
  } finally {
    hovers.remember = remember
  }
})

it('a capture that was taken five minutes ago is refused with the time, and costs no try', async () => {
  const { id } = await presentPayment(register, terminal)
  const challenge = await terminal.call('POST', `/v1/payments/${id}/challenges`)
  const frames = standInBurst('ida', 'L').map((bytes) => ({
    bytes,
    type: 'image/jpeg' as const,
    offsetMs: 0,
    screenColour: null,
  }))
  const capturedAtMs = Date.now() - 300_000
  const sealed = await sealCapture(challenge.body, frames, { deviceId: terminal.id, hand: null, capturedAtMs })
  const reply = await sendSealed(terminal, `/v1/payments/${id}/hovers/${challenge.body.captureId}`, sealed)
  expect([reply.status, reply.body.code]).toEqual([401, 'clock_skew'])
  expect(Math.abs(reply.body.serverTimeMs - Date.now())).toBeLessThan(30_000)
  const now = await terminal.call('GET', `/v1/payments/${id}`)
  expect(now.body).toMatchObject({ state: 'presented', hoversLeft: 2 })
  await terminal.call('POST', `/v1/payments/${id}/cancel`)
})

it('a terminal revoked while its payment waits for a palm charges nothing', async () => {
  const { id } = await presentPayment(register, terminal)
  const { path, sealed } = await prepareHover(terminal, id, standInBurst('ida', 'R'))
  await house.revoke(terminal.id)
  const reply = await sendSealed(terminal, path, sealed)
  expect([reply.status, reply.body.code]).toEqual([403, 'device_revoked'])
  expect(await authorisations(id)).toBe(0)
})
