import { Failure } from '../failure.ts'
import { checkText, type TextMessages, type TextOutcome } from './text-messages.ts'

export type CarrierOptions = {
  /** Origin, e.g. `https://api.twilio.com`. */
  url: string
  account: string
  key: string
  /** A number in E.164, or the name of a messaging service (`MG…`). */
  from: string
  /** How long one request may take, ms. */
  timeoutMs?: number
  /** Waits between tries that are safe, ms. */
  waitsMs?: readonly number[]
}

/** Within the lease of an outbox message, and no longer than a person waits for a code. */
const TIMEOUT_MS = 10_000
/** Two more tries, where the carrier certainly has nothing. */
const WAITS_MS = [500, 2_000]

/**
 * Codes of Twilio's Messages API that are about this number and stay so: no number at all, cannot be reached from here, has unsubscribed,
 * not a mobile. (https://www.twilio.com/docs/api/errors)
 */
const REFUSED_CODES: readonly number[] = [21211, 21214, 21217, 21610, 21612, 21614]

/** Nothing was sent: the name was not found, nobody listened, or it was somebody else. After anything later it may have arrived. */
const NEVER_LEFT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|(?:CERT|ERR_TLS|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)_.*)$/

type Try = TextOutcome | 'not_taken'

/**
 * Texts by a carrier that speaks Twilio's Messages API. That API has no idempotency key, so a message is asked for again only where the
 * carrier certainly did not take it: nobody answered the call, or it said "too many" (429). A lost reply is `unsure`.
 */
export function createCarrierTextMessages(options: CarrierOptions): TextMessages {
  const { url, account, key, from, timeoutMs = TIMEOUT_MS, waitsMs = WAITS_MS } = options
  const address = `${url}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`
  const authorization = `Basic ${Buffer.from(`${account}:${key}`).toString('base64')}`
  const sender: Record<string, string> = from.startsWith('+') ? { From: from } : { MessagingServiceSid: from }

  const once = async (to: string, text: string): Promise<Try> => {
    let reply: Response
    try {
      reply = await fetch(address, {
        method: 'POST',
        headers: { authorization, accept: 'application/json' },
        body: new URLSearchParams({ To: to, ...sender, Body: text }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (error) {
      return NEVER_LEFT.test(causeCode(error)) ? 'not_taken' : 'unsure'
    }
    return readReply(reply)
  }
  return {
    async send(to, text) {
      checkText(to, text)
      for (const waitMs of [...waitsMs, null]) {
        const outcome = await once(to, text)
        if (outcome !== 'not_taken') return outcome
        if (waitMs !== null) await new Promise((done) => setTimeout(done, waitMs))
      }
      throw new Failure('text_unavailable')
    },
  }
}

/** Throws where the mistake is ours (key, sender, a wrong field): a person mends it, and what waits in the outbox goes out then. */
async function readReply(reply: Response): Promise<Try> {
  const body = (await reply.json().catch(() => null)) as { code?: unknown } | null
  if (reply.ok) return 'sent'
  if (reply.status === 429) return 'not_taken'
  if (reply.status >= 500) return 'unsure'
  const code = Number(body?.code ?? 0)
  if (REFUSED_CODES.includes(code)) return 'refused'
  throw new Failure(
    'text_unavailable',
    {},
    { cause: new Error(`the carrier refused us: HTTP ${reply.status}, code ${code}`) },
  )
}

const causeCode = (error: unknown): string => {
  const cause = (error as { cause?: { code?: unknown; errors?: { code?: unknown }[] } }).cause
  return String(cause?.code ?? cause?.errors?.[0]?.code ?? '')
}
