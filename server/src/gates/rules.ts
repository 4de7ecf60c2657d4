import { CURRENCY_DIGITS, type Currency, type GateRules } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import type { Db, Tx } from '../database.ts'

/**
 * Until a shop sets its own: 50.00 held for the first person and 20.00 for each one more (a currency without minor units counts a
 * hundredth of a dollar as one), six people, a cart within three days (holds of some cards stand for five), adjusted within thirty.
 */
export function defaultRules(currency: string): GateRules {
  const scale = 10 ** Math.max(0, (CURRENCY_DIGITS[currency as Currency] ?? 2) - 2)
  return {
    holdMinor: 5_000 * scale,
    holdEachMoreMinor: 2_000 * scale,
    mostInAGroup: 6,
    cartWithinHours: 72,
    adjustWithinDays: 30,
  }
}

export async function rulesOf(
  db: QueryExecutorProvider & Pick<Db, 'selectFrom'>,
  shop: { id: string; currency: string },
): Promise<GateRules> {
  const row = await db.selectFrom('gate_rules').selectAll().where('shop_id', '=', shop.id).executeTakeFirst()
  if (row === undefined) return defaultRules(shop.currency)
  return {
    holdMinor: Number(row.hold_minor),
    holdEachMoreMinor: Number(row.hold_each_more_minor),
    mostInAGroup: row.most_in_a_group,
    cartWithinHours: row.cart_within_hours,
    adjustWithinDays: row.adjust_within_days,
  }
}

export async function setRules(
  tx: Tx,
  shop: { id: string; organisationId: string },
  rules: GateRules,
  now: Date,
): Promise<void> {
  const columns = {
    hold_minor: BigInt(rules.holdMinor),
    hold_each_more_minor: BigInt(rules.holdEachMoreMinor),
    most_in_a_group: rules.mostInAGroup,
    cart_within_hours: rules.cartWithinHours,
    adjust_within_days: rules.adjustWithinDays,
    updated_at: now,
  }
  await tx
    .insertInto('gate_rules')
    .values({ shop_id: shop.id, organisation_id: shop.organisationId, ...columns })
    .onConflict((conflict) => conflict.column('shop_id').doUpdateSet(columns))
    .execute()
}

/** What is held at the entry of so many people. */
export const holdFor = (rules: GateRules, people: number): bigint =>
  BigInt(rules.holdMinor) + BigInt(rules.holdEachMoreMinor) * BigInt(people - 1)
