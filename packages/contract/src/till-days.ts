import Type, { type Static } from 'typebox'
import { TillDay } from './counter.ts'
import { Timestamp } from './identifiers.ts'
import { AmountMinorOrZero } from './money.ts'

export const TillDayNumber = Type.Integer({
  minimum: 1,
  maximum: 9_999_999,
  description: 'Days of a shop are counted from 1.',
})

const { day: _calendarDay, books: _calendarBooks, ...sums } = TillDay.properties

const DayTax = Type.Object({
  taxBasisPoints: Type.Integer(),
  netMinor: Type.Integer(),
  taxMinor: Type.Integer(),
  /** Of lines that came back. */
  backNetMinor: Type.Integer(),
  backTaxMinor: Type.Integer(),
})
export type DayTax = Static<typeof DayTax>

const Drawer = Type.Object({
  floatMinor: AmountMinorOrZero,
  countedMinor: AmountMinorOrZero,
  /** The float and what cash came and went. */
  expectedMinor: Type.Integer(),
})

/**
 * `GET /v1/till-days/{number}` (register): what a shop took from one closing of its till to the next, whatever the calendar says. The
 * number after the last closed one is the day that is open; a closed one never changes.
 */
export const TillDayReport = Type.Object({
  number: TillDayNumber,
  state: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  /** When the day before was closed; null for the first. */
  openedAt: Type.Union([Timestamp, Type.Null()]),
  /** Null while it is open. */
  closedAt: Type.Union([Timestamp, Type.Null()]),
  ...sums,
  /** By rate: what was sold and paid in full, and what came back by lines. */
  taxes: Type.Array(DayTax),
  /** What was taken, less what was given back, tips aside, that no line of `taxes` holds: sales without a ticket, parts of open ones, amounts. */
  restMinor: Type.Integer(),
  /** The ledger's accounts of this shop's palm payments: as the day began, what moved, as it ends. Each of them sums to zero. */
  books: Type.Object({
    sumMinor: Type.Integer(),
    accounts: Type.Array(
      Type.Object({
        kind: Type.String(),
        openingMinor: Type.Integer(),
        balanceMinor: Type.Integer(),
        closingMinor: Type.Integer(),
      }),
    ),
  }),
  /** The cash drawer as it was counted at the closing; null when it was not. */
  drawer: Type.Union([Drawer, Type.Null()]),
})
export type TillDayReport = Static<typeof TillDayReport>

/** `PUT /v1/till-days/{number}/closing` (register): closes the open day. Who closes it again gets the day as it was closed first. */
export const TillDayClosing = Type.Object({
  drawer: Type.Union([Type.Object({ floatMinor: AmountMinorOrZero, countedMinor: AmountMinorOrZero }), Type.Null()]),
})
export type TillDayClosing = Static<typeof TillDayClosing>

/** `GET /v1/till-days?before=` (register): closed days, newest first, and the number of the open one. */
export const TillDayList = Type.Object({
  openNumber: TillDayNumber,
  days: Type.Array(
    Type.Object({
      number: TillDayNumber,
      openedAt: TillDayReport.properties.openedAt,
      closedAt: Timestamp,
      currency: TillDayReport.properties.currency,
      count: Type.Integer(),
      /** Taken with tips, less what was given back. */
      netMinor: Type.Integer(),
    }),
  ),
})
export type TillDayList = Static<typeof TillDayList>
