import type { ProcessorCapabilities } from './processors/processor.ts'

/** How an amount comes off a card that holds an authorisation. */
export type CapturePlan =
  | { kind: 'capture' }
  /** The authorisation is raised by so much first. */
  | { kind: 'raise_first'; byMinor: bigint }
  /** The processor lets at most `maximumMinor` be taken: the rest takes another payment. */
  | { kind: 'second_payment'; maximumMinor: bigint; restMinor: bigint }
  /** Less than was authorised, and this processor captures all or nothing. */
  | { kind: 'all_or_nothing' }

/** Cheapest way first: capture as it stands, over-capture, raise, another payment. Amounts are minor units. */
export function planCapture(
  wantedMinor: bigint,
  held: { authorisedMinor: bigint; maximumMinor: bigint },
  capabilities: Pick<ProcessorCapabilities, 'increments' | 'partialCapture'>,
): CapturePlan {
  if (wantedMinor < held.authorisedMinor && !capabilities.partialCapture) return { kind: 'all_or_nothing' }
  if (wantedMinor <= held.maximumMinor) return { kind: 'capture' }
  if (capabilities.increments) return { kind: 'raise_first', byMinor: wantedMinor - held.authorisedMinor }
  return { kind: 'second_payment', maximumMinor: held.maximumMinor, restMinor: wantedMinor - held.maximumMinor }
}
