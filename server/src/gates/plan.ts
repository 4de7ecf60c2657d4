/** What became of one amount asked of a card for a visit. Amounts are minor units. */
export type Taking = {
  paymentId: string
  /** `moving`: asked, the answer is not known. `gone`: let go of, or lapsed. */
  state: 'moving' | 'held' | 'taken' | 'refused' | 'gone'
  authorisedMinor: bigint
  /** The most a capture may take. */
  maximumMinor: bigint
  capturedMinor: bigint
  /** Given back, or on the way. */
  refundedMinor: bigint
  /** The hold may be raised: the processor can, and nobody said no. */
  mayRaise: boolean
  /** The processor captures all that is held, or nothing. */
  wholeOnly: boolean
}

/** The one next thing to do with the money of a visit. */
export type Step =
  | { kind: 'wait' }
  | { kind: 'release'; paymentId: string }
  | { kind: 'raise'; paymentId: string; byMinor: bigint }
  | { kind: 'capture'; paymentId: string; minor: bigint }
  | { kind: 'charge'; minor: bigint }
  | { kind: 'refund'; paymentId: string; minor: bigint }
  | { kind: 'done' }
  | { kind: 'owe'; minor: bigint }

export const paidMinor = (takings: readonly Taking[]): bigint =>
  takings.reduce((sum, taking) => sum + taking.capturedMinor - taking.refundedMinor, 0n)

/**
 * What to do next so that what is paid comes to `targetMinor`. Looks at nothing but what stands: after a crash, or on another node, the
 * same question has the same answer. The cheapest way first: capture the hold, raise it, charge the card a second time; what is too much
 * goes back to the card that paid it.
 *
 * @param mayCharge false once a card said no for this visit as it stands: then the rest is owed
 */
export function planStep(targetMinor: bigint, takings: readonly Taking[], mayCharge: boolean): Step {
  if (takings.some(({ state }) => state === 'moving')) return { kind: 'wait' }
  const paid = paidMinor(takings)
  const dueMinor = targetMinor - paid
  const hold = takings.find(({ state }) => state === 'held')
  if (hold !== undefined) return stepOfHold(hold, dueMinor)
  if (dueMinor === 0n) return { kind: 'done' }
  if (dueMinor > 0n) return mayCharge ? { kind: 'charge', minor: dueMinor } : { kind: 'owe', minor: dueMinor }
  return stepOfRefund(takings, -dueMinor)
}

function stepOfHold(hold: Taking, dueMinor: bigint): Step {
  const { paymentId, authorisedMinor, maximumMinor, mayRaise, wholeOnly } = hold
  if (dueMinor <= 0n || (wholeOnly && dueMinor < authorisedMinor)) return { kind: 'release', paymentId }
  if (dueMinor <= maximumMinor) return { kind: 'capture', paymentId, minor: dueMinor }
  if (mayRaise) return { kind: 'raise', paymentId, byMinor: dueMinor - authorisedMinor }
  return { kind: 'capture', paymentId, minor: maximumMinor }
}

/** The last payment first: what was charged on top goes back before what the hold took. */
function stepOfRefund(takings: readonly Taking[], minor: bigint): Step {
  const last = takings.findLast(({ capturedMinor, refundedMinor }) => capturedMinor > refundedMinor)
  if (last === undefined) throw new Error('invariant broken: what was paid was paid by somebody')
  const leftMinor = last.capturedMinor - last.refundedMinor
  return { kind: 'refund', paymentId: last.paymentId, minor: minor < leftMinor ? minor : leftMinor }
}
