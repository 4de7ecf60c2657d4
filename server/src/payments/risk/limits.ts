import { CURRENCY_DIGITS, type Currency, type Limits, type LimitsSet } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'

/** What an organisation allows. Null: no limit. Amounts in minor units of one currency. */
export type LimitValues = {
  chargeMinor: bigint | null
  stepUpAboveMinor: bigint | null
  shopperDayMinor: bigint | null
  merchantDayMinor: bigint | null
  shopperPerHour: number | null
  cardPerHour: number | null
  terminalPerHour: number | null
  /** How fast a hand may get from one shop to another, km/h. */
  travelKmPerHour: number | null
}

export const NO_LIMITS: LimitValues = {
  chargeMinor: null,
  stepUpAboveMinor: null,
  shopperDayMinor: null,
  merchantDayMinor: null,
  shopperPerHour: null,
  cardPerHour: null,
  terminalPerHour: null,
  travelKmPerHour: null,
}

/**
 * Until somebody sets others: a charge of 1,000.00, twice that a day, ten tries an hour by one person, 300 on one terminal (one in
 * twelve seconds, all hour long), no faster from shop to shop than airliners fly. A currency without minor units counts a hundredth of a dollar as one, as the yen does.
 */
export function defaultLimits(currency: string): LimitValues {
  const scale = 10n ** BigInt(Math.max(0, (CURRENCY_DIGITS[currency as Currency] ?? 2) - 2))
  return {
    ...NO_LIMITS,
    chargeMinor: 100_000n * scale,
    shopperDayMinor: 200_000n * scale,
    shopperPerHour: 10,
    cardPerHour: 10,
    terminalPerHour: 300,
    travelKmPerHour: 1_000,
  }
}

/** What was set, or null. */
export async function readLimits(
  db: QueryExecutorProvider,
  organisationId: string,
  currency: string,
): Promise<LimitValues | null> {
  const { rows } = await sql<LimitValues>`
    select charge_minor as "chargeMinor", step_up_above_minor as "stepUpAboveMinor", shopper_day_minor as "shopperDayMinor",
           merchant_day_minor as "merchantDayMinor", shopper_per_hour as "shopperPerHour", card_per_hour as "cardPerHour",
           terminal_per_hour as "terminalPerHour", travel_km_per_hour as "travelKmPerHour"
      from payment_limits where organisation_id = ${organisationId} and currency = ${currency}`.execute(db)
  return rows[0] ?? null
}

export async function writeLimits(
  tx: QueryExecutorProvider,
  organisationId: string,
  currency: string,
  set: LimitsSet,
): Promise<void> {
  await sql`
    insert into payment_limits (organisation_id, currency, charge_minor, step_up_above_minor, shopper_day_minor, merchant_day_minor,
                                shopper_per_hour, card_per_hour, terminal_per_hour, travel_km_per_hour)
    values (${organisationId}, ${currency}, ${set.chargeMinor}, ${set.stepUpAboveMinor}, ${set.shopperDayMinor},
            ${set.merchantDayMinor}, ${set.shopperPerHour}, ${set.cardPerHour}, ${set.terminalPerHour}, ${set.travelKmPerHour ?? null})
    on conflict (organisation_id, currency) do update set charge_minor = excluded.charge_minor,
      step_up_above_minor = excluded.step_up_above_minor, shopper_day_minor = excluded.shopper_day_minor,
      merchant_day_minor = excluded.merchant_day_minor, shopper_per_hour = excluded.shopper_per_hour,
      card_per_hour = excluded.card_per_hour, terminal_per_hour = excluded.terminal_per_hour,
      travel_km_per_hour = excluded.travel_km_per_hour`.execute(tx)
}

const whole = (minor: bigint | null) => (minor === null ? null : Number(minor))

export const viewLimits = (organisationId: string, currency: string, set: LimitValues, isDefault: boolean): Limits => ({
  organisationId,
  currency: currency as Currency,
  default: isDefault,
  ...set,
  chargeMinor: whole(set.chargeMinor),
  stepUpAboveMinor: whole(set.stepUpAboveMinor),
  shopperDayMinor: whole(set.shopperDayMinor),
  merchantDayMinor: whole(set.merchantDayMinor),
})
