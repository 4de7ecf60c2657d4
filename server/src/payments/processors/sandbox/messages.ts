import { type ProcessorEvent, ProcessorFailure } from '../processor.ts'
import type { EventObject, EventRow } from './events.ts'

/** The body of a message: what happened to what. It names, it does not tell amounts: who wants to know looks it up. */
export function messageBody(event: Pick<EventRow, 'id' | 'object' | 'occurs_at'> & { type: string }): Buffer {
  const { id, type, object, occurs_at } = event
  return Buffer.from(JSON.stringify({ id, type, created: occurs_at.toISOString(), object }))
}

const malformed = () => new ProcessorFailure('refused', 'message_malformed')

function textOf(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 200) throw malformed()
  return value
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed()
  return value as Record<string, unknown>
}

/** Reads a message whose signature was checked. A kind of thing that we do not know is `other`. Throws `refused: message_malformed`. */
export function readMessage(rawBody: Buffer): ProcessorEvent {
  let body: Record<string, unknown>
  try {
    body = fieldsOf(JSON.parse(rawBody.toString('utf8')))
  } catch {
    throw malformed()
  }
  const occurredAt = new Date(textOf(body.created))
  if (Number.isNaN(occurredAt.getTime())) throw malformed()
  return { eventId: textOf(body.id), type: textOf(body.type), occurredAt, subject: subjectOf(fieldsOf(body.object)) }
}

function subjectOf(object: Record<string, unknown>): EventObject | { kind: 'other' } {
  switch (object.kind) {
    case 'charge':
      return { kind: 'charge', chargeRef: textOf(object.chargeRef) }
    case 'dispute':
      return { kind: 'dispute', disputeRef: textOf(object.disputeRef), chargeRef: textOf(object.chargeRef) }
    case 'instrument':
      return { kind: 'instrument', token: textOf(object.token) }
    default:
      return { kind: 'other' }
  }
}
