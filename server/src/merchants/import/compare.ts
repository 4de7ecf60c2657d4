import type { RowOutcome, RowProblem } from '@paume/contract'
import { isStrictEnough, jurisdictionOf } from '../jurisdictions/where.ts'
import type { LaneCounts } from '../lanes.ts'
import type { ReadRow, ShopBefore, WantedShop } from './wanted.ts'

/** A shop as it stands, in the words of a list. */
export type StandingShop = { id: string; everLive: boolean; fields: Required<ShopBefore> }
export type Compared = {
  outcome: RowOutcome
  shopId: string | null
  /** What would be written; null: nothing. */
  wanted: WantedShop | null
  before: ShopBefore | null
  problems: RowProblem[]
}

const LANES: readonly (keyof LaneCounts)[] = ['tills', 'registers', 'gates', 'kiosks']
const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

/** What a row would do: make a shop, change one, or nothing. Pure: everything it needs to know is handed in. */
export function compare(row: ReadRow, there: StandingShop | null): Compared {
  if (there === null) return compareNew(row)
  const before: ShopBefore = {}
  const wanted: WantedShop = {}
  const problems = [...row.problems]
  for (const key of Object.keys(row.wanted) as (keyof WantedShop)[]) {
    const [to, from] = [row.wanted[key], there.fields[key]]
    // Names of brands and phases, and numbers, are one whatever the size of their letters; lanes only ever come to it.
    const isSmall = key === 'brand' || key === 'phase' || key === 'number'
    const equal = isSmall
      ? String(to).toLowerCase() === String(from ?? '').toLowerCase()
      : (LANES as readonly string[]).includes(key)
        ? (to as number) <= ((from as number | null) ?? 0)
        : same(to, from)
    if (equal) continue
    Object.assign(wanted, { [key]: to })
    Object.assign(before, { [key]: from ?? null })
  }
  keepLawful({ ...there.fields, ...wanted }, there, wanted, before)
  if (wanted.currency !== undefined && there.everLive) {
    problems.push({
      column: 'currency',
      code: 'state_fixed',
      value: wanted.currency,
      hint: String(there.fields.currency),
    })
  }
  const outcome = problems.length > 0 ? 'error' : Object.keys(wanted).length > 0 ? 'change' : 'same'
  return { outcome, shopId: there.id, wanted: outcome === 'change' ? wanted : null, before, problems }
}

/** A shop whose address moves under a stricter law comes under that law, unless the row says otherwise. */
function keepLawful(after: ShopBefore, there: StandingShop, wanted: WantedShop, before: ShopBefore): void {
  const { country, region = null, town = null, postalCode = null, jurisdiction } = after
  if (!country || !jurisdiction || wanted.jurisdiction !== undefined) return
  const place = { country, region, town, postalCode }
  if (isStrictEnough(jurisdiction, place)) return
  wanted.jurisdiction = jurisdictionOf(place)
  before.jurisdiction = there.fields.jurisdiction
}

function compareNew({ wanted, derived, problems, problemsIfNew }: ReadRow): Compared {
  const all = [...problems, ...problemsIfNew]
  if (all.length > 0) return { outcome: 'error', shopId: null, wanted: null, before: null, problems: all }
  const whole = { ...derived, ...wanted }
  const {
    tills = whole.format === 'checkout_free' ? 0 : 1,
    gates = whole.format === 'till' ? 0 : 1,
    kiosks = 1,
  } = whole
  const lanes = { tills, gates, kiosks, registers: Math.min(whole.registers ?? 0, tills) }
  return { outcome: 'new', shopId: null, wanted: { ...whole, ...lanes }, before: null, problems: [] }
}
