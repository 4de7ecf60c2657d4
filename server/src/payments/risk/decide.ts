import { sql } from 'kysely'
import type { Tx } from '../../database.ts'
import type { ChargeLimits, StepUp } from '../ports.ts'
import { type LimitValues, readLimits } from './limits.ts'

type Wish = Parameters<ChargeLimits['exceeded']>[1]
type LimitName = NonNullable<Awaited<ReturnType<ChargeLimits['exceeded']>>>

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Limits about who pays: a shopper who proves more than the palm may go above them. */
const LIFTED: readonly LimitName[] = ['step_up', 'shopper_day', 'shopper_rate', 'card_rate']

/**
 * The limits of payments. `defaults` hold where nothing was set. Counting and the intent stand in one transaction under a lock on the
 * shopper (and on the merchant, where it has a limit of its own): of two terminals at once the second waits and sees the first.
 */
export function createChargeLimits(defaults: (currency: string) => LimitValues, stepUp: StepUp): ChargeLimits {
  return {
    async exceeded(tx, wish) {
      const limits = (await readLimits(tx, wish.organisationId, wish.currency)) ?? defaults(wish.currency)
      const exceeded = await allExceeded(tx, limits, wish)
      const hard = exceeded.find((limit) => !LIFTED.includes(limit))
      if (hard !== undefined) return hard
      const [first] = exceeded
      if (first === undefined) return null
      return (await stepUp.provenFor(tx, { ...wish, limit: first })) === 'proven' ? null : first
    },
  }
}

async function allExceeded(tx: Tx, limits: LimitValues, wish: Wish): Promise<LimitName[]> {
  const { amountMinor } = wish
  const exceeded: LimitName[] = []
  const tooMuch = (limit: bigint | null, minor: bigint) => limit !== null && minor > limit
  const tooOften = (limit: number | null, before: number) => limit !== null && before + 1 > limit
  if (tooMuch(limits.chargeMinor, amountMinor)) exceeded.push('charge')
  if (limits.shopperDayMinor !== null || limits.shopperPerHour !== null || limits.cardPerHour !== null) {
    const used = await usedByShopper(tx, wish)
    if (tooOften(limits.shopperPerHour, used.tries)) exceeded.push('shopper_rate')
    if (tooOften(limits.cardPerHour, used.onCard)) exceeded.push('card_rate')
    if (tooMuch(limits.shopperDayMinor, used.dayMinor + amountMinor)) exceeded.push('shopper_day')
  }
  // One active payment a terminal, by the payment itself: nobody else counts on this one at the same time.
  if (limits.terminalPerHour !== null && tooOften(limits.terminalPerHour, await triesOnTerminal(tx, wish)))
    exceeded.push('terminal_rate')
  if (
    limits.merchantDayMinor !== null &&
    tooMuch(limits.merchantDayMinor, (await takenByMerchant(tx, wish)) + amountMinor)
  )
    exceeded.push('merchant_day')
  if (tooMuch(limits.stepUpAboveMinor, amountMinor)) exceeded.push('step_up')
  return exceeded
}

/** Held until the transaction ends. 0x4c494d54: "LIMT". Always the shopper first, then the merchant. */
const lock = (tx: Tx, whom: string) =>
  sql`select pg_advisory_xact_lock(x'4c494d54'::int, hashtext(${whom}))`.execute(tx)

/** What a payment has taken or may still take; one that came to nothing takes nothing. */
const TAKEN = sql`
  case when state not in ('authorising', 'unknown', 'approved') then 0
       when captured_minor > 0 then captured_minor
       else greatest(authorised_minor, amount_minor + tip_minor) end`
const since = (wish: Wish, ms: number) => new Date(wish.now.getTime() - ms)

async function usedByShopper(tx: Tx, wish: Wish): Promise<{ dayMinor: bigint; tries: number; onCard: number }> {
  await lock(tx, wish.shopperId)
  const hour = since(wish, HOUR_MS)
  const { rows } = await sql<{ dayMinor: bigint; tries: number; onCard: number }>`
    select coalesce(sum(${TAKEN}) filter (where currency = ${wish.currency}), 0)::bigint as "dayMinor",
           count(*) filter (where authorising_at > ${hour})::int as tries,
           count(*) filter (where authorising_at > ${hour} and instrument_id = ${wish.instrumentId})::int as "onCard"
      from payment where shopper_id = ${wish.shopperId} and organisation_id = ${wish.organisationId}
       and authorising_at > ${since(wish, DAY_MS)} and id <> ${wish.paymentId}`.execute(tx)
  return rows[0]!
}

async function triesOnTerminal(tx: Tx, wish: Wish): Promise<number> {
  const { rows } = await sql<{ tries: number }>`
    select count(*)::int as tries from payment where terminal_id = ${wish.terminalId}
       and authorising_at > ${since(wish, HOUR_MS)} and id <> ${wish.paymentId}`.execute(tx)
  return rows[0]!.tries
}

async function takenByMerchant(tx: Tx, wish: Wish): Promise<bigint> {
  await lock(tx, `${wish.organisationId} ${wish.currency}`)
  const { rows } = await sql<{ minor: bigint }>`
    select coalesce(sum(${TAKEN}), 0)::bigint as minor from payment where organisation_id = ${wish.organisationId}
       and currency = ${wish.currency} and authorising_at > ${since(wish, DAY_MS)} and id <> ${wish.paymentId}`.execute(
    tx,
  )
  return rows[0]!.minor
}
