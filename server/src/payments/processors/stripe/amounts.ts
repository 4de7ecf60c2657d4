import { ProcessorFailure } from '../processor.ts'

/**
 * Where Stripe counts otherwise than ISO 4217 (docs.stripe.com/currencies, "Minor units in API amounts"): what one of our minor units is
 * there. The króna and the Ugandan shilling have no minor unit but are sent with two zeros; the ariary is divided by five and sent whole.
 */
const FACTOR: Readonly<Record<string, { times: bigint; by: bigint }>> = {
  ISK: { times: 100n, by: 1n },
  UGX: { times: 100n, by: 1n },
  MGA: { times: 1n, by: 100n },
}
/** Three-decimal currencies are taken with a last digit of zero only. */
const THREE_DECIMALS = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])

/** Stripe's largest amount: eight digits, twelve for the rupiah, whose unit is worth so little. */
const MAX_STRIPE_AMOUNT = 99_999_999n
const MAX_RUPIAH = 999_999_999_999n

/**
 * Our minor units as Stripe wants them. Forint and New Taiwan dollar are charged with their two decimals; only a payout of them must be
 * whole, and payouts are Stripe's own here. Throws `refused`: `amount_not_exact` when Stripe has no such amount (it is never rounded),
 * `amount_invalid` when it is nothing, or more than Stripe takes.
 */
export function toStripeAmount(amountMinor: bigint, currency: string): number {
  const { times, by } = FACTOR[currency] ?? { times: 1n, by: 1n }
  const scaled = amountMinor * times
  const exact = scaled % by === 0n && !(THREE_DECIMALS.has(currency) && amountMinor % 10n !== 0n)
  const most = currency === 'IDR' ? MAX_RUPIAH : MAX_STRIPE_AMOUNT
  if (amountMinor <= 0n || scaled / by > most) throw new ProcessorFailure('refused', 'amount_invalid')
  if (!exact) throw new ProcessorFailure('refused', 'amount_not_exact')
  return Number(scaled / by)
}

/** An amount of Stripe's, signed or not, in our minor units. `currency` in either case. */
export function fromStripeAmount(amount: number, currency: string): bigint {
  const { times, by } = FACTOR[currency.toUpperCase()] ?? { times: 1n, by: 1n }
  return (BigInt(amount) * by) / times
}
