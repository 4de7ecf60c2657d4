import Stripe from 'stripe'
import { ProcessorFailure } from '../processor.ts'

/** The version of Stripe's interface this adapter is written for, whatever an account's default is: the one of stripe 23.1.0. */
export const STRIPE_API_VERSION = '2026-10-28.endive'
/** The name of that version's line, which Stripe's page script is served under. */
export const STRIPE_SCRIPT_URL = 'https://js.stripe.com/endive/stripe.js'

/** What a page with Stripe's fields has to let in (docs.stripe.com/security/guide, "Content Security Policy"). */
export const STRIPE_FIELD_ORIGINS = {
  script: ['https://js.stripe.com', 'https://*.js.stripe.com'],
  frame: ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
  connect: ['https://api.stripe.com'],
}

/** How long Stripe may take to answer, ms: a little less than payments waits, so that the failure has a name. */
export const REPLY_TIMEOUT_MS = 4_800
/** Pauses while another request under the same key is at work at Stripe, ms. */
const IN_USE_PAUSES_MS = [40, 80, 160, 320, 640, 1_000]

export type StripeAddress = { host: string; port: number; protocol: 'http' | 'https' }

/** Our name for a closed connection, so that the package does not send again by itself: only we know what a second try may mean. */
const CLOSED = 'PAUME_CONNECTION_CLOSED'

/** The official client with everything that would act behind our back switched off. */
export function openStripeClient(secretKey: string, address?: StripeAddress): Stripe {
  const inner = Stripe.createNodeHttpClient()
  const httpClient: ReturnType<typeof Stripe.createNodeHttpClient> = Object.create(inner)
  httpClient.makeRequest = (...request) =>
    inner.makeRequest(...request).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        throw Object.assign(new Error(error.message, { cause: error }), { code: CLOSED })
      throw error
    })
  return new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    maxNetworkRetries: 0,
    timeout: REPLY_TIMEOUT_MS,
    telemetry: false,
    httpClient,
    ...address,
  })
}

/** Stripe understood the request and will not. Certainly nothing was performed, unless it carries a payment. */
export class StripeRefusal extends Error {
  readonly code: string
  readonly declineCode: string | null
  readonly param: string | null
  readonly status: number
  readonly paymentIntent: Stripe.PaymentIntent | null
  constructor(error: InstanceType<typeof Stripe.errors.StripeError>) {
    super(`stripe refused: ${error.code ?? error.type}`)
    this.name = 'StripeRefusal'
    this.code = error.code ?? error.rawType ?? 'refused'
    this.declineCode = error.decline_code || null
    this.param = error.param ?? null
    this.status = error.statusCode ?? 0
    this.paymentIntent = error.payment_intent ?? null
  }
}

type Verdict = 'refused' | 'not_performed' | 'lost' | 'in_use' | 'closed'

/** What an error of the package tells about whether Stripe acted. What is not known to be harmless counts as lost. */
export function judge(error: unknown): Verdict {
  if (error instanceof Stripe.errors.StripeConnectionError) {
    const detail = error.detail as unknown as NodeJS.ErrnoException | undefined
    if (detail?.code === CLOSED) return 'closed'
    return neverLeft(detail) ? 'not_performed' : 'lost'
  }
  if (!(error instanceof Stripe.errors.StripeError)) return 'lost'
  const status = error.statusCode ?? 0
  if (error.code === 'idempotency_key_in_use' || status === 409) return 'in_use'
  // Turned away at the door: wrong key, no permission, too many requests, the object locked by another request.
  if (status === 401 || status === 403 || status === 429) return 'not_performed'
  return status === 400 || status === 402 || status === 404 ? 'refused' : 'lost'
}

/** Failures of finding the address, connecting and of the certificate: not a byte of the request had been sent. */
function neverLeft(error: (NodeJS.ErrnoException & { errors?: unknown }) | undefined): boolean {
  if (!error) return false
  if (Array.isArray(error.errors)) return error.errors.length > 0 && error.errors.every((each) => neverLeft(each))
  if (error.syscall === 'connect' || error.syscall === 'getaddrinfo') return true
  return /^(CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/.test(error.code ?? '')
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Asks Stripe. Throws `StripeRefusal` when it answered no, otherwise `ProcessorFailure`. A request is sent again only where that cannot
 * act twice: it carries the same idempotency key, or reads. Once one try may have arrived, no later failure says "not performed".
 */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  const beganMs = performance.now()
  let maybePerformed = false
  let closed = 0
  for (let attempt = 0; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      const verdict = judge(error)
      if (verdict === 'refused') throw new StripeRefusal(error as InstanceType<typeof Stripe.errors.StripeError>)
      const reason = nameOfFailure(error)
      if (verdict === 'not_performed' && !maybePerformed)
        throw new ProcessorFailure('not_performed', reason, { cause: error })
      maybePerformed = true
      const pauseMs = verdict === 'closed' ? 0 : IN_USE_PAUSES_MS[attempt]
      const again = (verdict === 'in_use' && pauseMs !== undefined) || (verdict === 'closed' && closed++ === 0)
      if (!again || performance.now() - beganMs + (pauseMs ?? 0) > REPLY_TIMEOUT_MS)
        throw new ProcessorFailure('lost', reason, { cause: error })
      await pause(pauseMs ?? 0)
    }
  }
}

const nameOfFailure = (error: unknown): string =>
  error instanceof Stripe.errors.StripeError ? (error.code ?? error.type ?? 'stripe_error') : 'unexpected'

/** For reads: `null` where Stripe says that there is no such thing. */
export async function askWhether<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await ask(call)
  } catch (error) {
    if (error instanceof StripeRefusal && (error.code === 'resource_missing' || error.status === 404)) return null
    if (error instanceof StripeRefusal) throw new ProcessorFailure('lost', error.code, { cause: error })
    throw error
  }
}
