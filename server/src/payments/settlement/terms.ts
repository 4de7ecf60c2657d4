import type { SettlementTerms } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type BookDay, setTimeZone } from '../ledger/days.ts'
import type { Book } from '../ledger/store.ts'
import type { SettlementLine } from '../processors/processor.ts'
import { allocateMinor, shareOf } from './split.ts'

/** What a merchant pays and when money is kept back. Rates are of what was captured. */
export type Terms = {
  /** The merchant bears what the processor keeps. */
  passThrough: boolean
  rateBasisPoints: number
  /** Per capture. */
  fixedMinor: bigint
  reserveBasisPoints: number
  reserveDays: number
  minimumPayoutMinor: bigint
}

/** Where nothing was agreed: the merchant bears the processor's fees and nothing else. */
export const PLAIN_TERMS: Terms = {
  passThrough: true,
  rateBasisPoints: 0,
  fixedMinor: 0n,
  reserveBasisPoints: 0,
  reserveDays: 0,
  minimumPayoutMinor: 1n,
}

export async function termsOf(db: QueryExecutorProvider, book: Book): Promise<Terms> {
  const { rows } = await sql<Terms>`
    select pass_through as "passThrough", rate_basis_points as "rateBasisPoints", fixed_minor as "fixedMinor",
           reserve_basis_points as "reserveBasisPoints", reserve_days as "reserveDays",
           minimum_payout_minor as "minimumPayoutMinor"
      from settlement_terms where organisation_id = ${book.organisationId} and currency = ${book.currency}`.execute(db)
  return rows[0] ?? PLAIN_TERMS
}

/** Agrees terms from the next batch on. Throws `request_malformed` for a time zone that there is not. */
export async function setTerms(
  tx: QueryExecutorProvider,
  book: Book,
  terms: SettlementTerms,
  now: Date,
): Promise<void> {
  await setTimeZone(tx, book.organisationId, terms.timeZone, now)
  await sql`
    insert into settlement_terms (organisation_id, currency, pass_through, rate_basis_points, fixed_minor, reserve_basis_points,
      reserve_days, minimum_payout_minor, changed_at)
    values (${book.organisationId}, ${book.currency}, ${terms.passThrough}, ${terms.rateBasisPoints}, ${terms.fixedMinor},
      ${terms.reserveBasisPoints}, ${terms.reserveDays}, ${terms.minimumPayoutMinor}, ${now})
    on conflict (organisation_id, currency) do update set pass_through = excluded.pass_through,
      rate_basis_points = excluded.rate_basis_points, fixed_minor = excluded.fixed_minor,
      reserve_basis_points = excluded.reserve_basis_points, reserve_days = excluded.reserve_days,
      minimum_payout_minor = excluded.minimum_payout_minor, changed_at = excluded.changed_at`.execute(tx)
}

/** Of a processor's line, what fees are worked out from. */
export type FeeLine = Pick<SettlementLine, 'kind' | 'amountMinor' | 'feeMinor'>

/**
 * The platform's fee of every line. The rate is worked out once, on the sum of the captures, and split over them: the parts sum to
 * what was charged to the minor unit. Refunds and disputes cost what the processor keeps for them, and give no rate back.
 */
export function platformFees(terms: Terms, lines: readonly FeeLine[], currency: string): bigint[] {
  const bases = lines.map((line) => (line.kind === 'capture' && line.amountMinor > 0n ? line.amountMinor : 0n))
  const rated = shareOf(
    bases.reduce((sum, base) => sum + base, 0n),
    terms.rateBasisPoints,
    currency,
  )
  const rates = rated === 0n ? bases.map(() => 0n) : allocateMinor(rated, bases, currency)
  return lines.map(
    (line, i) => rates[i]! + (bases[i]! > 0n ? terms.fixedMinor : 0n) + (terms.passThrough ? line.feeMinor : 0n),
  )
}

/** When a reserve taken for this day is given back. */
export const releaseAt = (day: BookDay, terms: Terms): Date =>
  new Date(day.endsAt.getTime() + terms.reserveDays * 86_400_000)
