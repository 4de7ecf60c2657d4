import { expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { DEMO_ORGANISATION, DEMO_SHOPS } from '../src/merchants/demo.ts'
import { openShop } from './shop.ts'
import { callAs, signedIn } from './staff-person.ts'

const { house } = await openShop()
const [here, there] = DEMO_SHOPS.map(({ id }) => id)
const STRANGERS = { id: 'org_01STRANGER0000000000000000', name: 'Strangers' }
await withTransaction(house.paume.database.db, (tx) => house.paume.merchants.add(tx, STRANGERS, []))

const rightsPath = (id: string) => `/v1/staff/people/${id}/rights`
const events = async (event: string) =>
  (await house.paume.database.db.selectFrom('audit_entries').select('facts').where('event', '=', event).execute()).map(
    ({ facts }) => JSON.parse(facts),
  )

it('a manager raising their own role gets nowhere', async () => {
  const manager = await signedIn(house, { role: 'manager' })
  const owner = { roles: ['owner'], shopIds: null }
  expect((await manager.call('PUT', rightsPath(manager.staff.id), owner)).body.code).toBe('permission_missing')
  expect((await manager.call('POST', '/v1/staff/invitations', { name: 'Me again', ...owner })).body.code).toBe(
    'permission_missing',
  )
  const me = await manager.call('GET', '/v1/staff/me')
  expect(me.body.roles).toEqual(['manager'])
})

it('an owner changes nobody beyond their reach: not themselves, not an operator, not another organisation', async () => {
  const owner = await signedIn(house, { role: 'owner' })
  const operator = await signedIn(house, { role: 'operator' })
  const stranger = await signedIn(house, { role: 'cashier', organisationId: STRANGERS.id })
  const all = { roles: ['owner', 'manager'], shopIds: null }
  expect((await owner.call('PUT', rightsPath(owner.staff.id), all)).body.code).toBe('rights_beyond_own')
  expect((await owner.call('DELETE', `/v1/staff/people/${owner.staff.id}`)).body.code).toBe('rights_beyond_own')
  expect((await owner.call('PUT', rightsPath(operator.staff.id), all)).status).toBe(404)
  expect((await owner.call('PUT', rightsPath(stranger.staff.id), all)).status).toBe(404)
  const asked = (await events('foreign_id_asked')).map(({ id }) => id)
  expect(asked).toEqual(expect.arrayContaining([operator.staff.id, stranger.staff.id]))
  const invited = await owner.call('POST', '/v1/staff/invitations', { name: 'X', roles: ['operator'], shopIds: null })
  expect(invited.body.code).toBe('rights_beyond_own')
})

it('an owner of one shop gives rights for that shop, and for no other', async () => {
  const local = await signedIn(house, { role: 'owner', shopIds: [here!] })
  const invite = (shopIds: string[] | null) =>
    local.call('POST', '/v1/staff/invitations', { name: 'New', roles: ['manager'], shopIds })
  expect((await invite([here!])).status).toBe(201)
  for (const shops of [[there!], [here!, there!], null])
    expect((await invite(shops)).body.code).toBe('rights_beyond_own')
  const far = await signedIn(house, { role: 'manager', shopIds: [there!] })
  expect((await local.call('GET', `/v1/staff/people/${far.staff.id}`)).status).toBe(404)
  const listed = await local.call('GET', '/v1/staff/people?limit=200')
  const ids = (reply: typeof listed) => reply.body.items.map(({ id }: { id: string }) => id)
  expect(ids(listed)).toContain(local.staff.id)
  expect(ids(listed)).not.toContain(far.staff.id)
  expect((await local.call('GET', '/v1/staff/invitations')).body.items).toMatchObject([{ shopIds: [here] }])
  expect((await local.call('GET', '/v1/staff/approvals')).body.items).toEqual([])
  const managers = await local.call('GET', '/v1/staff/people?role=manager&sort=-name&limit=200')
  expect(new Set(managers.body.items.flatMap(({ roles }: { roles: string[] }) => roles))).toEqual(new Set(['manager']))
})

it('whoever is revoked is out with the next request, and so is whatever they gave out', async () => {
  const owner = await signedIn(house, { role: 'owner' })
  const second = await signedIn(house, { role: 'owner' })
  const invited = await second.call('POST', '/v1/staff/invitations', { name: 'Y', roles: ['cashier'], shopIds: null })
  const token = new URL(invited.body.link).hash.slice(1)
  const look = () => callAs(owner.origin, { origin: owner.origin }, 'POST', '/v1/staff/invitations/look', { token })
  expect((await look()).body).toMatchObject({ name: 'Y', roles: ['cashier'], invitedBy: second.staff.name })
  expect((await second.call('GET', '/v1/staff/me')).status).toBe(200)
  const revoked = await owner.call('DELETE', `/v1/staff/people/${second.staff.id}`)
  expect(revoked.body).toMatchObject({ state: 'revoked', mayChange: false })
  expect((await second.call('GET', '/v1/staff/me')).status).toBe(401)
  expect((await look()).body.code).toBe('invitation_unknown')
  expect((await owner.call('DELETE', `/v1/staff/people/${second.staff.id}`)).status).toBe(404)
})

it('the last owner stays, also when two take each other’s rights at the same moment', async () => {
  const organisation = { id: 'org_01THETW0000000000000000000', name: 'The two' }
  await withTransaction(house.paume.database.db, (tx) => house.paume.merchants.add(tx, organisation, []))
  const [a, b] = [
    await signedIn(house, { role: 'owner', organisationId: organisation.id }),
    await signedIn(house, { role: 'owner', organisationId: organisation.id }),
  ]
  const replies = await Promise.all([
    a.call('DELETE', `/v1/staff/people/${b.staff.id}`),
    b.call('DELETE', `/v1/staff/people/${a.staff.id}`),
  ])
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
  const people = await house.paume.database.db
    .selectFrom('staff_person')
    .select('id')
    .where('organisation_id', '=', organisation.id)
    .where('state', '=', 'active')
    .execute()
  expect(people).toHaveLength(1)
  const operator = await signedIn(house, { role: 'operator' })
  const last = await operator.call('DELETE', `/v1/staff/people/${people[0]!.id}`)
  expect(last.body.code).toBe('last_of_its_kind')
  const lessened = await operator.call('PUT', rightsPath(people[0]!.id), { roles: ['manager'], shopIds: null })
  expect(lessened.body.code).toBe('last_of_its_kind')
})

it('the operator’s token invites the first person, over the console’s own address', async () => {
  const origin = house.url.replace('127.0.0.1', 'localhost')
  const ask = { name: 'First', roles: ['operator'], shopIds: null }
  const reply = await callAs(origin, house.operator, 'POST', '/v1/staff/invitations', ask)
  expect(reply.body.link).toMatch(new RegExp(`^${origin}/console/join#[\\w-]{43}$`))
  const elsewhere = await callAs(house.url, house.operator, 'POST', '/v1/staff/invitations', ask)
  expect(elsewhere).toMatchObject({ status: 421, body: { code: 'console_address' } })
  const both = { name: 'X', roles: ['operator', 'owner'], shopIds: null, organisationId: DEMO_ORGANISATION.id }
  expect((await callAs(origin, house.operator, 'POST', '/v1/staff/invitations', both)).body.code).toBe(
    'rights_beyond_own',
  )
})
