import { expect, it } from 'vitest'
import { openShop } from './shop.ts'
import { callAs, signedIn } from './staff-person.ts'

const MINUTE_MS = 60_000
const { house } = await openShop()
const origin = house.url.replace('127.0.0.1', 'localhost')
const visit = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  callAs(origin, { origin, ...headers }, method, path, body)

it('a session ends an hour after the last request, and twelve hours after the first whatever is done', async () => {
  const idle = await signedIn(house)
  house.clock.moveMs(59 * MINUTE_MS)
  expect((await idle.call('GET', '/v1/staff/me')).status).toBe(200)
  house.clock.moveMs(59 * MINUTE_MS)
  expect((await idle.call('GET', '/v1/staff/me')).status).toBe(200)
  house.clock.moveMs(61 * MINUTE_MS)
  expect((await idle.call('GET', '/v1/staff/me')).status).toBe(401)
  const busy = await signedIn(house)
  for (let hour = 0; hour < 12; hour++) {
    expect((await busy.call('GET', '/v1/staff/me')).status).toBe(200)
    house.clock.moveMs(59 * MINUTE_MS)
  }
  house.clock.moveMs(12 * MINUTE_MS)
  expect((await busy.call('GET', '/v1/staff/me')).status).toBe(401)
})

it('what changes one’s own keys wants a passkey shown a short while ago', async () => {
  const person = await signedIn(house)
  expect((await person.call('POST', '/v1/staff/me/recovery-codes')).body.codes).toHaveLength(10)
  house.clock.moveMs(16 * MINUTE_MS)
  for (const [method, path] of [
    ['POST', '/v1/staff/me/recovery-codes'],
    ['POST', '/v1/staff/me/passkeys/begin'],
    ['DELETE', '/v1/staff/me/passkeys/psk_01KAPAVME000000000000000B0'],
  ] as const)
    expect((await person.call(method, path)).body.code).toBe('sign_in_again')
})

it('a recovery code opens a session for a new passkey only, once, whoever is quicker', async () => {
  const person = await signedIn(house)
  const { codes } = (await person.call('POST', '/v1/staff/me/recovery-codes')).body
  const replies = await Promise.all(
    [1, 2, 3].map(() => visit('POST', '/v1/staff/sign-in/recovery-code', { code: codes[3] })),
  )
  const [won, ...others] = replies.sort((a, b) => a.status - b.status)
  expect(won!.body).toMatchObject({ id: person.staff.id, passkeyDue: true, recoveryCodesLeft: 9 })
  expect(others.map(({ body }) => body.code)).toEqual(['recovery_code_wrong', 'recovery_code_wrong'])
  const cookie = won!.headers.get('set-cookie')!
  expect(cookie).toMatch(/^paume-staff=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/)
  const own = { cookie: cookie.split(';')[0]! }
  expect((await visit('GET', '/v1/staff/me', undefined, own)).status).toBe(200)
  expect((await visit('GET', '/v1/staff/people', undefined, own)).body.code).toBe('passkey_due')
  expect((await visit('POST', '/v1/staff/me/recovery-codes', {}, own)).body.code).toBe('passkey_due')
  expect((await visit('POST', '/v1/staff/me/passkeys/begin', {}, own)).body.options.challenge).toMatch(/^[\w-]{43}$/)
  // New codes end the old ones.
  const fresh = (await person.call('POST', '/v1/staff/me/recovery-codes')).body.codes
  expect((await visit('POST', '/v1/staff/sign-in/recovery-code', { code: codes[0] })).status).toBe(401)
  expect((await visit('POST', '/v1/staff/sign-in/recovery-code', { code: fresh[0] })).status).toBe(200)
})

it('whoever guesses codes or links is locked out for a quarter of an hour, also with a right one', async () => {
  const person = await signedIn(house)
  const { codes } = (await person.call('POST', '/v1/staff/me/recovery-codes')).body
  house.clock.moveMs(16 * MINUTE_MS)
  const guess = (code: string) => visit('POST', '/v1/staff/sign-in/recovery-code', { code })
  for (let n = 0; n < 5; n++) expect((await guess(`0000-0000-0000-000${n}`)).status).toBe(401)
  expect((await guess(codes[0])).body.code).toBe('rate_limited')
  expect((await visit('POST', '/v1/staff/invitations/look', { token: 'A'.repeat(43) })).body.code).toBe('rate_limited')
  house.clock.moveMs(16 * MINUTE_MS)
  expect((await guess(codes[0])).status).toBe(200)
})

it('a page of others, an address of numbers and a made-up cookie open nothing', async () => {
  const evil = { origin: 'https://evil.example' }
  expect((await visit('POST', '/v1/staff/sign-in/begin', {}, evil)).body.code).toBe('origin_refused')
  expect((await visit('POST', '/sandbox/console/enter', { who: 'operator' }, evil)).body.code).toBe('origin_refused')
  const numbers = await callAs(house.url, { origin: house.url }, 'POST', '/v1/staff/sign-in/begin', {})
  expect(numbers.body.code).toBe('console_address')
  const forwarded = { 'x-forwarded-for': '203.0.113.7' }
  expect((await visit('POST', '/sandbox/console/enter', { who: 'operator' }, forwarded)).status).toBe(404)
  const cookie = `paume-staff=${'A'.repeat(43)}`
  expect((await visit('GET', '/v1/staff/me', undefined, { cookie })).status).toBe(401)
  const response = {
    id: 'AAAA',
    rawId: 'AAAA',
    type: 'public-key',
    response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA', userHandle: 'AAAA' },
    clientExtensionResults: {},
  }
  const { ceremonyId } = (await visit('POST', '/v1/staff/sign-in/begin', {})).body
  for (const id of [ceremonyId, ceremonyId, 'AAAA'])
    expect((await visit('POST', '/v1/staff/sign-in', { ceremonyId: id, response })).body.code).toBe('passkey_refused')
})

it('nothing that signs anybody in stands in the database or in the log as it is', async () => {
  const person = await signedIn(house)
  const { codes } = (await person.call('POST', '/v1/staff/me/recovery-codes')).body
  const { link } = (
    await person.call('POST', '/v1/staff/invitations', { name: 'Z', roles: ['cashier'], shopIds: null })
  ).body
  const token = new URL(link).hash.slice(1)
  await visit('POST', '/v1/staff/invitations/look', { token })
  const secrets = [token, codes[0], codes[0].replaceAll('-', ''), person.headers.cookie!.split('=')[1]!]
  const { db } = house.paume.database
  const rows = await Promise.all(
    (['staff_person', 'staff_session', 'staff_recovery_code', 'staff_invitation', 'audit_entries'] as const).map(
      (table) => db.selectFrom(table).selectAll().execute(),
    ),
  )
  const kept = JSON.stringify(rows, (_, value) =>
    typeof value === 'bigint'
      ? `${value}`
      : value?.type === 'Buffer'
        ? Buffer.from(value.data).toString('base64url')
        : value,
  )
  for (const secret of secrets) {
    expect(kept).not.toContain(secret)
    expect(house.logLines.join('\n')).not.toContain(secret)
  }
})
