import Stripe from 'stripe'
import { type ProcessorEvent, ProcessorFailure } from '../processor.ts'
import { nameOf, tokenOf } from './references.ts'

/** How old a message may be, s. Stripe's own recommendation. */
const TOLERANCE_S = 300

const refused = (reason: string, cause?: unknown) => new ProcessorFailure('refused', reason, { cause })

type Message = {
  id: string
  type: string
  created: number
  account: string | null
  object: Record<string, unknown>
  before: Record<string, unknown>
}

/**
 * Checks the signature over the raw bytes, with each of the secrets: the platform's own endpoint and the one of its connected accounts
 * have one each, and while a secret is being changed there are two. What a message says is not read further than to name its subject.
 */
export function parseWebhook(
  secrets: readonly string[],
  { headers, rawBody }: { headers: Record<string, string>; rawBody: Buffer },
): ProcessorEvent {
  const signature = Object.entries(headers).find(([name]) => name.toLowerCase() === 'stripe-signature')?.[1]
  verify(secrets, rawBody, signature)
  const { id, type, created, account, object, before } = readMessage(rawBody)
  return { eventId: id, type, occurredAt: new Date(created * 1000), subject: subjectOf(type, account, object, before) }
}

function verify(secrets: readonly string[], rawBody: Buffer, signature: string | undefined): void {
  let late: unknown = null
  for (const secret of secrets) {
    try {
      Stripe.webhooks.signature!.verifyHeader(rawBody, signature ?? '', secret, TOLERANCE_S)
      return
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError && /tolerance/.test(error.message))
        late = error
    }
  }
  throw late === null ? refused('signature_invalid') : refused('event_too_old', late)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readMessage(rawBody: Buffer): Message {
  let event: unknown
  try {
    event = JSON.parse(rawBody.toString('utf8'))
  } catch (cause) {
    throw refused('message_malformed', cause)
  }
  if (!isRecord(event)) throw refused('message_malformed')
  const { id, type, created, account, data } = event
  if (typeof id !== 'string' || typeof type !== 'string' || typeof created !== 'number')
    throw refused('message_malformed')
  if (!isRecord(data) || !isRecord(data.object)) throw refused('message_malformed')
  const before = isRecord(data.previous_attributes) ? data.previous_attributes : {}
  return { id, type, created, account: typeof account === 'string' ? account : null, object: data.object, before }
}

const textOr = (value: unknown): string | null =>
  typeof value === 'string' ? value : isRecord(value) && typeof value.id === 'string' ? value.id : null

/** What has to be looked up again. `account.updated`, `payout.*` and all that we do not know concern no single payment. */
function subjectOf(
  type: string,
  account: string | null,
  object: Record<string, unknown>,
  before: Record<string, unknown>,
): ProcessorEvent['subject'] {
  const id = textOr(object.id)
  const intent = textOr(object.payment_intent)
  if (type.startsWith('payment_intent.') && id !== null) return { kind: 'charge', chargeRef: nameOf({ account, id }) }
  if (type.startsWith('charge.dispute.') && id !== null && intent !== null)
    return {
      kind: 'dispute',
      disputeRef: nameOf({ account, id }),
      chargeRef: nameOf({ account, id: intent }),
    }
  if (/^(charge|refund|radar\.early_fraud_warning)\./.test(type) && intent !== null)
    return { kind: 'charge', chargeRef: nameOf({ account, id: intent }) }
  if (type.startsWith('payment_method.') && id !== null) {
    const customer = textOr(object.customer) ?? textOr(before.customer)
    if (customer !== null) return { kind: 'instrument', token: tokenOf({ account, customer, paymentMethod: id }) }
  }
  return { kind: 'other' }
}
