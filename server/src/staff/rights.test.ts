import { permits, STAFF_ROLES, type StaffRole } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Staff } from '../routing.ts'
import { areWhole, keepsIt, mayChange, mayDecide, mayGive, type Rights, reaches } from './rights.ts'

const role = fc.constantFrom(...STAFF_ROLES)
const shopIds = fc.option(fc.uniqueArray(fc.constantFrom('s1', 's2', 's3'), { minLength: 1 }), { nil: null })
const rights: fc.Arbitrary<Rights> = fc.record({
  organisationId: fc.constantFrom(null, 'a', 'b'),
  roles: fc.uniqueArray(role, { minLength: 1 }),
  shopIds,
})
const person = rights.filter(areWhole)
const staff = fc
  .tuple(fc.constantFrom('p1', 'p2', 'p3'), person)
  .map(([id, own]): Staff & { id: string } => ({ ...own, id, name: id }))

/** Everything that somebody with these rights may do, and where. */
const powers = ({ roles, organisationId, shopIds: shops }: Rights) =>
  roles.flatMap((each) => (shops ?? ['s1', 's2', 's3', '*']).map((shop) => `${each} ${organisationId} ${shop}`))

describe('who may give which rights', () => {
  it('is never a manager, a cashier, an installer, support or a privacy officer', () => {
    fc.assert(
      fc.property(staff, rights, (giver, given) => {
        if (mayGive(giver, given))
          expect(giver.roles.some((each) => each === 'owner' || each === 'operator')).toBe(true)
      }),
    )
  })

  it('stays within the giver’s organisation and shops', () => {
    fc.assert(
      fc.property(staff, rights, (giver, given) => {
        if (!mayGive(giver, given) || giver.organisationId === null) return
        expect(given.organisationId).toBe(giver.organisationId)
        if (giver.shopIds === null) return
        expect(given.shopIds).not.toBeNull()
        expect(giver.shopIds).toEqual(expect.arrayContaining(given.shopIds!))
      }),
    )
  })

  it('makes no operator but by an operator', () => {
    fc.assert(
      fc.property(staff, rights, (giver, given) => {
        if (given.roles.includes('operator') && mayGive(giver, given)) expect(giver.roles).toEqual(['operator'])
      }),
    )
  })

  it('never makes rights that make no sense', () => {
    fc.assert(fc.property(staff, rights, (giver, given) => !mayGive(giver, given) || areWhole(given)))
  })

  it('lets nobody get further by a chain of people than the first of them could give', () => {
    fc.assert(
      fc.property(staff, person, person, (first, second, third) => {
        if (!mayGive(first, second) || !mayGive({ ...second, roles: second.roles }, third)) return
        expect(mayGive(first, third)).toBe(true)
        if (first.organisationId !== null)
          expect(powers(third).every((power) => power.includes(` ${first.organisationId} `))).toBe(true)
      }),
    )
  })
})

describe('who may change somebody', () => {
  it('is never the person', () => {
    fc.assert(
      fc.property(staff, rights, fc.option(rights, { nil: null }), (self, before, after) => {
        expect(mayChange(self, self.id, before, after)).toBe(false)
      }),
    )
  })

  it('could have given both what was there and what comes, in the same organisation', () => {
    fc.assert(
      fc.property(staff, rights, rights, (changer, before, after) => {
        if (!mayChange(changer, 'another', before, after)) return
        expect(mayGive(changer, before) && mayGive(changer, after)).toBe(true)
        expect(after.organisationId).toBe(before.organisationId)
      }),
    )
  })

  it('is the operator’s token, which is nobody', () => {
    const token: Staff = { id: null, name: 'token', organisationId: null, shopIds: null, roles: ['operator'] }
    const owner: Rights = { organisationId: 'a', roles: ['owner'], shopIds: null }
    expect(mayChange(token, 'stf_1', owner, null)).toBe(true)
  })
})

describe('who may decide', () => {
  it('is another person who may do the same and reaches as far as the one who asked', () => {
    fc.assert(
      fc.property(staff, staff, (asker, decider) => {
        const asked = {
          action: 'limits.change',
          by: asker.id,
          organisationId: asker.organisationId,
          shopIds: asker.shopIds as string[] | null,
        } as const
        if (!mayDecide(decider, asked)) return
        expect(decider.id).not.toBe(asker.id)
        expect(permits(decider.roles, 'limits.write')).toBe(true)
        expect(reaches(decider, asked)).toBe(true)
      }),
    )
  })
})

it('an organisation is kept by an owner of all shops, the installation by an operator', () => {
  const of = (organisationId: string | null, roles: StaffRole[], shops: string[] | null = null) =>
    keepsIt({ organisationId, roles, shopIds: shops })
  expect(of('a', ['owner'])).toBe(true)
  expect(of('a', ['owner', 'support'])).toBe(true)
  expect(of('a', ['owner'], ['s1'])).toBe(false)
  expect(of('a', ['manager'])).toBe(false)
  expect(of(null, ['operator'])).toBe(true)
})
