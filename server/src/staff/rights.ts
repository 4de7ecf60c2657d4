import {
  GRANTS,
  permits,
  type StaffRights,
  type StaffRole,
  TWO_PERSON_ACTIONS,
  type TwoPersonAction,
} from '@paume/contract'
import type { Staff } from '../routing.ts'

/** What somebody may be and where: the part of a person that rules look at. */
export type Rights = StaffRights & { organisationId: string | null }

const reachesShops = (mine: readonly string[] | null, theirs: readonly string[] | null): boolean =>
  mine === null || theirs?.every((shop) => mine.includes(shop)) === true

/** Whether everything that `theirs` covers lies within `mine`: the organisation, and the shops there. */
export const reaches = (
  mine: Pick<Staff, 'organisationId' | 'shopIds'>,
  theirs: Pick<Rights, 'organisationId' | 'shopIds'>,
): boolean =>
  mine.organisationId === null ||
  (mine.organisationId === theirs.organisationId && reachesShops(mine.shopIds, theirs.shopIds))

/** Whether the rights make sense at all: operators belong to no organisation and to no shop, everybody else to one organisation. */
export const areWhole = ({ organisationId, roles, shopIds }: Rights): boolean =>
  roles.length > 0 &&
  (organisationId === null
    ? roles.length === 1 && roles[0] === 'operator' && shopIds === null
    : !roles.includes('operator') && (shopIds === null || shopIds.length > 0))

/** Whether this person may give these rights to somebody else, or take them away: no role beyond what theirs may give, no shop beyond their own. */
export const mayGive = (giver: Pick<Staff, 'organisationId' | 'shopIds' | 'roles'>, rights: Rights): boolean =>
  permits(giver.roles, 'people.write') &&
  areWhole(rights) &&
  reaches(giver, rights) &&
  rights.roles.every((role) => giver.roles.some((own) => GRANTS[own]?.includes(role)))

/**
 * Whether `changer` may put `after` in the place of `before` for the person `personId` (null: takes everything away). Nobody changes
 * their own; who changes another must be able to give both what was there and what comes.
 */
export const mayChange = (changer: Staff, personId: string, before: Rights, after: Rights | null): boolean =>
  changer.id !== personId &&
  mayGive(changer, before) &&
  (after === null || (after.organisationId === before.organisationId && mayGive(changer, after)))

/** Who can still put everything right in an organisation, or in the installation. One of them always stays. */
export const keepsIt = ({ organisationId, roles, shopIds }: Rights): boolean =>
  shopIds === null && roles.includes(organisationId === null ? 'operator' : 'owner')

/**
 * Whether this person may decide what `asker` asked for: another one, whose role may do the same, who reaches everything that the asker
 * reaches there.
 */
export const mayDecide = (
  decider: Staff,
  asked: { action: TwoPersonAction; by: string; organisationId: string | null; shopIds: readonly string[] | null },
): boolean =>
  decider.id !== null &&
  decider.id !== asked.by &&
  permits(decider.roles, TWO_PERSON_ACTIONS[asked.action]) &&
  reaches(decider, { organisationId: asked.organisationId, shopIds: asked.shopIds as string[] | null })

/** Roles in the order in which they are shown, each once. */
export const inOrder = (roles: readonly StaffRole[], order: readonly StaffRole[]): StaffRole[] =>
  order.filter((role) => roles.includes(role))
