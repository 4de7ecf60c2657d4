import type { IdKind } from '@paume/contract'
import { sql } from 'kysely'
import { demoDevices } from '../src/devices/demo.ts'
import { newId } from '../src/ids.ts'
import { DEMO_ORGANISATION, DEMO_SHOPS } from '../src/merchants/demo.ts'
import type { TestHouse } from './harness.ts'
import type { TestPerson } from './staff-person.ts'

/** The organisation that is asked about from outside: the demo's, with somebody who may do everything there. */
export type Asked = { house: TestHouse; owner: TestPerson; other: TestPerson }

type Maker = (asked: Asked) => Promise<string>
const always = (id: string): Maker => (() => Promise.resolve(id)) as Maker
/** Makes something as the asked organisation's own owner and answers its `id`. */
const made =
  (path: string, body: unknown): Maker =>
  async ({ owner }) => {
    const reply = await owner.call('POST', path, body)
    if (reply.status >= 300) throw new Error(`${path}: ${JSON.stringify(reply.body)}`)
    return reply.body.id
  }

const template = made('/v1/settings-templates', { name: 'Quiet', settings: { soundPercent: 0 } })
const approval = made('/v1/staff/approvals', {
  action: 'export.people',
  request: { method: 'GET', path: '/v1/staff/people.csv' },
  reason: 'A list for the insurance.',
})

const FILLED: Record<string, string> = { integer: '1', bigint: '1', boolean: 'false', jsonb: `'[]'` }
/**
 * Writes a row of the demo's into `table` and answers its `id`. Columns that must hold something and are not named hold the least that
 * fits their type; `organisation_id` and `shop_id` are the demo's.
 */
const row =
  (table: string, kind: IdKind, columns: Record<string, unknown> = {}): Maker =>
  async ({ house }) => {
    const { db } = house.paume.database
    const id = newId(kind, house.clock.nowMs())
    const { rows } = await sql<{ name: string; type: string }>`
      select column_name as name, data_type as type from information_schema.columns
       where table_name = ${table} and is_nullable = 'NO' and column_default is null and is_generated = 'NEVER'`.execute(
      db,
    )
    const own = { id, organisation_id: DEMO_ORGANISATION.id, shop_id: DEMO_SHOPS[0]!.id }
    const values = rows.map(({ name, type }) => {
      const value = columns[name] ?? own[name as keyof typeof own]
      if (value !== undefined) return sql`${value}`
      return type === 'text' ? sql`${id}` : sql.raw(FILLED[type] ?? 'now()')
    })
    const names = sql.join(rows.map(({ name }) => sql.id(name)))
    await sql`insert into ${sql.table(table)} (${names}) values (${sql.join(values)})`.execute(db)
    return id
  }

/**
 * Where an identifier stands in a path, and how one of the asked organisation is had. The longest beginning of a route counts. A new
 * route whose path names something needs a line here; the test says so.
 */
export const IDS: Record<string, Maker> = {
  '/v1/devices/:id': always(demoDevices(DEMO_SHOPS)[0]!.id),
  '/v1/shops/:id': always(DEMO_SHOPS[0]!.id),
  '/v1/organisations/:id': always(DEMO_ORGANISATION.id),
  '/v1/console/payments/:id': row('payment', 'payment', {
    state: 'cancelled',
    reason: 'cancelled_by_till',
    currency: 'USD',
    capture: 'automatic',
    language: 'en',
  }),
  '/v1/console/reviews/:id': row('duplicate_reviews', 'review', { hand: 'L' }),
  '/v1/brands/:id': row('brands', 'brand'),
  '/v1/phases/:id': row('rollout_phases', 'phase'),
  '/v1/rollouts/:id': row('shop_imports', 'rollout', { state: 'checked' }),
  '/v1/attestations/:id': row('shop_attestations', 'attestation'),
  '/v1/console/zones/:id': row('admission_zone', 'zone', { admits: 'granted' }),
  '/v1/console/gates/settings/:shop': always(DEMO_SHOPS[0]!.id),
  '/v1/console/gates/sessions/:id': row('gate_session', 'gateSession', { state: 'inside', payer: 'palm' }),
  '/v1/console/gates/keys/:id': row('gate_key', 'zone'),
  '/v1/settings-templates/:id': template,
  '/v1/settings-rollouts/:id': async (asked) =>
    made('/v1/settings-rollouts', { templateId: await template(asked), version: 1 })(asked),
  '/v1/staff/people/:id': async ({ other }) => other.staff.id,
  '/v1/staff/invitations/:id': made('/v1/staff/invitations', { name: 'New', roles: ['manager'], shopIds: null }),
  '/v1/staff/approvals/:id': approval,
  '/v1/staff/me/sessions/:id': async ({ owner }) =>
    (await owner.call('GET', '/v1/staff/me/sessions')).body.sessions[0].id,
  '/v1/staff/me/passkeys/:id': always('psk_01KAPAVME000000000000000B0'),
}

/** Parts of paths that name no row of anybody. */
export const PLAIN: Record<string, string> = {
  ':currency': 'USD',
  ':sequence': '1',
  // The second of two: the first is whose it is.
  ':laneId': 'lan_01KAPAVME000000000000000B0',
  ':device': demoDevices(DEMO_SHOPS)[0]!.id,
  ':ref': 'psn_01KAPAVME000000000000000B0',
}

/** Bodies that routes with an identifier in their path want before they look at it. */
export const BODIES: Record<string, unknown> = {
  'POST /v1/devices/:id/codes': { for: 'now' },
  'POST /v1/devices/:id/flash': { flash: 'off' },
  'POST /v1/devices/:id/lane': { laneId: null },
  'POST /v1/devices/:id/move': { shopId: DEMO_SHOPS[1]!.id },
  'POST /v1/devices/:id/name': { name: 'Ours now' },
  'POST /v1/devices/:id/near-infrared': { nearInfrared: true },
  'POST /v1/settings-templates/:id/versions': { settings: { soundPercent: 1 } },
  'POST /v1/console/payments/:id/refunds': { reason: 'Ours' },
  'POST /v1/console/reviews/:id/decide': { decision: 'twins' },
  'PUT /v1/organisations/:id/limits/:currency': {
    chargeMinor: 100,
    stepUpAboveMinor: null,
    shopperDayMinor: null,
    merchantDayMinor: null,
    shopperPerHour: null,
    cardPerHour: null,
    terminalPerHour: null,
  },
  'POST /v1/shops/:id/state': { state: 'live' },
  'POST /v1/shops/:id/lanes': { name: 'Ours', kind: 'till' },
  'PUT /v1/shops/:id/lanes/:laneId': { name: 'Ours' },
  'PUT /v1/brands/:id': { name: 'Ours' },
  'POST /v1/phases/:id/shops': { shopIds: [DEMO_SHOPS[0]!.id] },
  'PUT /v1/organisations/:id/gallery': { gallery: 'own' },
  'PUT /v1/console/zones/:id': {
    shopId: DEMO_SHOPS[0]!.id,
    name: 'Ours',
    admits: 'anyone',
    windows: [],
    againAfterMinutes: null,
  },
  'PUT /v1/console/zones/:id/doors/:device': { direction: 'in' },
  'POST /v1/console/zones/:id/grants': { shopperRef: 'psn_01KAPAVME000000000000000B0', label: 'Ours' },
  'POST /v1/console/gates/sessions/:id/waive': { reason: 'Ours' },
  'PUT /v1/console/gates/settings/:shop': {
    holdMinor: 100,
    holdEachMoreMinor: 0,
    mostInAGroup: 1,
    cartWithinHours: 1,
    adjustWithinDays: 0,
  },
  'POST /v1/staff/approvals/:id/decision': { approve: true },
  'PUT /v1/staff/people/:id/rights': { roles: ['cashier'], shopIds: null },
  'PUT /v1/staff/me/passkeys/:id': { name: 'Mine' },
}

/** Routes that take something else than JSON: what type it has, and the query beside it. */
export const NOT_JSON: Record<string, { type: string; query: string }> = {
  'POST /v1/shops/:id/attestations': { type: 'image/jpeg', query: '?postedOn=2026-11-24&entrances=1' },
}

/** Routes with something of somebody else's in the body: what `A` sends must be answered as if it did not exist. */
export const FOREIGN_BODIES: readonly (readonly [method: string, path: string, body: (asked: Asked) => unknown])[] = [
  ['POST', '/v1/devices', () => ({ kind: 'terminal', shopId: DEMO_SHOPS[0]!.id, name: 'Ours' })],
  ['POST', '/v1/staff/invitations', () => ({ name: 'X', roles: ['cashier'], shopIds: [DEMO_SHOPS[0]!.id] })],
  [
    'POST',
    '/v1/staff/invitations',
    () => ({ name: 'X', roles: ['cashier'], shopIds: null, organisationId: DEMO_ORGANISATION.id }),
  ],
  ['GET', `/v1/staff/places?organisationId=${DEMO_ORGANISATION.id}`, () => undefined],
]

/** Answers that leave no entry, and why. */
export const SILENT: Record<string, string> = {
  '/v1/staff/me/sessions/:id': "one's own: the person is part of the question, whose else it is nobody looks at",
  '/v1/staff/me/passkeys/:id': "one's own: the person is part of the question, whose else it is nobody looks at",
  '/v1/console/audit/:sequence': 'a place in one log of all; entries that are not theirs are not found there',
}
