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

/** A palm of the demo that seemed to be there already. */
const review: Maker = async ({ house }) => {
  const id = newId('review', house.clock.nowMs())
  const { id: shopId } = DEMO_SHOPS[0]!
  await sql`
    insert into duplicate_reviews (id, enrolment_id, shop_id, hand, shopper_id, noticed_at, organisation_id, noticed_by)
    values (${id}, 'enr_1', ${shopId}, 'L', 'shp_1', now(), ${DEMO_ORGANISATION.id}, ${DEMO_ORGANISATION.id})`.execute(
    house.paume.database.db,
  )
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
  '/v1/console/reviews/:id': review,
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
export const PLAIN: Record<string, string> = { ':currency': 'USD', ':sequence': '1' }

/** Bodies that routes with an identifier in their path want before they look at it. */
export const BODIES: Record<string, unknown> = {
  'POST /v1/devices/:id/codes': { for: 'now' },
  'POST /v1/devices/:id/flash': { flash: 'off' },
  'POST /v1/devices/:id/lane': { laneId: null },
  'POST /v1/devices/:id/move': { shopId: DEMO_SHOPS[1]!.id },
  'POST /v1/devices/:id/name': { name: 'Ours now' },
  'POST /v1/devices/:id/near-infrared': { nearInfrared: true },
  'POST /v1/settings-templates/:id/versions': { settings: { soundPercent: 1 } },
  'POST /v1/console/reviews/:id/decide': { decision: 'twins' },
  'POST /v1/staff/approvals/:id/decision': { approve: true },
  'PUT /v1/staff/people/:id/rights': { roles: ['cashier'], shopIds: null },
  'PUT /v1/staff/me/passkeys/:id': { name: 'Mine' },
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
