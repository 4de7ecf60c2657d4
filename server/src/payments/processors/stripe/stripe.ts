import type { Clock } from '../../../clock.ts'
import type { Db } from '../../../database.ts'
import { type Processor, type ProcessorCapabilities, ProcessorFailure } from '../processor.ts'
import { authorise, cloneInstrument } from './authorising.ts'
import { fetchDispute, submitEvidence } from './disputes.ts'
import { capture, increment, refund, release } from './following.ts'
import { openStripeKeys } from './keys.ts'
import { findCharge, readCharge } from './reading.ts'
import { readName } from './references.ts'
import { fetchInstrument, forgetInstrument } from './saved-cards.ts'
import { listSettlement } from './settlement.ts'
import { type CardForms, cancelSetup, createSetup, fetchSetup, type Settings } from './setups.ts'
import { parseWebhook } from './webhooks.ts'
import { openStripeClient, type StripeAddress, StripeRefusal } from './wire.ts'

/** The longest an ordinary authorisation stands, ms: 7 days. Merchant-initiated ones of Visa end after 5; the charge says its own end. */
const AUTHORISATION_TTL_MS = 7 * 24 * 3_600_000

export type StripeOptions = {
  /** What instruments and payments call this processor; also keeps its keys apart from another Stripe account's. */
  name: string
  secretKey: string
  /** Secrets of the addresses Stripe sends messages to. None: messages are not taken. */
  webhookSecrets: readonly string[]
  forms: CardForms
  /** Increments and overcapture: true for accounts on interchange-plus pricing, to which Stripe gives them. */
  flexible: boolean
  db: Db
  clock: Clock
  /** Somewhere else than api.stripe.com: a stand-in. */
  address?: StripeAddress
}

/** A secret or restricted key of test mode moves no money. */
export const isTestKey = (secretKey: string): boolean => /^(sk|rk)_test_/.test(secretKey)

/** Stripe as a card processor. Opens no connection by itself; the first call does. */
export function openStripeProcessor(options: StripeOptions): Processor {
  const { name, db, clock, flexible, forms } = options
  const settings: Settings = {
    stripe: openStripeClient(options.secretKey, options.address),
    keys: openStripeKeys(db, clock, name),
    nowMs: () => clock.nowMs(),
    flexible,
    forms,
  }
  const capabilities: ProcessorCapabilities = {
    increments: flexible,
    overCapture: flexible,
    partialCapture: true,
    cloneInstruments: true,
    webhooks: options.webhookSecrets.length > 0,
    disputes: true,
    authorisationTtlMs: AUTHORISATION_TTL_MS,
  }
  return {
    name,
    sandbox: isTestKey(options.secretKey),
    capabilities,
    createSetup: (request) => orFailure(() => createSetup(settings, request)),
    cancelSetup: (setupId) => orFailure(() => cancelSetup(settings, setupId)),
    fetchSetup: (setupId) => orFailure(() => fetchSetup(settings, setupId)),
    forgetInstrument: (token) => orFailure(() => forgetInstrument(settings, token)),
    authorise: (request) => orFailure(() => authorise(settings, request)),
    capture: (request) => orFailure(() => capture(settings, request)),
    increment: (request) => orFailure(() => increment(settings, request)),
    void: (request) => orFailure(() => release(settings, request)),
    refund: (request) => orFailure(() => refund(settings, request)),
    cloneInstrument: (request) => orFailure(() => cloneInstrument(settings, request)),
    fetchInstrument: (token) => orFailure(() => fetchInstrument(settings, token)),
    async parseWebhook(message) {
      if (!capabilities.webhooks) throw new ProcessorFailure('unsupported', 'webhooks')
      return parseWebhook(options.webhookSecrets, message)
    },
    fetchDispute: (disputeRef) => orFailure(() => fetchDispute(settings, disputeRef)),
    submitEvidence: (request) => orFailure(() => submitEvidence(settings, request)),
    fetch: (by) =>
      orFailure(async () => {
        if ('key' in by) return findCharge(settings, by.key)
        const name = readName(by.ref, 'pi')
        return name === null ? null : readCharge(settings, name)
      }),
    listSettlement: (range) => orFailure(() => listSettlement(settings, range)),
  }
}

/** The port throws `ProcessorFailure` only. What broke on our side of the wire may have broken after Stripe acted. */
async function orFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof ProcessorFailure) throw cause
    if (cause instanceof StripeRefusal) throw new ProcessorFailure('refused', cause.code, { cause })
    throw new ProcessorFailure('lost', 'unexpected', { cause })
  }
}
