import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { CurrencySchema } from './money.ts'

/** A date where the organisation is. */
export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Date, e.g. 2026-11-23.' })
/** Whole minor units, signed. */
const Minor = Type.Integer()
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const organisationId = idSchema('organisation')
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/** `GET /v1/ledger/trial-balances?day=` (operator). One book: an organisation in a currency, over one closed day. */
export const DayBook = Type.Object({
  organisationId,
  currency: CurrencySchema,
  day: Day,
  /** 1 is the first day of the book. */
  sequence: Type.Integer(),
  endsAt: Timestamp,
  balanced: Type.Boolean(),
  /** Why the day does not balance. Payouts stop until a person has looked. */
  findings: Type.Array(Type.String()),
  accounts: Type.Array(
    Type.Object({
      kind: Type.String(),
      openingMinor: Minor,
      debitMinor: Minor,
      creditMinor: Minor,
      closingMinor: Minor,
    }),
  ),
  /** Of the day before: each day's hash holds the whole past. */
  previousSha256: Sha256,
  sha256: Sha256,
  /** False when a day of this book's chain was changed or removed. */
  chainVerified: Type.Boolean(),
})
export type DayBook = Static<typeof DayBook>
export const DayBooks = Type.Object({
  books: Type.Array(DayBook),
  /** What keeps this server from changing its books: no right to (`login`, `set_role`), or triggers alone. */
  guard: literals(['login', 'set_role', 'triggers']),
})
export type DayBooks = Static<typeof DayBooks>

/** What was agreed with a merchant, for one currency. `GET`, `PUT /v1/organisations/{id}/settlement-terms/{currency}` (operator). */
export const SettlementTerms = Type.Object({
  /** IANA name; the day of the books ends at midnight there. One for all currencies of an organisation. */
  timeZone: Type.String({ minLength: 1, maxLength: 64 }),
  /** The merchant bears what the processor keeps. */
  passThrough: Type.Boolean(),
  /** Of what is captured, in hundredths of a per cent. */
  rateBasisPoints: Type.Integer({ minimum: 0, maximum: 10_000 }),
  /** Per capture. */
  fixedMinor: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  /** Kept back from each day's captures … */
  reserveBasisPoints: Type.Integer({ minimum: 0, maximum: 10_000 }),
  /** … for this long. */
  reserveDays: Type.Integer({ minimum: 0, maximum: 400 }),
  minimumPayoutMinor: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
})
export type SettlementTerms = Static<typeof SettlementTerms>

/**
 * What one day brought a merchant. Positive is the merchant's:
 * closing = carried + captured + refunded + disputed + returned + adjusted − platformFee − reserved + released − payout.
 */
export const SettlementBatch = Type.Object({
  id: idSchema('batch'),
  organisationId,
  currency: CurrencySchema,
  day: Day,
  startsAt: Timestamp,
  endsAt: Timestamp,
  carriedMinor: Minor,
  capturedMinor: Minor,
  captures: Type.Integer(),
  refundedMinor: Minor,
  refunds: Type.Integer(),
  disputedMinor: Minor,
  disputes: Type.Integer(),
  /** Payouts that the bank sent back. */
  returnedMinor: Minor,
  adjustedMinor: Minor,
  /** What the processor kept. The merchant's part of it is in the platform's fee. */
  processorFeeMinor: Minor,
  platformFeeMinor: Minor,
  reservedMinor: Minor,
  releasedMinor: Minor,
  /** Not paid out while differences to the processor's books are open. */
  heldBackMinor: Minor,
  payoutMinor: Minor,
  /** Why nothing was paid out although there was something; else null. */
  payoutStopped: orNull(Type.String()),
  closingMinor: Minor,
  madeAt: Timestamp,
})
export type SettlementBatch = Static<typeof SettlementBatch>
export const SettlementBatches = Type.Object({ batches: Type.Array(SettlementBatch) })
export type SettlementBatches = Static<typeof SettlementBatches>

export const SettlementMovement = Type.Object({
  at: Timestamp,
  kind: Type.String({
    description: 'capture, refund, refund_failed, dispute, dispute_returned, payout_returned or adjustment',
  }),
  transferId: Type.String(),
  paymentId: orNull(idSchema('payment')),
  reference: orNull(Type.String()),
  amountMinor: Minor,
})
export const SettlementFee = Type.Object({
  at: Timestamp,
  processor: Type.String(),
  kind: Type.String(),
  key: Type.String(),
  amountMinor: Minor,
  processorFeeMinor: Minor,
  platformFeeMinor: Minor,
  processorBatch: Type.String(),
})
/** `GET /v1/settlements/batches/{id}` (operator): at most 1,000 lines of each; the CSV has all. */
export const SettlementBatchDetail = Type.Object({
  batch: SettlementBatch,
  movements: Type.Array(SettlementMovement),
  fees: Type.Array(SettlementFee),
})
export type SettlementBatchDetail = Static<typeof SettlementBatchDetail>

export const PAYOUT_STATES = ['in_transit', 'paid', 'returned'] as const
export const Payout = Type.Object({
  id: idSchema('payout'),
  batchId: idSchema('batch'),
  organisationId,
  currency: CurrencySchema,
  day: Day,
  amountMinor: Minor,
  state: literals(PAYOUT_STATES),
  note: orNull(Type.String()),
  createdAt: Timestamp,
  endedAt: orNull(Timestamp),
})
export type Payout = Static<typeof Payout>
export const Payouts = Type.Object({ payouts: Type.Array(Payout) })
export type Payouts = Static<typeof Payouts>
/** `POST /v1/settlements/payouts/{id}/outcome` (operator): what became of it at the bank. Saying the same twice changes nothing. */
export const PayoutOutcome = Type.Object({
  outcome: literals(['paid', 'returned']),
  note: Type.Optional(Type.String({ maxLength: 500 })),
})
export type PayoutOutcome = Static<typeof PayoutOutcome>

export const RECONCILED = [
  'matched',
  'awaited',
  'missing_at_processor',
  'missing_with_us',
  'amount_differs',
  'late',
] as const
const ReconciledLine = Type.Object({
  status: literals(RECONCILED),
  kind: Type.String({ description: 'capture, refund, dispute or dispute_returned' }),
  key: Type.String(),
  paymentId: orNull(idSchema('payment')),
  oursMinor: orNull(Minor),
  theirsMinor: orNull(Minor),
  ourAt: orNull(Timestamp),
  theirAt: orNull(Timestamp),
  processor: orNull(Type.String()),
  processorBatch: orNull(Type.String()),
})
/** `GET /v1/settlements/reconciliation?organisation=&currency=&day=` (operator). Lists what does not match; the CSV has every line. */
export const Reconciliation = Type.Object({
  organisationId,
  currency: CurrencySchema,
  day: Day,
  startsAt: Timestamp,
  endsAt: Timestamp,
  /** Lines by status. */
  counts: Type.Record(Type.String(), Type.Integer()),
  oursMinor: Minor,
  theirsMinor: Minor,
  lines: Type.Array(ReconciledLine),
})
export type Reconciliation = Static<typeof Reconciliation>

export const DIFFERENCE_KINDS = [
  'missing_at_processor',
  'missing_with_us',
  'amount_differs',
  'late',
  'line_changed',
  'book_unbalanced',
] as const
export const RESOLUTIONS = ['explained', 'merchant', 'platform'] as const
/** Something that does not fit. It stays open until a person says what it was. */
export const Difference = Type.Object({
  id: idSchema('difference'),
  kind: literals(DIFFERENCE_KINDS),
  lineKind: Type.String(),
  key: Type.String(),
  /** Null when the processor lists a charge that we have never heard of. */
  organisationId: orNull(organisationId),
  currency: CurrencySchema,
  paymentId: orNull(idSchema('payment')),
  oursMinor: orNull(Minor),
  theirsMinor: orNull(Minor),
  detail: Type.String(),
  foundAt: Timestamp,
  resolution: orNull(literals(RESOLUTIONS)),
  note: orNull(Type.String()),
  resolvedBy: orNull(Type.String()),
  resolvedAt: orNull(Timestamp),
})
export type Difference = Static<typeof Difference>
export const Differences = Type.Object({ differences: Type.Array(Difference) })
export type Differences = Static<typeof Differences>
/**
 * `POST /v1/settlements/differences/{id}/resolve` (operator). `explained` moves nothing; `merchant` and `platform` write a journal that
 * brings our books to the processor's, at whose cost or gain it says.
 */
export const DifferenceResolution = Type.Object({
  resolution: literals(RESOLUTIONS),
  note: Type.String({ minLength: 3, maxLength: 1_000 }),
  resolvedBy: Type.String({ minLength: 1, maxLength: 100 }),
})
export type DifferenceResolution = Static<typeof DifferenceResolution>

/** `POST /v1/settlements/run` (operator): does now what is done every minute. */
export const SettlementRun = Type.Object({
  daysClosed: Type.Integer(),
  linesAdded: Type.Integer(),
  differencesFound: Type.Integer(),
  batches: Type.Array(SettlementBatch),
  /** What could not be done; it is taken up again. */
  failures: Type.Integer(),
})
export type SettlementRun = Static<typeof SettlementRun>
