import type { GateSession, WebhookEventType } from '@paume/contract'
import { sql } from 'kysely'
import type { Tx } from '../database.ts'
import { createOutbox } from '../outbox/service.ts'

/** What gates and doors tell the outside goes into the outbox under this topic. */
export const GATES_TOPIC = 'gates.published'

export type GateEvent = Extract<WebhookEventType, `gate.${string}` | `admission.${string}`>

const outbox = createOutbox()

/** Says in the transaction of what it tells that it happened. Nothing where nobody listens. */
export async function publishGate(
  tx: Tx,
  type: GateEvent,
  organisationId: string,
  at: Date,
  data: { session: Partial<GateSession> & { id: string } } | Record<string, unknown>,
): Promise<void> {
  const heard = sql<boolean>`exists (select 1 from payment_audience where organisation_id = ${organisationId})`
  await outbox.enqueue(tx, GATES_TOPIC, { type, organisationId, at: at.toISOString(), data }, heard)
}

/** Whether an outbox message is of that topic. */
export const isOfGates = ({ type }: Record<string, unknown>): boolean =>
  typeof type === 'string' && /^(gate|admission)\./.test(type)

/** An outbox message of that topic, in the words of webhooks. Everything told stands in the message. */
export function describeGate(payload: Record<string, unknown>) {
  const { type, organisationId, at, data } = payload as {
    type: GateEvent
    organisationId: string
    at: string
    data: Record<string, unknown>
  }
  return { type, organisationId, at: new Date(at), key: null, data }
}
