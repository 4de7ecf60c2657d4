import type { ProcessorEvent } from '../processors/processor.ts'
import { followCharge } from './follow-charge.ts'
import type { EventParts } from './parts.ts'

/**
 * Delivers `payments.processor_event`: looks up what the message named. Safe to repeat. Throws while the processor cannot be asked: the
 * outbox tries again.
 */
export function eventHandler(parts: EventParts): (payload: Record<string, unknown>) => Promise<void> {
  return async (payload) => {
    const processor = String(payload.processor)
    const subject = payload.subject as ProcessorEvent['subject']
    switch (subject.kind) {
      case 'charge':
        return followCharge(parts, processor, subject.chargeRef)
      case 'dispute':
        return parts.disputeDesk.follow(processor, subject.disputeRef)
      case 'instrument':
        return parts.cards.refresh(subject.token)
      case 'other':
        return
    }
  }
}
