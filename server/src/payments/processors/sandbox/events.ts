import { newRef } from './refs.ts'

/** Everything the processor tells of. `charge.*` up to `charge.voided` repeat what the caller was answered; the rest comes on its own. */
export const EVENT_TYPES = [
  'charge.authorised',
  'charge.declined',
  'charge.incremented',
  'charge.captured',
  'charge.voided',
  'charge.lapsed',
  'refund.pending',
  'refund.succeeded',
  'refund.failed',
  'dispute.opened',
  'dispute.under_review',
  'dispute.won',
  'dispute.lost',
  'instrument.replaced',
  'instrument.lost',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** What nobody was answered and only a message tells. */
export const LATER_EVENTS: readonly EventType[] = [
  'charge.lapsed',
  'refund.succeeded',
  'refund.failed',
  'dispute.opened',
  'dispute.under_review',
  'dispute.won',
  'dispute.lost',
  'instrument.replaced',
  'instrument.lost',
]

export type EventObject =
  | { kind: 'charge'; chargeRef: string }
  | { kind: 'dispute'; disputeRef: string; chargeRef: string }
  | { kind: 'instrument'; token: string }

/** A message to be sent once it has happened. What lies ahead may still turn out otherwise: then it is dropped when its time comes. */
export type EventRow = {
  id: string
  type: EventType
  object: EventObject
  /** By the processor's clock. */
  occurs_at: Date
}

export const eventOf = (type: EventType, object: EventObject, occursAt: Date): EventRow => ({
  id: newRef('ev'),
  type,
  object,
  occurs_at: occursAt,
})

/** Those of the events that somebody has asked for. */
export const wanted = (events: EventRow[], types: readonly string[]): EventRow[] =>
  types.length === 0 ? [] : events.filter((event) => types.includes(event.type))
