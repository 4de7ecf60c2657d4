import { randomUUID } from 'node:crypto'
import Stripe from 'stripe'
import { openTestDatabase } from '../../../../../test/test-database.ts'
import { movableClock } from '../../../../clock.ts'
import type { CardKind, LosableCall, ProcessorBench, WebhookMessage } from '../../processor-contract/bench.ts'
import { readName, readToken } from '../references.ts'
import type { CardForms } from '../setups.ts'
import { openStripeProcessor, type StripeOptions } from '../stripe.ts'
import { type CardBehaviour, get, ledgerOf } from './books.ts'
import { changeCard, presentCard } from './cards.ts'
import { closeInquiry, decideDispute, growInquiry, openDispute, passTime, SLOW_REFUND_S } from './payments.ts'
import { openStripeStandIn, type StripeStandIn } from './server.ts'

export const PLATFORM_SECRET = 'whsec_platform'
export const CONNECT_SECRET = 'whsec_connected'
export const MERCHANT = 'acct_merchant1'

const BEHAVIOUR: Record<CardKind, CardBehaviour> = {
  approves: 'approves',
  declines: 'insufficient_funds',
  slow_refund: 'slow_refund',
  failing_refund: 'failing_refund',
  declines_increments: 'declines_increments',
}
const OPERATION: Record<LosableCall, string> = {
  authorise: 'POST /v1/payment_intents',
  increment: 'POST /v1/payment_intents/{intent}/increment_authorization',
  capture: 'POST /v1/payment_intents/{intent}/capture',
  void: 'POST /v1/payment_intents/{intent}/cancel',
  refund: 'POST /v1/refunds',
}

export const ELEMENTS: CardForms = { readerRef: null, returnUrl: null, publishableKey: 'pk_test_standin' }

export type StripeBench = ProcessorBench & {
  standIn: StripeStandIn
  clock: ReturnType<typeof movableClock>
  /** Saves a card that does anything the stand-in knows. */
  saveAs(behaviour: CardBehaviour): Promise<string>
}

/** The Stripe adapter against the stand-in for Stripe's wire, with a database of its own for the keys. */
export async function openStripeBench(
  options: Partial<Pick<StripeOptions, 'flexible' | 'forms' | 'webhookSecrets'>> = {},
): Promise<StripeBench> {
  const clock = movableClock()
  const standIn = await openStripeStandIn(clock.nowMs)
  const { books, trouble } = standIn
  books.accounts.set(MERCHANT, new Map())
  const database = await openTestDatabase()
  const processor = openStripeProcessor({
    name: 'stripe',
    secretKey: books.secretKey,
    webhookSecrets: [CONNECT_SECRET, PLATFORM_SECRET],
    forms: ELEMENTS,
    flexible: true,
    db: database.db,
    clock,
    address: standIn.address,
    ...options,
  })
  const platform = ledgerOf(books, '')
  const ledgerFor = (name: string, ...prefixes: string[]) => {
    const { account, id } = readName(name, ...prefixes)!
    return { ledger: ledgerOf(books, account ?? ''), id }
  }
  const passAll = () => {
    for (const account of books.accounts.keys()) passTime(ledgerOf(books, account))
  }
  const signMessage = (rawBody: Buffer, sentAt: Date): WebhookMessage => ({
    headers: {
      'content-type': 'application/json',
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({
        payload: rawBody.toString('utf8'),
        secret: PLATFORM_SECRET,
        timestamp: Math.floor(sentAt.getTime() / 1000),
      }),
    },
    rawBody,
  })
  const saveAs = async (behaviour: CardBehaviour) => {
    const setupId = randomUUID()
    const { clientSecret } = await processor.createSetup({ setupId })
    presentCard(platform, clientSecret.split('_secret_')[0]!, behaviour)
    const state = await processor.fetchSetup(setupId)
    if (state?.kind !== 'succeeded') throw new Error('the card was not saved')
    return state.token
  }
  return {
    processor,
    standIn,
    clock,
    saveAs,
    saveCard: (kind) => saveAs(BEHAVIOUR[kind]),
    moveMs(byMs) {
      clock.moveMs(byMs)
      passAll()
    },
    slowRefundMs: SLOW_REFUND_S * 1000,
    // The adapter tries once more when a connection closes, under the same key: that reply is lost too.
    loseReply: (call) => void trouble.loseReply.push(OPERATION[call], OPERATION[call]),
    cutOff(down) {
      trouble.down = down
    },
    async changeCard(token, change) {
      changeCard(platform, readToken(token)!.paymentMethod, change)
      if (change === 'replaced') return
      // Stripe tells nobody that a card is lost until it is charged: the first charge after it learns it, as this one does.
      const probe = { initiator: 'merchant', capture: 'manual' } as const
      await processor.authorise({ key: randomUUID(), token, amountMinor: 100n, currency: 'USD', ...probe })
    },
    merchantRef: MERCHANT,
    async openDispute(chargeRef) {
      const { ledger, id } = ledgerFor(chargeRef, 'pi')
      const dispute = openDispute(ledger, id)
      return ledger.account === '' ? dispute.id : `${ledger.account}/${dispute.id}`
    },
    async openInquiry(chargeRef) {
      const { ledger, id } = ledgerFor(chargeRef, 'pi')
      const inquiry = openDispute(ledger, id, 'warning_needs_response')
      return ledger.account === '' ? inquiry.id : `${ledger.account}/${inquiry.id}`
    },
    async endInquiry(disputeRef, outcome) {
      const { ledger, id } = ledgerFor(disputeRef, 'dp')
      const inquiry = get(ledger, id, 'dispute')
      if (outcome === 'content') closeInquiry(ledger, inquiry)
      else growInquiry(ledger, inquiry)
    },
    async decideDispute(disputeRef, outcome) {
      const { ledger, id } = ledgerFor(disputeRef, 'dp')
      decideDispute(ledger, id, outcome)
    },
    async takeMessages() {
      passAll()
      return books.events
        .splice(0)
        .map(({ $: _hidden, ...event }) => signMessage(Buffer.from(JSON.stringify(event)), new Date()))
    },
    signMessage,
    strangeMessage: () =>
      Buffer.from(
        JSON.stringify({ id: 'evt_x', object: 'event', type: 'moon.full', created: 1, data: { object: {} } }),
      ),
    async close() {
      await standIn.close()
      await database.close()
    },
  }
}
