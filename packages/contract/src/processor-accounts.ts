import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'

/** Whose account: the whole server's (`platform`), where cards are saved and money goes by default, or one organisation's. */
export const ProcessorAccountOwner = Type.Union([Type.Literal('platform'), idSchema('organisation')])

const Key = (prefix: string) => Type.String({ pattern: `^${prefix}[A-Za-z0-9_]{8,300}$` })

/** How a card is taken from a shopper, the best first: reader, page on the own phone, fields in our page. What is left out is not offered. */
export const ProcessorCardForms = Type.Object({
  readerRef: Type.Optional(
    Type.String({ pattern: '^tmr_[A-Za-z0-9]{4,100}$', description: 'A Stripe Terminal reader.' }),
  ),
  returnUrl: Type.Optional(
    Type.String({ pattern: '^https://\\S{4,500}$', description: "Where Stripe's page sends the phone afterwards." }),
  ),
  fields: Type.Optional(
    Type.Boolean({
      description: "Stripe's fields in our page: the last choice, the page is then in scope of the card rules.",
    }),
  ),
})

/** `PUT /v1/processor-accounts/{owner}` (operator). Keys are written and never read back; left out, those that are there stay. */
export const ProcessorAccountSet = Type.Object({
  processor: Type.Literal('stripe'),
  keys: Type.Optional(
    Type.Object({
      publishable: Key('pk_(test|live)_'),
      secret: Key('(sk|rk)_(test|live)_'),
      webhook: Type.Array(Key('whsec_'), {
        maxItems: 4,
        description: 'Signing secrets of the addresses Stripe calls.',
      }),
    }),
  ),
  /** The organisation's account on the platform. */
  merchantRef: Type.Optional(Type.String({ pattern: '^acct_[A-Za-z0-9]{4,100}$' })),
  /** `direct`: the organisation is the merchant of record. `destination`: the platform is, and passes the money on. */
  charges: Type.Optional(Type.Union([Type.Literal('direct'), Type.Literal('destination')])),
  /** Who starts a charge towards the bank. `merchant` needs the acquirer's agreement where strong authentication is law. */
  initiator: Type.Union([Type.Literal('shopper'), Type.Literal('merchant')]),
  acquirerAgreed: Type.Optional(Type.Boolean()),
  /** Increments and overcapture: for Stripe accounts on interchange-plus pricing. */
  flexible: Type.Optional(Type.Boolean()),
  cardForms: Type.Optional(ProcessorCardForms),
})
export type ProcessorAccountSet = Static<typeof ProcessorAccountSet>

export const ProcessorAccount = Type.Object({
  owner: ProcessorAccountOwner,
  processor: Type.Literal('stripe'),
  /** What payments and cards call it; null: it has no keys of its own and goes through the platform's. */
  name: Type.Union([Type.String(), Type.Null()]),
  keys: Type.Union([
    Type.Null(),
    Type.Object({
      live: Type.Boolean({ description: 'False: keys of test mode, no money moves.' }),
      publishableLast4: Type.String(),
      secretLast4: Type.String(),
      webhookLast4: Type.Array(Type.String()),
    }),
  ]),
  merchantRef: Type.Union([Type.String(), Type.Null()]),
  charges: Type.Union([Type.Literal('direct'), Type.Literal('destination')]),
  initiator: Type.Union([Type.Literal('shopper'), Type.Literal('merchant')]),
  acquirerAgreed: Type.Boolean(),
  flexible: Type.Boolean(),
  cardForms: ProcessorCardForms,
  updatedAt: Timestamp,
})
export type ProcessorAccount = Static<typeof ProcessorAccount>
export const ProcessorAccounts = Type.Object({ accounts: Type.Array(ProcessorAccount) })

/** `POST /v1/processor-accounts/{owner}/test`: what Stripe says of the account, or why it says nothing. */
export const ProcessorAccountTest = Type.Object({
  ok: Type.Boolean(),
  problem: Type.Optional(Type.String()),
  account: Type.Optional(Type.String()),
  country: Type.Optional(Type.String()),
  chargesEnabled: Type.Optional(Type.Boolean()),
  payoutsEnabled: Type.Optional(Type.Boolean()),
})
export type ProcessorAccountTest = Static<typeof ProcessorAccountTest>
