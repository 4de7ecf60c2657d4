import Type, { type Static } from 'typebox'
import { Timestamp } from './identifiers.ts'
import { AmountMinor, AmountMinorOrZero, CurrencySchema } from './money.ts'
import { OTHER_TENDERS } from './sales.ts'

/** Whether the prices of a shop hold the tax already, or it is added to them. */
export const TAX_MODES = ['inclusive', 'exclusive'] as const
export type TaxMode = (typeof TAX_MODES)[number]
const TaxModeSchema = Type.Unsafe<TaxMode>(Type.Union(TAX_MODES.map((mode) => Type.Literal(mode))))

/** Hundredths of a per cent: 8.25 % is 825. */
const TaxRate = Type.Integer({ minimum: 0, maximum: 10_000, description: 'Basis points: 8.25 % is 825.' })
const Name = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' })

export const CATALOGUE_ITEM_ID = '^[a-z0-9_-]{1,40}$'
/** `PUT /v1/catalogue/items/{id}` (register): makes the item or writes it over. The register makes the identifier. */
export const CatalogueItemWrite = Type.Object({
  name: Name,
  /** Other languages of the name, where the shop gave them. */
  names: Type.Optional(Type.Object({ en: Type.Optional(Name), fr: Type.Optional(Name) })),
  priceMinor: AmountMinor,
  taxBasisPoints: TaxRate,
  /** Which of the register's drawings. */
  picture: Type.String({ pattern: '^[a-z_]{1,40}$' }),
  /** EAN-8, UPC-A, EAN-13 or GTIN-14 with its check digit. */
  barcode: Type.Union([Type.String({ pattern: '^[0-9]{8,14}$' }), Type.Null()]),
})
export type CatalogueItemWrite = Static<typeof CatalogueItemWrite>
export const CatalogueItem = Type.Object({
  id: Type.String({ pattern: CATALOGUE_ITEM_ID }),
  ...CatalogueItemWrite.properties,
})
export type CatalogueItem = Static<typeof CatalogueItem>

/** What one shop may sell at most, items. */
export const MAX_CATALOGUE_ITEMS = 500
/** `GET /v1/catalogue` (register): what this shop sells, in the order in which it was put in. */
export const Catalogue = Type.Object({ taxMode: TaxModeSchema, items: Type.Array(CatalogueItem) })
export type Catalogue = Static<typeof Catalogue>
/** `PUT /v1/catalogue/tax-mode` (register). */
export const TaxModeWrite = Type.Object({ taxMode: TaxModeSchema })

export const TicketLine = Type.Object({
  name: Name,
  quantity: Type.Integer({ minimum: 1, maximum: 10_000 }),
  unitMinor: AmountMinor,
  taxBasisPoints: TaxRate,
})
export type TicketLine = Static<typeof TicketLine>
/** What is taxed at one rate: `netMinor` without the tax, `taxMinor` the tax. */
export const TaxLine = Type.Object({
  taxBasisPoints: TaxRate,
  netMinor: AmountMinorOrZero,
  taxMinor: AmountMinorOrZero,
})
export type TaxLine = Static<typeof TaxLine>
/**
 * `PUT /v1/tickets/{reference}` (register): what was sold under the till's own number, kept before it is charged, so that any register
 * of the shop can print it and give single lines back. Written once; the same again is fine. Sums that do not fit are refused.
 */
export const TicketWrite = Type.Object({
  currency: CurrencySchema,
  taxMode: TaxModeSchema,
  totalMinor: AmountMinor,
  lines: Type.Array(TicketLine, { minItems: 1, maxItems: 200 }),
  taxes: Type.Array(TaxLine, { maxItems: 20 }),
})
export type TicketWrite = Static<typeof TicketWrite>
/** `GET /v1/tickets/{reference}` (register). */
export const Ticket = Type.Object({
  reference: Type.String(),
  ...TicketWrite.properties,
  /** How many of each line came back, or are about to. */
  returned: Type.Array(Type.Integer({ minimum: 0 })),
  createdAt: Timestamp,
})
export type Ticket = Static<typeof Ticket>

export const TenderDay = Type.Object({
  kind: Type.Unsafe<'palm' | (typeof OTHER_TENDERS)[number]>(
    Type.Union(['palm', ...OTHER_TENDERS].map((kind) => Type.Literal(kind))),
  ),
  count: Type.Integer(),
  /** Of the sales, tips aside. */
  paidMinor: Type.Integer(),
  tipMinor: Type.Integer(),
  refundCount: Type.Integer(),
  refundedMinor: Type.Integer(),
})
export type TenderDay = Static<typeof TenderDay>

/** `GET /v1/till-day?day=YYYY-MM-DD` (register; today when left out): a day of this shop, as its organisation counts days. */
export const TillDay = Type.Object({
  day: Type.String({ format: 'date' }),
  currency: CurrencySchema,
  /** Sums over `tenders`. */
  count: Type.Integer(),
  paidMinor: Type.Integer(),
  tipMinor: Type.Integer(),
  refundCount: Type.Integer(),
  refundedMinor: Type.Integer(),
  /** Every kind that moved that day; palm first. */
  tenders: Type.Array(TenderDay),
  /** Begun that day, and neither paid nor ended yet. */
  open: Type.Object({ count: Type.Integer(), amountMinor: Type.Integer() }),
  /** The ledger's entries of this shop's palm payments that day, debit positive. Their sum is zero, always. */
  books: Type.Object({
    sumMinor: Type.Integer(),
    accounts: Type.Array(Type.Object({ kind: Type.String(), balanceMinor: Type.Integer() })),
  }),
})
export type TillDay = Static<typeof TillDay>

/** `GET /v1/receipts/{number}` (register): the payment whose receipt of this shop has that number. Answers the Payment. */
export const ReceiptNumber = Type.String({ pattern: '^[0-9]{1,9}$' })
