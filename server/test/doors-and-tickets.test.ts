import type { Admission, Zone } from '@paume/contract'
import { afterAll, describe, expect, it } from 'vitest'
import { wallClock } from '../src/admissions/hours.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { seal, sendSealed } from './enrol.ts'
import { openGateShop } from './gate-house.ts'
import { standInBurst } from './palm-stand-in.ts'
import { post, send } from './test-device.ts'

const shop = await openGateShop()
const { house } = shop
const door = await house.pair('door')
const shopId = (await door.call('GET', '/v1/devices/self')).body.shop.id as string
afterAll(() => house.stop())

const json = { 'content-type': 'application/json' }
const staff = (method: string, path: string, body?: unknown) =>
  send(`${house.url}/v1/console${path}`, {
    method,
    headers: { ...house.operator, ...(body === undefined ? {} : json) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const off = () => ({ clockOffMs: house.clock.nowMs() - Date.now() })

async function hold(name: string, ticket?: string): Promise<Admission> {
  const asked = await door.call('POST', `/v1/doors/${door.id}/challenges`, {}, off())
  const { attempt, challenge } = asked.body
  const sealed = await seal(door, challenge, standInBurst(name, 'L'))
  const query = new URLSearchParams({ attempt, ...(ticket === undefined ? {} : { ticket }) })
  const { status, body } = await sendSealed(door, `/v1/doors/${door.id}/hovers/${challenge.captureId}?${query}`, sealed)
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body
}

const zone = { shopId, name: 'Stock room', admits: 'granted', windows: [], againAfterMinutes: null }
let made: Zone
const change = (more: object) => staff('PUT', `/zones/${made.id}`, { ...zone, ...more })

describe('a door', () => {
  it('opens for nobody before it leads somewhere', async () => {
    await shop.person('anna')
    expect(await hold('anna')).toMatchObject({ outcome: 'denied', reason: 'no_zone' })
  })

  it('opens for who was let in, by what the organisation knows them by, and says why not', async () => {
    made = (await staff('POST', '/zones', zone)).body
    expect((await staff('PUT', `/zones/${made.id}/doors/${door.id}`, { direction: 'in' })).status).toBe(200)
    const denied = await hold('anna')
    expect(denied).toMatchObject({ outcome: 'denied', reason: 'no_grant' })
    await staff('POST', `/zones/${made.id}/grants`, { shopperRef: denied.shopperRef, label: 'night shift' })
    expect(await hold('anna')).toMatchObject({ outcome: 'granted', openMs: 5_000 })
    expect(await hold('stranger')).toMatchObject({ outcome: 'denied', reason: 'not_recognised' })
    await staff('DELETE', `/zones/${made.id}/grants/${denied.shopperRef}`)
    expect(await hold('anna')).toMatchObject({ outcome: 'denied', reason: 'no_grant' })
    const { body } = await staff('GET', '/admissions?outcome=granted')
    expect(body.items).toMatchObject([{ zone: { name: 'Stock room' }, shopperRef: denied.shopperRef, direction: 'in' }])
  })

  it('keeps hours of its own clock', async () => {
    await change({ admits: 'anyone' })
    const { day, minute } = wallClock(new Date(house.clock.nowMs()), made.timeZone)
    const at = (from: number, to: number) => ({
      days: [day],
      from: (minute + from + 1440) % 1440,
      to: (minute + to + 1440) % 1440,
    })
    await change({ admits: 'anyone', windows: [at(120, 180)] })
    expect(await hold('anna')).toMatchObject({ outcome: 'denied', reason: 'outside_hours' })
    await change({ admits: 'anyone', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1440 }] })
    expect(await hold('anna')).toMatchObject({ outcome: 'granted' })
  })

  it('lets nobody in twice who did not go out', async () => {
    await change({ admits: 'anyone', againAfterMinutes: 0 })
    await shop.person('bruno')
    expect(await hold('bruno')).toMatchObject({ outcome: 'granted' })
    expect(await hold('bruno')).toMatchObject({ outcome: 'denied', reason: 'already_inside' })
    await staff('PUT', `/zones/${made.id}/doors/${door.id}`, { direction: 'out' })
    expect(await hold('bruno')).toMatchObject({ outcome: 'granted' })
    await staff('PUT', `/zones/${made.id}/doors/${door.id}`, { direction: 'in' })
    expect(await hold('bruno')).toMatchObject({ outcome: 'granted' })
    await change({ admits: 'anyone', againAfterMinutes: 10 })
    expect(await hold('bruno')).toMatchObject({ outcome: 'denied', reason: 'already_inside' })
  })
})

describe('a ticket', () => {
  it('belongs to the palm that shows it first, and lets in as many as it says', async () => {
    const key = await post(
      `${house.url}/v1/console/gates/keys`,
      { organisationId: DEMO_ORGANISATION.id, name: 'box office' },
      house.operator,
    )
    const seller = { authorization: `Bearer ${key.body.secret}` }
    await change({ admits: 'ticket' })
    const sold = (reference: string, more = {}) =>
      post(
        `${house.url}/v1/tickets`,
        {
          zoneId: made.id,
          reference,
          validFrom: new Date(house.clock.nowMs() - 60_000).toISOString(),
          validTo: new Date(house.clock.nowMs() + 3_600_000).toISOString(),
          ...more,
        },
        seller,
      )
    await shop.person('carla')
    await shop.person('dora')
    expect(await hold('carla')).toMatchObject({ outcome: 'denied', reason: 'no_ticket' })
    const ticket = (await sold('seat 1', { admits: 2 })).body
    expect(ticket).toMatchObject({ admits: 2, used: 0, shopperRef: null })
    expect((await sold('seat 1', { admits: 5 })).body.code).toBe('idempotency_key_conflict')
    expect(await hold('carla', ticket.id)).toMatchObject({ outcome: 'granted' })
    expect(await hold('dora', ticket.id)).toMatchObject({ outcome: 'denied', reason: 'ticket_other' })
    // From now on the palm is the ticket.
    expect(await hold('carla')).toMatchObject({ outcome: 'granted' })
    expect(await hold('carla')).toMatchObject({ outcome: 'denied', reason: 'ticket_used' })
    const other = (await sold('seat 2')).body
    expect((await post(`${house.url}/v1/tickets/${other.id}/cancel`, {}, seller)).body.cancelledAt).not.toBeNull()
    expect(await hold('dora', other.id)).toMatchObject({ outcome: 'denied', reason: 'no_ticket' })
    const events = await send(`${house.url}/v1/admissions?limit=200`, { headers: seller })
    expect(events.body.items.length).toBeGreaterThan(10)
  })
})
