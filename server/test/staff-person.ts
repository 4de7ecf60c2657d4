import type { StaffRole } from '@paume/contract'
import { withTransaction } from '../src/database.ts'
import { newId } from '../src/ids.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import type { Staff } from '../src/routing.ts'
import { freshHandle } from '../src/staff/passkeys.ts'
import type { TestHouse } from './harness.ts'
import type { Reply } from './test-device.ts'

/** Somebody who is signed in, as their browser is: with a cookie and the origin of the console. */
export type TestPerson = {
  staff: Staff & { id: string }
  /** `cookie` and `origin`. */
  headers: Record<string, string>
  /** The console's address of the house: passkeys know no address of numbers. */
  origin: string
  call<T = any>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply<T>>
}

export type PersonOptions = {
  role?: StaffRole
  roles?: StaffRole[]
  /** Left out: the demo's, and none for operators. */
  organisationId?: string | null
  shopIds?: string[]
  name?: string
}

/** Makes a person and signs them in, without going through a passkey: for stories about what comes after. */
export async function signedIn(house: TestHouse, options: PersonOptions = {}): Promise<TestPerson> {
  const { paume } = house
  const at = new Date(paume.clock.nowMs())
  const roles = options.roles ?? [options.role ?? 'owner']
  const own = roles.includes('operator') ? null : DEMO_ORGANISATION.id
  const staff = {
    id: newId('staff', at.getTime()),
    name: options.name ?? `Test ${roles.join(' ')}`,
    organisationId: options.organisationId === undefined ? own : options.organisationId,
    shopIds: options.shopIds ?? null,
    roles,
  }
  const token = await withTransaction(paume.database.db, async (tx) => {
    await tx
      .insertInto('staff_person')
      .values({
        id: staff.id,
        name: staff.name,
        organisation_id: staff.organisationId,
        roles,
        shop_ids: staff.shopIds,
        user_handle: freshHandle(),
        invited_by: null,
        created_at: at,
        keys_made_at: at,
        last_seen_at: at,
        revoked_at: null,
      })
      .execute()
    const start = { personId: staff.id, via: 'passkey', browser: 'test' } as const
    return (await paume.staff.sessions.start(tx, start)).token
  })
  const origin = house.url.replace('127.0.0.1', 'localhost')
  const headers = { cookie: `paume-staff=${token}`, origin }
  return { staff, headers, origin, call: (...request) => callAs(origin, headers, ...request) }
}

/** One request as a browser of the console sends it. */
export async function callAs<T = any>(
  origin: string,
  own: Record<string, string>,
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Reply<T>> {
  const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  const reply = await fetch(`${origin}${path}`, {
    method,
    headers: { ...own, ...json, ...more },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const text = await reply.text()
  const parsed = reply.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  return { status: reply.status, body: parsed as T, headers: reply.headers }
}
