import type { Clock } from '../../../clock.ts'
import type { Db } from '../../../database.ts'
import { type Processor, ProcessorFailure } from '../processor.ts'
import { openStripeProcessor } from './stripe.ts'
import { ask, openStripeClient, type StripeAddress, StripeRefusal } from './wire.ts'

/** What an account of Stripe's is opened with, as `payments/accounts` keeps it. */
export type StripeAccount = {
  name: string
  keys: { publishable: string; secret: string; webhook: string[] }
  flexible: boolean
  cardForms: { readerRef?: string; returnUrl?: string; fields?: boolean }
}
/** What Stripe says of it; `problem` when it says nothing. */
export type StripeAccountFacts = {
  problem?: string
  account?: string
  country?: string
  chargesEnabled?: boolean
  payoutsEnabled?: boolean
}

/** Opens accounts of Stripe's with their keys, all with one database for the memory of keys. */
export const stripeOpener =
  (shared: { db: Db; clock: Clock; address?: StripeAddress }) =>
  ({
    name,
    keys,
    flexible,
    cardForms,
  }: StripeAccount): {
    processor: Processor
    describe(): Promise<StripeAccountFacts>
  } => ({
    processor: openStripeProcessor({
      ...shared,
      name,
      secretKey: keys.secret,
      webhookSecrets: keys.webhook,
      flexible,
      forms: {
        readerRef: cardForms.readerRef ?? null,
        returnUrl: cardForms.returnUrl ?? null,
        publishableKey: cardForms.fields ? keys.publishable : null,
      },
    }),
    async describe() {
      try {
        const account = await ask(() => openStripeClient(keys.secret, shared.address).accounts.retrieveCurrent())
        return {
          account: account.id,
          country: account.country ?? '',
          chargesEnabled: account.charges_enabled,
          payoutsEnabled: account.payouts_enabled,
        }
      } catch (error) {
        if (error instanceof StripeRefusal) return { problem: `Stripe refuses: ${error.code}` }
        if (error instanceof ProcessorFailure) return { problem: `Stripe cannot be asked: ${error.reason}` }
        throw error
      }
    },
  })
