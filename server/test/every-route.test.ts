import { type Permission, permits, STAFF_ROLES } from '@paume/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import type { ListedRoute } from '../src/http/app.ts'
import { type Asked, BODIES, FOREIGN_BODIES, IDS, NOT_JSON, PLAIN, SILENT } from './foreign-ids.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { OPEN_ROUTES } from './open-routes.ts'
import { signedIn, type TestPerson } from './staff-person.ts'

const STRANGERS = { id: 'org_01STRANGER0000000000000000', name: 'Strangers' }
/** Every role of an organisation at once: what still stops this person is whose things they are. */
const ALL_ROLES = STAFF_ROLES.filter((role) => role !== 'operator')

let house: TestHouse
let routes: readonly ListedRoute[]
let asked: Asked
let stranger: TestPerson
beforeAll(async () => {
  house = await startHouse()
  routes = house.paume.app.listedRoutes
  await withTransaction(house.paume.database.db, (tx) => house.paume.merchants.add(tx, STRANGERS, []))
  asked = {
    house,
    owner: await signedIn(house, { roles: ALL_ROLES }),
    other: await signedIn(house, { role: 'manager' }),
  }
  stranger = await signedIn(house, { roles: ALL_ROLES, organisationId: STRANGERS.id })
})
afterAll(() => house.stop())

const nameOf = ({ method, url }: ListedRoute) => `${method} ${url}`
const guarded = (kind: string) => routes.filter(({ guards }) => guards.some((guard) => guard.split(' ')[0] === kind))
/** As a browser of the console asks, with whatever headers; no guard looks at the body. */
const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) => {
  const given = body === undefined ? {} : { body: JSON.stringify(body) }
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  const reply = await fetch(`${stranger.origin}${path}`, { method, headers: { ...type, ...headers }, ...given })
  await reply.arrayBuffer()
  return reply.status
}
const filled = (url: string) => url.replace(/:\w+/g, 'x').replace('*', 'x')
const lastSequence = async () => {
  const last = house.paume.database.db
    .selectFrom('audit_entries')
    .select('sequence')
    .orderBy('sequence', 'desc')
    .limit(1)
  return (await last.executeTakeFirstOrThrow()).sequence
}
/** Whether it was written down that the stranger asked for this. */
const isWrittenDown = async (id: string, after: bigint) =>
  (
    await house.paume.database.db
      .selectFrom('audit_entries')
      .select('facts')
      .where('event', '=', 'foreign_id_asked')
      .where('facts', 'like', `%${stranger.staff.id}%`)
      .where('sequence', '>', after)
      .execute()
  ).some(({ facts }) => JSON.parse(facts).id === id)

describe('every route', () => {
  it('stands behind one guard, or is open for a reason that is written down', () => {
    const names = routes.map(nameOf)
    expect(routes.filter(({ guards }) => guards.length > 1).map(nameOf)).toEqual([])
    const open = routes.filter(({ guards }) => guards.length === 0).map(nameOf)
    expect([...new Set(open)].filter((name) => !(name in OPEN_ROUTES))).toEqual([])
    // Pages are registered where they are built; of everything else no line is left over.
    expect(Object.keys(OPEN_ROUTES).filter((name) => !names.includes(name))).toEqual([])
  })

  it('with a guard refuses whoever shows nothing', async () => {
    const wrong: string[] = []
    for (const route of routes.filter(({ guards }) => guards.length > 0)) {
      const status = await ask(route.method, filled(route.url), { origin: stranger.origin })
      if (status !== 401) wrong.push(`${nameOf(route)}: ${status}`)
    }
    expect(wrong).toEqual([])
  })

  it('of devices, shoppers and operators is closed to a person of an organisation', async () => {
    const wrong: string[] = []
    for (const route of [...guarded('operator'), ...guarded('device'), ...guarded('shopper')]) {
      const status = await ask(route.method, filled(route.url), stranger.headers)
      if (status !== 401) wrong.push(`${nameOf(route)}: ${status}`)
    }
    expect(wrong).toEqual([])
  })

  it('that changes something by a session is closed to a page of others', async () => {
    const wrong: string[] = []
    for (const route of [...guarded('staff'), ...guarded('person')].filter(({ method }) => method !== 'GET')) {
      for (const origin of ['https://evil.example', 'null', undefined]) {
        const { cookie } = stranger.headers
        const status = await ask(route.method, filled(route.url), { cookie: cookie!, ...(origin && { origin }) })
        if (status !== 403) wrong.push(`${nameOf(route)} from ${origin}: ${status}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('a person of one organisation who asks for something of another', () => {
  it('is told that there is nothing, by every route, and is written down', async () => {
    const wrong: string[] = []
    for (const route of [...guarded('staff'), ...guarded('person')]) {
      if (!route.url.includes('/:') || !mayAtAll(route)) continue
      const path = await foreignPath(route)
      if (path === null) {
        wrong.push(`${nameOf(route)}: has no line in IDS of foreign-ids.ts`)
        continue
      }
      const before = await lastSequence()
      const raw = NOT_JSON[nameOf(route)]
      const headers = raw === undefined ? stranger.headers : { ...stranger.headers, 'content-type': raw.type }
      const status = await ask(route.method, path.path + (raw?.query ?? ''), headers, bodyOf(route))
      if (status !== 404) wrong.push(`${nameOf(route)}: ${status}${status === 400 ? ' (a line in BODIES?)' : ''}`)
      const told = await isWrittenDown(path.id, before)
      if (!told && !Object.keys(SILENT).some((prefix) => route.url.startsWith(prefix)))
        wrong.push(`${nameOf(route)}: left no entry`)
    }
    expect(wrong).toEqual([])
  })

  it('is told the same when the identifier stands in what is sent', async () => {
    const wrong: string[] = []
    for (const [method, path, body] of FOREIGN_BODIES) {
      const status = await ask(method, path, stranger.headers, body(asked))
      if (status !== 404) wrong.push(`${method} ${path}: ${status}`)
    }
    expect(wrong).toEqual([])
  })
})

/** Whether any role of an organisation opens it; what only operators may is not asked for. */
const mayAtAll = ({ guards }: ListedRoute) => {
  const [kind, permission] = guards[0]!.split(' ')
  return kind === 'person' || permits(ALL_ROLES, permission as Permission)
}

const bodyOf = (route: ListedRoute) =>
  BODIES[nameOf(route)] ?? (route.method === 'GET' || route.method === 'DELETE' ? undefined : {})

/** The route's path with an identifier of the asked organisation; null when nobody said how to have one. */
async function foreignPath({ url }: ListedRoute): Promise<{ path: string; id: string } | null> {
  let path = url
  for (const [place, value] of Object.entries(PLAIN)) path = path.replace(new RegExp(`${place}\\b`), value)
  const prefix = Object.keys(IDS)
    .filter((each) => path === each || path.startsWith(`${each}/`) || path.startsWith(`${each}.`))
    .sort((a, b) => b.length - a.length)[0]
  if (prefix === undefined) return path.includes('/:') ? null : { path, id: '' }
  const id = await IDS[prefix]!(asked)
  path = path.replace(/:\w+/, id)
  return path.includes('/:') ? null : { path, id }
}
