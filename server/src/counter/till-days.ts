import type { Currency, DayTax, TenderDay, TillDayClosing, TillDayList, TillDayReport } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { type Db, isUniqueViolation, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { Till, TillMoney } from './ports.ts'
import type { CounterTables, RunningTotals } from './tables.ts'

/** Days of a page of the list. */
const PAGE = 30
/** A ticket nobody paid for this long is not looked at any more, days. */
const TICKET_DAYS = 92

/**
 * The days of a shop's till. A day is what came between two closings: the difference of two running totals, each read in one snapshot, so
 * that nothing is counted twice or lost, whatever the clocks say and whenever somebody closes.
 */
export interface TillDays {
  /** The closed day, or the open one as it stands. Throws `not_found`. */
  day(till: Till, number: number | 'open'): Promise<TillDayReport>
  /** Closes the open day. Whoever closes a closed one gets it as it was closed. Throws `till_day_state` for any other number. */
  close(till: Till, number: number, closing: TillDayClosing): Promise<TillDayReport>
  list(till: Till, before: number | null): Promise<TillDayList>
}

type DayRow = Selectable<CounterTables['counter_till_day']>
type Reckoned = { report: TillDayReport; totals: RunningTotals; references: string[]; returnIds: string[] }

const NOTHING: Omit<TenderDay, 'kind'> = { count: 0, paidMinor: 0, tipMinor: 0, refundCount: 0, refundedMinor: 0 }

/** What moved from one running total to the next, by tender; kinds that did not move are left out. */
function tendersBetween(before: TenderDay[], now: TenderDay[]): TenderDay[] {
  return now.flatMap((line) => {
    const then = before.find(({ kind }) => kind === line.kind) ?? NOTHING
    const moved: TenderDay = {
      kind: line.kind,
      count: line.count - then.count,
      paidMinor: line.paidMinor - then.paidMinor,
      tipMinor: line.tipMinor - then.tipMinor,
      refundCount: line.refundCount - then.refundCount,
      refundedMinor: line.refundedMinor - then.refundedMinor,
    }
    return Object.values(moved).some((value) => typeof value === 'number' && value !== 0) ? [moved] : []
  })
}

function booksBetween(before: RunningTotals['books'], now: RunningTotals['books']): TillDayReport['books'] {
  const accounts = now.map(({ kind, balanceMinor: closingMinor }) => {
    const openingMinor = before.find((account) => account.kind === kind)?.balanceMinor ?? 0
    return { kind, openingMinor, balanceMinor: closingMinor - openingMinor, closingMinor }
  })
  return { sumMinor: accounts.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0), accounts }
}

type RateLine = { taxBasisPoints: number; netMinor: number; taxMinor: number }

function taxesOf(sold: RateLine[], back: RateLine[]): DayTax[] {
  const rates = new Map<number, DayTax>()
  const at = (taxBasisPoints: number) => {
    const known = rates.get(taxBasisPoints)
    if (known) return known
    const fresh = { taxBasisPoints, netMinor: 0, taxMinor: 0, backNetMinor: 0, backTaxMinor: 0 }
    rates.set(taxBasisPoints, fresh)
    return fresh
  }
  for (const { taxBasisPoints, netMinor, taxMinor } of sold) {
    at(taxBasisPoints).netMinor += netMinor
    at(taxBasisPoints).taxMinor += taxMinor
  }
  for (const { taxBasisPoints, netMinor, taxMinor } of back) {
    at(taxBasisPoints).backNetMinor += netMinor
    at(taxBasisPoints).backTaxMinor += taxMinor
  }
  return [...rates.values()].sort((one, other) => one.taxBasisPoints - other.taxBasisPoints)
}

/** Tickets no closed day counts and that are paid in full by now, and what came back of any. */
async function uncounted(tx: Tx, money: TillMoney, shopId: string, now: Date) {
  const since = new Date(now.getTime() - TICKET_DAYS * 86_400_000)
  const tickets = await tx
    .selectFrom('counter_ticket as t')
    .select(['t.reference', 't.body'])
    .where('t.shop_id', '=', shopId)
    .where('t.created_at', '>', since)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('counter_day_ticket as d')
            .select('d.number')
            .whereRef('d.shop_id', '=', 't.shop_id')
            .whereRef('d.reference', '=', 't.reference'),
        ),
      ),
    )
    .execute()
  const paid = await money.paidOf(
    tx,
    shopId,
    tickets.map(({ reference }) => reference),
  )
  const returns = await tx
    .selectFrom('counter_return')
    .select(['id', 'taxes'])
    .where('shop_id', '=', shopId)
    .where('state', '=', 'given')
    .where('day_number', 'is', null)
    .execute()
  return { sold: tickets.filter(({ reference }) => paid.has(reference)), returns }
}

const sumOf = (lines: TenderDay[], of: (line: TenderDay) => number) => lines.reduce((sum, line) => sum + of(line), 0)

const lastDay = (db: Pick<Db, 'selectFrom'>, shopId: string): Promise<DayRow | undefined> =>
  db
    .selectFrom('counter_till_day')
    .selectAll()
    .where('shop_id', '=', shopId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()

const storedDay = (db: Pick<Db, 'selectFrom'>, shopId: string, number: number): Promise<DayRow | undefined> =>
  db
    .selectFrom('counter_till_day')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('number', '=', number)
    .executeTakeFirst()

export function createTillDays({ db, clock, money }: { db: Db; clock: Clock; money: TillMoney }): TillDays {
  const currencyOf = async (shopId: string) => {
    const currency = await money.currencyOf(shopId)
    if (currency === null) throw new Failure('not_found')
    return currency as Currency
  }

  async function reckon(tx: Tx, shopId: string, currency: Currency, last: DayRow | undefined): Promise<Reckoned> {
    const totals = await money.totals(tx, shopId)
    const tenders = tendersBetween(last?.totals.tenders ?? [], totals.tenders)
    const { sold, returns } = await uncounted(tx, money, shopId, new Date(clock.nowMs()))
    const taxes = taxesOf(
      sold.flatMap(({ body }) => body.taxes),
      returns.flatMap((row) => row.taxes),
    )
    const taken = sumOf(tenders, (line) => line.paidMinor)
    const refundedMinor = sumOf(tenders, (line) => line.refundedMinor)
    const inTaxes = taxes.reduce(
      (sum, rate) => sum + rate.netMinor + rate.taxMinor - rate.backNetMinor - rate.backTaxMinor,
      0,
    )
    const report: TillDayReport = {
      number: (last?.number ?? 0) + 1,
      state: 'open',
      openedAt: last?.closed_at.toISOString() ?? null,
      closedAt: null,
      currency,
      count: sumOf(tenders, (line) => line.count),
      paidMinor: taken,
      tipMinor: sumOf(tenders, (line) => line.tipMinor),
      refundCount: sumOf(tenders, (line) => line.refundCount),
      refundedMinor,
      tenders,
      open: await money.open(tx, shopId),
      taxes,
      restMinor: taken - refundedMinor - inTaxes,
      books: booksBetween(last?.totals.books ?? [], totals.books),
      drawer: null,
    }
    return {
      report,
      totals,
      references: sold.map(({ reference }) => reference),
      returnIds: returns.map(({ id }) => id),
    }
  }

  /** Stores the open day and what it counts, all of one snapshot. Null when it is not the open one. */
  const store = (till: Till, number: number, { drawer }: TillDayClosing, currency: Currency) =>
    withTransaction(
      db,
      async (tx) => {
        const last = await lastDay(tx, till.shopId)
        if ((last?.number ?? 0) + 1 !== number) return null
        const { report: open, totals, references, returnIds } = await reckon(tx, till.shopId, currency, last)
        const closedAt = new Date(clock.nowMs())
        const cash = open.tenders.find(({ kind }) => kind === 'cash')
        const movedMinor = (cash?.paidMinor ?? 0) - (cash?.refundedMinor ?? 0)
        const report: TillDayReport = {
          ...open,
          state: 'closed',
          closedAt: closedAt.toISOString(),
          drawer: drawer === null ? null : { ...drawer, expectedMinor: drawer.floatMinor + movedMinor },
        }
        await tx
          .insertInto('counter_till_day')
          .values({
            shop_id: till.shopId,
            number,
            opened_at: last?.closed_at ?? null,
            closed_at: closedAt,
            closed_by: till.deviceId,
            report: JSON.stringify(report),
            totals: JSON.stringify(totals),
          })
          .execute()
        await sql`
          insert into counter_day_ticket (shop_id, reference, number)
          select ${till.shopId}, reference, ${number} from unnest(${references}::text[]) reference`.execute(tx)
        await sql`update counter_return set day_number = ${number} where id = any(${returnIds}::text[])`.execute(tx)
        return report
      },
      'repeatable read',
    )

  return {
    async day({ shopId }, number) {
      const currency = await currencyOf(shopId)
      return withTransaction(
        db,
        async (tx) => {
          const stored = number === 'open' ? undefined : await storedDay(tx, shopId, number)
          if (stored) return stored.report
          const last = await lastDay(tx, shopId)
          if (number !== 'open' && number !== (last?.number ?? 0) + 1) throw new Failure('not_found')
          return (await reckon(tx, shopId, currency, last)).report
        },
        'repeatable read',
      )
    },

    async close(till, number, closing) {
      const currency = await currencyOf(till.shopId)
      const first = async () => (await storedDay(db, till.shopId, number))?.report
      const closed = await first()
      if (closed) return closed
      try {
        const report = await store(till, number, closing, currency)
        if (report) return report
      } catch (error) {
        // Another register closed it at the same moment: what it stored counts.
        if (!isUniqueViolation(error)) throw error
      }
      const theirs = await first()
      if (!theirs) throw new Failure('till_day_state')
      return theirs
    },

    async list({ shopId }, before) {
      const rows = await db
        .selectFrom('counter_till_day')
        .select('report')
        .where('shop_id', '=', shopId)
        .$if(before !== null, (query) => query.where('number', '<', before!))
        .orderBy('number', 'desc')
        .limit(PAGE)
        .execute()
      const days = rows.map(({ report }) => ({
        number: report.number,
        openedAt: report.openedAt,
        closedAt: report.closedAt!,
        currency: report.currency,
        count: report.count,
        netMinor: report.paidMinor + report.tipMinor - report.refundedMinor,
      }))
      return { openNumber: ((await lastDay(db, shopId))?.number ?? 0) + 1, days }
    },
  }
}
