import type { Jurisdiction, NotLiveReason, OrganisationState, ShopState } from '@paume/contract'
import { signCounts } from './jurisdictions/packs.ts'

/** What of a shop and its organisation decides whether its devices serve anybody. */
export type Standing = {
  organisationState: OrganisationState
  state: ShopState
  jurisdiction: Jurisdiction
  signJurisdiction: Jurisdiction | null
  signVersion: number | null
}

/**
 * Why devices of a shop take no palms now; null: they may. Before the sign that the law of the place asks for is attested nobody is
 * registered and nothing is paid, not even to try it out: a camera that recognises people is at work from its first picture on.
 */
export function notLiveReason(shop: Standing): NotLiveReason | null {
  if (shop.organisationState !== 'approved') return 'organisation'
  if (shop.state === 'planned') return 'shop_planned'
  if (shop.state === 'paused') return 'shop_paused'
  if (shop.state === 'closed') return 'shop_closed'
  return hasSign(shop) ? null : 'sign_missing'
}

export const hasSign = ({
  jurisdiction,
  signJurisdiction,
  signVersion,
}: Omit<Standing, 'organisationState' | 'state'>) =>
  signJurisdiction !== null &&
  signVersion !== null &&
  signCounts(jurisdiction, { jurisdiction: signJurisdiction, version: signVersion })

/** Where a shop may go from each state. From `planned` it goes on by itself once devices are made for it. */
export const NEXT_STATES: Record<ShopState, readonly ShopState[]> = {
  planned: ['installing', 'closed'],
  installing: ['planned', 'ready', 'live', 'closed'],
  ready: ['installing', 'live', 'closed'],
  live: ['paused', 'closed'],
  paused: ['live', 'closed'],
  closed: ['planned'],
}
