import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { CurrencySchema } from './money.ts'
import { REASONS } from './payments.ts'
import { ConsoleLanguage } from './staff-roles.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
const Count = Type.Integer({ minimum: 0 })

/** A day of the calendar where a shop stands, `2026-11-24`. */
export const CalendarDay = Type.String({ format: 'date', pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** How a hover ended. The order is how they are kept: new ones are added at the end, none is taken out. */
export const HOVER_OUTCOMES = [
  'identified',
  'other_palm',
  'not_recognised',
  'ambiguous',
  'liveness_failed',
  'poor_quality',
  /** Other colours than were asked for, or none. */
  'flash_mismatch',
  /** No pictures, or none that can be read. */
  'unreadable',
  /** The recogniser could not be asked: that says nothing about the hand. */
  'unavailable',
] as const
export type HoverOutcome = (typeof HOVER_OUTCOMES)[number]
/** Outcomes in which a hand was looked at and let nobody pay. */
export const REFUSED_OUTCOMES = [
  'not_recognised',
  'ambiguous',
  'liveness_failed',
  'poor_quality',
  'flash_mismatch',
  'unreadable',
] as const satisfies readonly HoverOutcome[]

/** Parts of the time that a hover takes on the server; `total` is all of it. */
export const HOVER_STAGES = ['total', 'open', 'analyse', 'search', 'authorise'] as const
export type HoverStage = (typeof HOVER_STAGES)[number]

/** How far somebody came who was offered a registration. */
export const FUNNEL_STEPS = ['offered', 'consented', 'enrolled', 'first_use', 'repeat'] as const
export type FunnelStep = (typeof FUNNEL_STEPS)[number]

/** Read from a histogram, by a straight line within its bucket. `orMore`: it lies beyond the last boundary. */
export const Percentile = Type.Union([Type.Object({ ms: Type.Number(), orMore: Type.Boolean() }), Type.Null()])
export type Percentile = Static<typeof Percentile>

/** Money that moved within the period, minor units: charges by when they were captured, refunds by when the processor confirmed them. */
export const PeriodMoney = Type.Object({
  currency: CurrencySchema,
  chargedMinor: Type.Integer(),
  refundedMinor: Type.Integer(),
  netMinor: Type.Integer(),
  charges: Count,
  refunds: Count,
})
export type PeriodMoney = Static<typeof PeriodMoney>

const Counts = {
  hovers: Count,
  identified: Count,
  /** Hovers in which a hand was looked at and let nobody pay. */
  refused: Count,
  p50: Percentile,
  p95: Percentile,
  approved: Count,
  declined: Count,
  money: Type.Array(PeriodMoney),
}
const Named = Type.Object({ id: Type.String(), name: Type.String() })

export const ShopFigures = Type.Object({
  shop: Named,
  organisation: Named,
  brand: Type.Union([Named, Type.Null()]),
  timeZone: Type.String(),
  ...Counts,
})
export type ShopFigures = Static<typeof ShopFigures>
export const BrandFigures = Type.Object({
  /** Null: shops without a brand. */
  brand: Type.Union([Named, Type.Null()]),
  organisation: Named,
  shops: Count,
  ...Counts,
})
export type BrandFigures = Static<typeof BrandFigures>

/** Which shops. Nothing: all that the reader may see. */
const Places = {
  organisationId: Type.Optional(idSchema('organisation')),
  brandId: Type.Optional(idSchema('brand')),
  shopId: Type.Optional(idSchema('shop')),
}

/** `GET /v1/console/overview` (`overview.read`). `day`: today, each shop by its own calendar, when nobody says. */
export const OverviewQuery = Type.Object({ ...Places, day: Type.Optional(CalendarDay) })
export type OverviewQuery = Static<typeof OverviewQuery>

export const OverviewHour = Type.Object({
  /** By the clocks on the walls of the shops. An hour that a change of clocks repeats holds both; one that it skips is empty. */
  hour: Type.Integer({ minimum: 0, maximum: 23 }),
  hovers: Count,
  identified: Count,
  refused: Count,
  approved: Count,
  declined: Count,
})
export type OverviewHour = Static<typeof OverviewHour>

export const Overview = Type.Object({
  /** The day asked for; null: today, which may be two different days where shops lie far apart. */
  day: Type.Union([CalendarDay, Type.Null()]),
  /** Days that are looked at, one or two. */
  days: Type.Array(CalendarDay),
  madeAt: Timestamp,
  hovers: Type.Object({
    total: Count,
    byOutcome: Type.Array(Type.Object({ outcome: literals(HOVER_OUTCOMES), count: Count })),
    p50: Percentile,
    p95: Percentile,
  }),
  payments: Type.Object({
    approved: Count,
    declined: Count,
    cancelled: Count,
    expired: Count,
    /** Why payments were not paid, most frequent first. */
    byReason: Type.Array(Type.Object({ reason: literals(REASONS), count: Count })),
  }),
  money: Type.Array(PeriodMoney),
  /** 24 of them, midnight first. */
  hours: Type.Array(OverviewHour),
  /** Most hovers first. */
  shops: Type.Array(ShopFigures),
  brands: Type.Array(BrandFigures),
})
export type Overview = Static<typeof Overview>

/** Reports as figures, as a table for a spreadsheet, as a document to print. */
export const REPORT_FORMATS = ['json', 'csv', 'pdf'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]
/** The longest period of a report, days. */
export const LONGEST_PERIOD_DAYS = 366

/** `GET /v1/console/reports/{name}` (`reports.read`). Both days count; 28 days up to today when nobody says. */
export const ReportQuery = Type.Object({
  ...Places,
  from: Type.Optional(CalendarDay),
  to: Type.Optional(CalendarDay),
  format: Type.Optional(literals(REPORT_FORMATS)),
  /** Of a PDF. */
  language: Type.Optional(ConsoleLanguage),
})
export type ReportQuery = Static<typeof ReportQuery>

const Period = { from: CalendarDay, to: CalendarDay, madeAt: Timestamp }

const FunnelCounts = Type.Object({
  offered: Count,
  consented: Count,
  enrolled: Count,
  /** Shoppers who paid for the first time at this organisation. */
  first_use: Count,
  /** Shoppers who paid for the second time. */
  repeat: Count,
})
/** Each step counts what happened within the period: who was offered in one period may pay first in the next. */
export const FunnelReport = Type.Object({
  ...Period,
  total: FunnelCounts,
  shops: Type.Array(
    Type.Object({
      shop: Named,
      organisation: Named,
      brand: Type.Union([Named, Type.Null()]),
      ...FunnelCounts.properties,
    }),
  ),
})
export type FunnelReport = Static<typeof FunnelReport>

/**
 * Refused hovers that were followed by a success within the same payment: the nearest to a false refusal that can be seen without
 * knowing whose hand it was. Who gave up after a refusal, and who tried another person's hand in between, is not told apart.
 */
export const FalseRefusalsReport = Type.Object({
  ...Period,
  devices: Type.Array(
    Type.Object({
      device: Named,
      shop: Named,
      hovers: Count,
      identified: Count,
      refused: Count,
      refusedThenIdentified: Count,
      /** refusedThenIdentified ÷ (refusedThenIdentified + identified); null where nobody was. */
      rate: Type.Union([Type.Number(), Type.Null()]),
      /** 24 of them, by the clock on the shop's wall. */
      hours: Type.Array(
        Type.Object({ hovers: Count, identified: Count, refused: Count, refusedThenIdentified: Count }),
      ),
    }),
  ),
})
export type FalseRefusalsReport = Static<typeof FalseRefusalsReport>

/**
 * How closely those who were identified by one palm matched: nats of evidence above what was required, in steps that begin here. Kept by
 * the week, never of one hover.
 */
export const SIMILARITY_FROM_NATS = [0, 2, 4, 6, 8, 12, 16, 24, 32, 48] as const
/** Of fewer hovers in a week nothing is shown but how many there were. */
export const FEWEST_FOR_DRIFT = 20
export const DriftReport = Type.Object({
  ...Period,
  /** Lower ends of the buckets: nats above what was required. */
  bucketsFrom: Type.Array(Type.Number()),
  series: Type.Array(
    Type.Object({
      device: Named,
      shop: Named,
      /** The recogniser's model. */
      model: Type.String(),
      weeks: Type.Array(
        Type.Object({
          /** Its Monday, UTC. */
          week: CalendarDay,
          hovers: Count,
          /** Shares of the buckets; null where there were too few hovers. */
          shares: Type.Union([Type.Array(Type.Number()), Type.Null()]),
          /** The middle of them, read from the buckets; null likewise. */
          median: Type.Union([Type.Number(), Type.Null()]),
        }),
      ),
    }),
  ),
})
export type DriftReport = Static<typeof DriftReport>

export const ShopsReport = Type.Object({
  ...Period,
  money: Type.Array(PeriodMoney),
  shops: Type.Array(ShopFigures),
  brands: Type.Array(BrandFigures),
})
export type ShopsReport = Static<typeof ShopsReport>
export const REPORT_NAMES = ['funnel', 'false-refusals', 'drift', 'shops'] as const
export type ReportName = (typeof REPORT_NAMES)[number]
