import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { AuthoriseRequest, Charge, FollowUp, Processor, REFUSALS } from '../processor.ts'

/** Cards a bench can save, by what they do later. */
export type CardKind =
  | 'approves'
  /** Declined for want of money when charged. */
  | 'declines'
  /** A refund stays pending for `slowRefundMs`, then succeeds. */
  | 'slow_refund'
  /** A refund stays pending for `slowRefundMs`, then fails. */
  | 'failing_refund'
  /** Charged like any other; its issuer declines increments. */
  | 'declines_increments'

export type LosableCall = 'authorise' | 'increment' | 'capture' | 'void' | 'refund'

/** A message as it arrives at our address. */
export type WebhookMessage = { headers: Record<string, string>; rawBody: Buffer }

/**
 * What the suite needs of an adapter under test, beside the port itself. A bench holds the far side too (the sandbox's books, or a
 * stand-in that speaks the processor's wire) and can make happen there what no call of ours can. What a capability of the adapter
 * excludes is never called.
 */
export type ProcessorBench = {
  processor: Processor
  /** Saves a card and answers its token, as a page and a shopper would. */
  saveCard(kind: CardKind): Promise<string>
  /** Moves the processor's clock. Only ever forward. */
  moveMs(byMs: number): void | Promise<void>
  /** How long the refunds of `slow_refund` and `failing_refund` stay pending, ms. */
  slowRefundMs: number
  /** The next call of this kind is performed; its reply is lost on the way. */
  loseReply(call: LosableCall): void
  /** True: nothing gets through and nothing is performed, until false. */
  cutOff(down: boolean): void
  /** The card scheme changes what stands behind a token: a new number (other last four digits), or the card is reported lost. */
  changeCard(token: string, change: 'replaced' | 'lost'): Promise<void>
  /** With `cloneInstruments`: the account of a merchant of the same platform. */
  merchantRef: string | null
  /** With `disputes`: the holder disputes all that is left of a captured charge. Answers the dispute's name. */
  openDispute(chargeRef: string): Promise<string>
  /** With `disputes`: the scheme decides. */
  decideDispute(disputeRef: string, outcome: 'won' | 'lost'): Promise<void>
  /** Where the bank may ask before it takes anything: it asks about a captured charge. Null: this processor knows no inquiries. */
  openInquiry: ((chargeRef: string) => Promise<string>) | null
  /** The bank is content, or takes the money after all. */
  endInquiry(disputeRef: string, outcome: 'content' | 'takes'): Promise<void>
  /** With `webhooks`: what the processor has sent since this was last called, in the order it happened. */
  takeMessages(): Promise<WebhookMessage[]>
  /** With `webhooks`: the body signed with the right key, as if sent at that time. */
  signMessage(rawBody: Buffer, sentAt: Date): WebhookMessage
  /** With `webhooks`: the body of a message of a type nobody has heard of. */
  strangeMessage(): Buffer
  close(): Promise<void>
}

/** The bench of the running suite; there once `beforeAll` has run. */
export type UseBench = () => ProcessorBench

export const requestOf = (token: string, more: Partial<AuthoriseRequest> = {}): AuthoriseRequest => ({
  key: randomUUID(),
  token,
  amountMinor: 2340n,
  currency: 'USD',
  initiator: 'shopper',
  capture: 'manual',
  ...more,
})

export const followUpOf = (charge: Pick<Charge, 'ref'>, amountMinor: bigint, key: string = randomUUID()): FollowUp => ({
  key,
  chargeRef: charge.ref,
  amountMinor,
})

type Refusal = (typeof REFUSALS)[number] | `charge_${Charge['state']}`

export const refusedAs = (reason: Refusal) =>
  expect.objectContaining({ name: 'ProcessorFailure', kind: 'refused', reason })
export const lost = expect.objectContaining({ name: 'ProcessorFailure', kind: 'lost' })
export const unsupported = expect.objectContaining({ name: 'ProcessorFailure', kind: 'unsupported' })

/** A charge on a fresh card, not captured. */
export async function authorised(bench: ProcessorBench, kind: CardKind = 'approves'): Promise<Charge> {
  return bench.processor.authorise(requestOf(await bench.saveCard(kind)))
}

/** A charge on a fresh card, captured whole. */
export async function captured(bench: ProcessorBench, kind: CardKind = 'approves'): Promise<Charge> {
  const charge = await authorised(bench, kind)
  return bench.processor.capture(followUpOf(charge, charge.amountMinor))
}
