import { sql } from 'kysely'
import { withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { nowOf } from '../parts.ts'
import { type ProcessorEvent, ProcessorFailure } from '../processors/processor.ts'
import type { EventParts } from './parts.ts'

/** What follows a message leaves by the outbox under this topic. */
export const PROCESSOR_EVENT_TOPIC = 'payments.processor_event'
/** No processor sends a message again after so long, ms. */
const REMEMBERED_MS = 90 * 86_400_000

export type Message = { headers: Record<string, string>; rawBody: Buffer }

/**
 * Takes a message: the adapter checks its signature, its name is written down, and what follows is left to the outbox, all in one
 * transaction. What it says is not believed, so neither its order nor its age among others matters. Answers false for one that was
 * taken before. Throws `not_found`, `processor_message_refused`, `processor_unavailable` (it could not be checked: send it again).
 */
export async function receiveMessage(parts: EventParts, name: string, message: Message): Promise<boolean> {
  const event = await parse(parts, name, message)
  return withTransaction(parts.db, async (tx) => {
    const { rows } = await sql`
      insert into payment_processor_event (processor, event_id, type, occurred_at, received_at)
      values (${name}, ${event.eventId}, ${event.type}, ${event.occurredAt}, ${nowOf(parts)})
      on conflict do nothing returning event_id`.execute(tx)
    if (rows.length === 0) return false
    if (event.subject.kind !== 'other')
      await parts.outbox.enqueue(tx, PROCESSOR_EVENT_TOPIC, { processor: name, subject: event.subject })
    return true
  })
}

async function parse(parts: EventParts, name: string, message: Message): Promise<ProcessorEvent> {
  const processor = Object.hasOwn(parts.processors, name) ? parts.processors[name] : undefined
  if (!processor?.capabilities.webhooks) throw new Failure('not_found')
  try {
    return await processor.parseWebhook(message)
  } catch (cause) {
    if (!(cause instanceof ProcessorFailure)) throw cause
    if (cause.kind !== 'refused') throw new Failure('processor_unavailable', {}, { cause })
    throw new Failure('processor_message_refused', { detail: DETAIL[cause.reason] }, { cause })
  }
}

const DETAIL: Partial<Record<string, string>> = {
  signature_invalid: 'The signature does not fit the message.',
  event_too_old: 'The message was signed too long ago.',
  message_malformed: 'The message cannot be read.',
}

/** Forgets the names of messages that cannot come again. */
export async function forgetOldMessages({ db, clock }: Pick<EventParts, 'db' | 'clock'>): Promise<void> {
  const before = new Date(clock.nowMs() - REMEMBERED_MS)
  await sql`delete from payment_processor_event where received_at < ${before}`.execute(db)
}
