import type { ConsoleHealth, FalseRefusalsReport, FunnelReport, Overview, ShopsReport } from '@paume/contract'
import { beforeAll, describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { enrol, enrolToPalms } from './enrol.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { refund } from './sale.ts'
import { openShop } from './shop.ts'
import { signedIn, type TestPerson } from './staff-person.ts'

const { house, register, terminal } = await openShop()
const kiosk = await house.pair('kiosk')
let owner: TestPerson

const overview = async (query = '', person = owner) => {
  await house.paume.reports.flush()
  const reply = await person.call<Overview>('GET', `/v1/console/overview${query}`)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}

beforeAll(async () => {
  owner = await signedIn(house)
  expect((await enrol(kiosk, (hand) => standInBurst('ann', hand))).status).toBe(200)
  await enrolToPalms(kiosk)
  // Paid at the first hover, and half given back.
  const first = await presentPayment(register, terminal, 2_000)
  expect((await hover(terminal, first.id, standInBurst('ann', 'R'))).body.outcome).toBe('approved')
  expect((await refund(register, first.id, { amountMinor: 500 })).status).toBe(200)
  // Refused once, then recognised, within one payment.
  const second = await presentPayment(register, terminal, 1_000)
  expect((await hover(terminal, second.id, standInBurst('nobody', 'R'))).body.outcome).toBe('try_again')
  expect((await hover(terminal, second.id, standInBurst('ann', 'L'))).body.outcome).toBe('approved')
  // Never recognised.
  const third = await presentPayment(register, terminal, 700)
  for (const _ of [1, 2]) await hover(terminal, third.id, standInBurst('nobody', 'R'))
})

describe('the overview of a day', () => {
  it('counts hovers and payments, and adds up money by the ledger', async () => {
    const today = await overview()
    const counts = Object.fromEntries(today.hovers.byOutcome.map(({ outcome, count }) => [outcome, count]))
    expect(counts).toMatchObject({ identified: 2, not_recognised: 3, poor_quality: 0 })
    expect(today.hovers.total).toBe(5)
    expect(today.hovers.p95).toMatchObject({ orMore: false })
    expect(today.payments).toMatchObject({
      approved: 2,
      declined: 1,
      byReason: [{ reason: 'not_recognised', count: 1 }],
    })
    expect(today.money).toEqual([
      { currency: 'USD', chargedMinor: 3_000, refundedMinor: 500, netMinor: 2_500, charges: 2, refunds: 1 },
    ])
    expect(today.hours).toHaveLength(24)
    expect(today.hours.reduce((sum, { hovers }) => sum + hovers, 0)).toBe(5)
    expect(today.hours.reduce((sum, { approved }) => sum + approved, 0)).toBe(2)
    expect(today.shops[0]).toMatchObject({ hovers: 5, identified: 2, refused: 3, approved: 2, declined: 1 })
    expect(today.brands.reduce((sum, { hovers }) => sum + hovers, 0)).toBe(5)
    expect(JSON.stringify(today)).not.toMatch(/shp_|psn_|similarity/)
  })

  it('shows a day without anything as zeros, and knows no shop of others', async () => {
    const then = await overview('?day=2020-02-29')
    expect([then.hovers.total, then.hovers.p50, then.money]).toEqual([0, null, []])
    const [first] = then.shops
    const organisation = { id: 'org_00000000000000000000000009', name: 'Elsewhere' }
    await withTransaction(house.paume.database.db, (tx) => house.paume.merchants.add(tx, organisation, []))
    const elsewhere = await signedIn(house, { organisationId: organisation.id })
    expect((await overview('', elsewhere)).shops).toEqual([])
    const asked = await elsewhere.call('GET', `/v1/console/overview?shopId=${first!.shop.id}`)
    expect(asked.status).toBe(404)
    expect((await owner.call('GET', '/v1/console/overview?day=2020-02-30')).status).toBe(400)
  })

  it('takes each shop by the calendar on its own wall', async () => {
    const { db } = house.paume.database
    const before = await overview()
    const busy = before.shops[0]!.shop.id
    const zoneOf = (timeZone: string, id: string) =>
      db.updateTable('shops').set({ time_zone: timeZone }).where('id', '=', id).execute()
    // Twenty-five hours apart: today is never one date for both.
    await zoneOf('Pacific/Kiritimati', busy)
    await zoneOf('Pacific/Pago_Pago', before.shops.at(-1)!.shop.id)
    const today = await overview()
    expect(today.days.length).toBe(2)
    expect([today.hovers.total, today.payments.approved, today.money]).toEqual([5, 2, before.money])
    const [earlier, later] = today.days
    expect((await overview(`?day=${later}&shopId=${busy}`)).hovers.total).toBe(5)
    expect((await overview(`?day=${earlier}&shopId=${busy}`)).hovers.total).toBe(0)
    const hourThere = Number(
      new Intl.DateTimeFormat('en-GB', { hour: '2-digit', timeZone: 'Pacific/Kiritimati' }).format(house.clock.nowMs()),
    )
    expect(today.hours[hourThere]!.hovers + today.hours[(hourThere + 23) % 24]!.hovers).toBe(5)
    for (const { shop } of before.shops) await zoneOf('UTC', shop.id)
  })

  it('leaves out shops that somebody does not work for', async () => {
    const all = await overview()
    const [busy, quiet] = [all.shops[0]!, all.shops.at(-1)!]
    const manager = await signedIn(house, { role: 'manager', shopIds: [quiet.shop.id] })
    const seen = await overview('', manager)
    expect(seen.shops.map(({ shop }) => shop.id)).toEqual([quiet.shop.id])
    expect(seen.money).toEqual([])
    expect((await manager.call('GET', `/v1/console/overview?shopId=${busy.shop.id}`)).status).toBe(404)
    const cashier = await signedIn(house, { role: 'cashier' })
    expect((await cashier.call('GET', '/v1/console/overview')).status).toBe(403)
  })
})

describe('reports over a period', () => {
  it('follow shoppers from the offer to the second payment', async () => {
    const { body } = await owner.call<FunnelReport>('GET', '/v1/console/reports/funnel')
    expect(body.total).toEqual({ offered: 2, consented: 2, enrolled: 1, first_use: 1, repeat: 1 })
  })

  it('show refusals that were followed by a success', async () => {
    const { body } = await owner.call<FalseRefusalsReport>('GET', '/v1/console/reports/false-refusals')
    expect(body.devices).toHaveLength(1)
    expect(body.devices[0]).toMatchObject({
      hovers: 5,
      identified: 2,
      refused: 3,
      refusedThenIdentified: 1,
      rate: 1 / 3,
    })
    expect(body.devices[0]!.device.name).not.toMatch(/^dev_/)
    expect(body.devices[0]!.hours.reduce((sum, hour) => sum + hour.refusedThenIdentified, 0)).toBe(1)
  })

  it('come as figures, as a table and as a document', async () => {
    const shops = await owner.call<ShopsReport>('GET', '/v1/console/reports/shops')
    expect(shops.body.money[0]).toMatchObject({ netMinor: 2_500 })
    for (const name of ['funnel', 'false-refusals', 'drift', 'shops']) {
      const csv = await owner.call<string>('GET', `/v1/console/reports/${name}?format=csv`)
      expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
      expect(csv.headers.get('content-disposition')).toMatch(new RegExp(`^attachment; filename="paume-${name}-`))
      for (const language of ['en', 'zh']) {
        const pdf = await owner.call<string>('GET', `/v1/console/reports/${name}?format=pdf&language=${language}`)
        expect([pdf.status, pdf.body.slice(0, 5)]).toEqual([200, '%PDF-'])
      }
    }
    const table = await owner.call<string>('GET', '/v1/console/reports/shops?format=csv')
    expect(table.body).toContain(',5,2,3,')
    expect(table.body).toContain('USD,30.00,5.00,25.00')
  })

  it('refuse periods that are none', async () => {
    for (const query of ['from=2026-02-02&to=2026-02-01', 'from=2020-01-01&to=2026-01-01', 'from=2026-13-01'])
      expect((await owner.call('GET', `/v1/console/reports/shops?${query}`)).status, query).toBe(400)
  })
})

describe('the health of the installation', () => {
  it('names this node, queues and processors', async () => {
    const operator = await signedIn(house, { role: 'operator' })
    const { status, body } = await operator.call<ConsoleHealth>('GET', '/v1/console/health')
    expect(status).toBe(200)
    expect(body.database).toMatchObject({ state: expect.any(String), tenantsEnforced: true })
    expect(body.nodes).toEqual([expect.objectContaining({ self: true, state: 'up', galleryLoaded: true, palms: 2 })])
    expect(body.queues.map(({ name }) => name)).toEqual(['outbox', 'webhooks'])
    expect(body.processors).toEqual([expect.objectContaining({ name: 'sandbox', sandbox: true, state: 'ok' })])
    expect((await owner.call('GET', '/v1/console/health')).status).toBe(403)
  })
})
