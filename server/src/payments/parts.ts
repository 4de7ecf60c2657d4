import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import { invariant } from '../failure.ts'
import type { Notifier } from './notifier.ts'
import type {
  AssertionVerifier,
  Audit,
  ChargeLimits,
  Disputes,
  Payees,
  ProcessorTerms,
  ShopperInstruments,
  Terminals,
} from './ports.ts'
import type { Processor } from './processors/processor.ts'

export type PaymentTiming = {
  /** How long a processor may take to answer before its reply counts as lost, ms. */
  processorReplyMs: number
  /**
   * How long after the request left the processor must have seen it if it ever will, ms. Longer than `processorReplyMs`, because a
   * request that we gave up waiting for may still be under way.
   */
  neverSeenMs: number
  /** A terminal that was silent for this long is gone, ms (three missed heartbeats of 15 s). */
  terminalSilentMs: number
  /** A hover nobody finished for this long was lost with its node, ms. */
  hoverStaleMs: number
  /** How long the shopper has to choose a card, ms. */
  cardChoiceMs: number
}

export const PAYMENT_TIMING: PaymentTiming = {
  processorReplyMs: 5_000,
  neverSeenMs: 8_000,
  terminalSilentMs: 45_000,
  hoverStaleMs: 15_000,
  cardChoiceMs: 20_000,
}

export type PaymentPolicy = {
  /** How far a tip told after the approval may take a capture above what was authorised, whole per cent of it. */
  tipAboveAuthorisedPercent: number
}

/** Card schemes let restaurants settle a fifth to three tenths above; nothing above what a slip of paper could explain. */
export const PAYMENT_POLICY: PaymentPolicy = { tipAboveAuthorisedPercent: 30 }

/** What the payments subject is made of; put together in the wiring. */
export type PaymentParts = {
  db: Db
  clock: Clock
  /** By name, as instruments name theirs. */
  processors: Readonly<Record<string, Processor>>
  assertions: AssertionVerifier
  instruments: ShopperInstruments
  terminals: Terminals
  payees: Payees
  audit: Audit
  notifier: Notifier
  timing: PaymentTiming
  policy: PaymentPolicy
  /** What of a payment the card holder disputes; absent where nobody takes disputes. */
  disputes?: Disputes
  /** What may be charged, and how often; absent where anything may. */
  limits?: ChargeLimits
  /** Which processor an organisation uses; absent where there is one for all, paid itself. */
  terms?: ProcessorTerms
}

export const nowOf = (parts: Pick<PaymentParts, 'clock'>): Date => new Date(parts.clock.nowMs())

export function processorOf(parts: Pick<PaymentParts, 'processors'>, name: string | null): Processor {
  const processor = name === null ? undefined : parts.processors[name]
  invariant(processor, `processor ${name} is configured`)
  return processor
}
