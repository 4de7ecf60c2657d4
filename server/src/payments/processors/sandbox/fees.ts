import { CURRENCY_DIGITS } from '@paume/contract'

/** Kept of each capture: 1.4% and a tenth of the main unit, as card processors in shops ask for. In hundredths of a per cent. */
const CAPTURE_BASIS_POINTS = 140n
/** Kept when a charge is disputed, main units; given back when the dispute is won. */
const DISPUTE_MAIN_UNITS = 15n

/** Minor units in a tenth of the main unit; in a currency without minor units ten of the main unit, which is about as much. */
function tenthMinor(currency: string): bigint {
  const digits = CURRENCY_DIGITS[currency as keyof typeof CURRENCY_DIGITS] ?? 2
  return digits === 0 ? 10n : 10n ** BigInt(digits - 1)
}

/** What the processor keeps of a capture, minor units, rounded half up and never more than the capture. */
export function captureFeeMinor(amountMinor: bigint, currency: string): bigint {
  const fee = (amountMinor * CAPTURE_BASIS_POINTS + 5_000n) / 10_000n + tenthMinor(currency)
  return fee > amountMinor ? amountMinor : fee
}

/** What a dispute costs, minor units. */
export const disputeFeeMinor = (currency: string): bigint => DISPUTE_MAIN_UNITS * 10n * tenthMinor(currency)
