import type { Tx } from '../../database.ts'
import type { ChargeLimits, ChargeWish, LimitName, StepUp } from '../ports.ts'
import { takenByMerchant, takenByShopper, triesOfShopper, triesOnTerminal } from './counting.ts'
import { type Places, tooFarTooSoon, visitsElsewhere } from './distance.ts'
import { type LimitValues, readLimits } from './limits.ts'
import { lockFor } from './turns.ts'

/** Limits about who pays: a shopper who proves more than the palm may go above them. */
const LIFTED: readonly LimitName[] = ['step_up', 'shopper_day', 'shopper_rate', 'card_rate', 'distance']

const tooMuch = (limit: bigint | null, minor: bigint) => limit !== null && minor > limit
const tooOften = (limit: number | null, before: number) => limit !== null && before + 1 > limit

/**
 * The limits of payments. `defaults` hold where nothing was set. Counting and the intent stand in one transaction under a lock on the
 * shopper (and on the merchant, where it has a limit of its own): of two terminals at once the second waits and sees the first. What is
 * raised afterwards is counted under the same locks; what fails or is released stops counting by itself.
 */
export function createChargeLimits(
  defaults: (currency: string) => LimitValues,
  { stepUp, places }: { stepUp: StepUp; places: Places },
): ChargeLimits {
  const limitsOf = async (tx: Tx, { organisationId, currency }: ChargeWish) =>
    (await readLimits(tx, organisationId, currency)) ?? defaults(currency)
  /** What is above a limit that a proof lifts stands above it, unless there is such a proof. */
  const withProof = async (tx: Tx, wish: ChargeWish, exceeded: readonly LimitName[]): Promise<LimitName | null> => {
    const hard = exceeded.find((limit) => !LIFTED.includes(limit))
    if (hard !== undefined) return hard
    const [first] = exceeded
    if (first === undefined) return null
    return (await stepUp.provenFor(tx, { ...wish, limit: first })) === 'proven' ? null : first
  }
  return {
    async exceeded(tx, wish) {
      // Counted side by side, wanted or not, and after the turn has come: a shopper stands there and waits.
      const [limits, , tried, visits, onTerminal, taken] = await Promise.all([
        limitsOf(tx, wish),
        lockFor(tx, wish.shopperId),
        triesOfShopper(tx, wish),
        visitsElsewhere(tx, wish),
        triesOnTerminal(tx, wish),
        takenByShopper(tx, wish),
      ])
      const { shopperPerHour, cardPerHour, travelKmPerHour, terminalPerHour, shopperDayMinor } = limits
      const exceeded: LimitName[] = []
      if (tooOften(shopperPerHour, tried.tries)) exceeded.push('shopper_rate')
      if (tooOften(cardPerHour, tried.onCard)) exceeded.push('card_rate')
      if (travelKmPerHour !== null && (await tooFarTooSoon(tx, places, wish, visits, travelKmPerHour)))
        exceeded.push('distance')
      // One active payment a terminal, by the payment itself: nobody else counts on this one at the same time.
      if (tooOften(terminalPerHour, onTerminal)) exceeded.push('terminal_rate')
      if (tooMuch(limits.chargeMinor, wish.amountMinor)) exceeded.push('charge')
      if (tooMuch(shopperDayMinor, taken + wish.amountMinor)) exceeded.push('shopper_day')
      if (await merchantDayExceeded(tx, limits, wish, wish.amountMinor)) exceeded.push('merchant_day')
      if (tooMuch(limits.stepUpAboveMinor, wish.amountMinor)) exceeded.push('step_up')
      return withProof(tx, wish, exceeded)
    },
    async exceededByRaise(tx, { byMinor, ...wish }) {
      const limits = await limitsOf(tx, wish)
      const exceeded: LimitName[] = []
      if (tooMuch(limits.chargeMinor, wish.amountMinor)) exceeded.push('charge')
      if (limits.shopperDayMinor !== null) {
        const [, taken] = await Promise.all([lockFor(tx, wish.shopperId), takenByShopper(tx, wish)])
        if (tooMuch(limits.shopperDayMinor, taken + byMinor)) exceeded.push('shopper_day')
      }
      if (await merchantDayExceeded(tx, limits, wish, byMinor)) exceeded.push('merchant_day')
      if (tooMuch(limits.stepUpAboveMinor, wish.amountMinor)) exceeded.push('step_up')
      return withProof(tx, wish, exceeded)
    },
  }
}

/** Only where there is such a limit: payments of a whole merchant take turns for it. */
async function merchantDayExceeded(tx: Tx, limits: LimitValues, wish: ChargeWish, byMinor: bigint): Promise<boolean> {
  if (limits.merchantDayMinor === null) return false
  const merchant = `${wish.organisationId} ${wish.currency}`
  const [, taken] = await Promise.all([lockFor(tx, merchant), takenByMerchant(tx, wish)])
  return tooMuch(limits.merchantDayMinor, taken + byMinor)
}
