import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEMO_ORGANISATION, DEMO_SHOPS } from '../src/merchants/demo.ts'
import { openShop } from './shop.ts'
import { signedIn, type TestPerson } from './staff-person.ts'

const HOUR_MS = 3_600_000
const { house } = await openShop()
const body = { perPaymentMinor: 5_000 }
const path = `/v1/organisations/${DEMO_ORGANISATION.id}/limits/USD`
const wish = { action: 'limits.change', request: { method: 'PUT', path, body }, reason: 'A sale at the weekend.' }

const ask = async (person: TestPerson, more: object = {}) =>
  (await person.call('POST', '/v1/staff/approvals', { ...wish, ...more })).body
const decide = (person: TestPerson, id: string, approve = true) =>
  person.call('POST', `/v1/staff/approvals/${id}/decision`, { approve })
/** Uses an approval as a route does; answers the code of the refusal, or null. */
const spend = (person: TestPerson, id: string | undefined, sent: unknown = body, url = path) =>
  house.paume.staff
    .spendApproval(
      person.staff,
      { method: 'PUT', url, headers: id === undefined ? {} : { 'paume-approval': id } },
      'limits.change',
      sent,
      DEMO_ORGANISATION.id,
    )
    .then(
      () => null,
      (error: { code: string }) => error.code,
    )
const wait = () => house.clock.moveMs(1_000)

const first = await signedIn(house, { role: 'owner', name: 'First' })
const second = await signedIn(house, { role: 'owner', name: 'Second' })
const manager = await signedIn(house, { role: 'manager' })
wait()

describe('what takes two people', () => {
  it('is asked for by one, approved by another, and done once', async () => {
    const { id, state, mayDecide } = await ask(first)
    expect({ state, mayDecide }).toEqual({ state: 'asked', mayDecide: false })
    expect(await spend(first, undefined)).toBe('approval_required')
    expect(await spend(first, id)).toBe('approval_state')
    const inbox = (await second.call('GET', '/v1/staff/approvals?state=asked')).body.items
    expect(inbox).toMatchObject([{ id, mayDecide: true, own: false, request: wish.request, reason: wish.reason }])
    expect((await decide(second, id)).body).toMatchObject({ state: 'approved', decidedBy: { name: 'Second' } })
    expect(await spend(second, id)).toBe('approval_state')
    expect(await spend(first, id, { perPaymentMinor: 5_001 })).toBe('approval_state')
    expect(await spend(first, id, body, path.replace('USD', 'EUR'))).toBe('approval_state')
    const tries = await Promise.all([spend(first, id), spend(first, id), spend(first, id)])
    expect(tries.sort()).toEqual(['approval_state', 'approval_state', null].sort())
    expect((await first.call('GET', `/v1/staff/approvals/${id}`)).body.state).toBe('used')
  })

  it('is approved by nobody who asked, may not, came after, or was revoked since', async () => {
    const { id } = await ask(first)
    expect((await decide(first, id)).body.code).toBe('permission_missing')
    expect((await decide(manager, id)).status).toBe(404)
    expect((await manager.call('POST', '/v1/staff/approvals', wish)).body.code).toBe('permission_missing')
    wait()
    const sock = await signedIn(house, { role: 'owner', name: 'Made for it' })
    expect((await decide(sock, id)).body.code).toBe('approval_state')
    const third = await signedIn(house, { role: 'owner', name: 'Third' })
    wait()
    const later = await ask(first)
    expect((await decide(third, later.id)).status).toBe(200)
    expect((await second.call('DELETE', `/v1/staff/people/${third.staff.id}`)).status).toBe(200)
    expect(await spend(first, later.id)).toBe('approval_state')
  })

  it('is over when it was refused, and after a day', async () => {
    const refused = await ask(first)
    expect((await decide(second, refused.id, false)).body.state).toBe('refused')
    expect((await decide(second, refused.id)).body.code).toBe('approval_state')
    expect(await spend(first, refused.id)).toBe('approval_state')
  })

  it('is not needed with the operator’s token, and that is written down', async () => {
    const token = {
      ...first,
      staff: { id: null, name: 'token', organisationId: null, shopIds: null, roles: ['operator'] },
    }
    expect(await spend(token as never, undefined)).toBe(null)
    const { db } = house.paume.database
    const told = await db
      .selectFrom('audit_entries')
      .select('facts')
      .where('event', '=', 'approval_not_needed')
      .execute()
    expect(JSON.parse(told.at(-1)!.facts)).toMatchObject({ action: 'limits.change', staffId: null })
  })

  it('holds for the limits of an organisation, exactly as they were approved', async () => {
    const limits = {
      chargeMinor: 5_000,
      stepUpAboveMinor: null,
      shopperDayMinor: null,
      merchantDayMinor: null,
      shopperPerHour: null,
      cardPerHour: null,
      terminalPerHour: null,
    }
    expect((await first.call('PUT', path, limits)).body.code).toBe('approval_required')
    const { id } = await ask(first, { request: { method: 'PUT', path, body: limits } })
    await decide(second, id)
    const put = (body: object) => first.call('PUT', path, body, { 'paume-approval': id })
    expect((await put({ ...limits, chargeMinor: 5_001 })).body.code).toBe('approval_state')
    expect((await put(limits)).body).toMatchObject({ chargeMinor: 5_000, default: false })
    expect((await put(limits)).body.code).toBe('approval_state')
    const local = await signedIn(house, { role: 'owner', shopIds: [DEMO_SHOPS[0]!.id] })
    expect((await local.call('PUT', path, limits)).body.code).toBe('permission_missing')
  })

  it('of an operator about an organisation is decided by its owner, and the other way round', async () => {
    const operator = await signedIn(house, { role: 'operator' })
    wait()
    const theirs = await ask(operator, { organisationId: DEMO_ORGANISATION.id })
    expect((await decide(second, theirs.id)).body).toMatchObject({
      state: 'approved',
      askedBy: { id: operator.staff.id },
    })
    expect(await spend(operator, theirs.id)).toBe(null)
    const own = await ask(first)
    expect((await decide(operator, own.id)).body.state).toBe('approved')
    expect(await spend(first, own.id)).toBe(null)
  })

  it('whatever is tried in whatever order, is done at most once and never without the second person in time', async () => {
    const step = fc.constantFrom('approve', 'refuse', 'approve own', 'spend', 'spend changed', 'spend by other', 'wait')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const people = [await signedIn(house, { role: 'owner' }), await signedIn(house, { role: 'owner' })] as const
        wait()
        const [asker, other] = people
        const { id } = await ask(asker)
        let [approved, refused, used, late] = [false, false, false, false]
        for (const each of steps) {
          const open = !approved && !refused && !late
          if (each === 'approve') {
            if (late) continue
            expect((await decide(other, id)).status === 200).toBe(open)
            approved ||= open
          } else if (each === 'refuse') {
            if (late) continue
            expect((await decide(other, id, false)).status === 200).toBe(open)
            refused ||= open
          } else if (each === 'approve own') {
            if (!late) expect((await decide(asker, id)).status).toBe(403)
          } else if (each === 'wait') {
            late = true
            house.clock.moveMs(24 * HOUR_MS)
          } else if (each === 'spend') {
            const done = (await spend(asker, id)) === null
            expect(done).toBe(approved && !used && !late)
            used ||= done
          } else {
            const [who, sent] = each === 'spend changed' ? [asker, { perPaymentMinor: 1 }] : [other, body]
            expect(await spend(who, id, sent)).toBe('approval_state')
          }
        }
      }),
      { numRuns: 25 },
    )
  })
})
