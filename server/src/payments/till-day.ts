import {
  ACTIVE_STATES,
  type Currency,
  OTHER_TENDERS,
  type OtherTenderKind,
  type Payment,
  type TenderDay,
  type TillDay,
} from '@paume/contract'
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import { Failure } from '../failure.ts'
import { dayOf, zoneOf } from './day-totals.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Caller } from './ports.ts'
import { viewPayment } from './view.ts'
import { currentPayment } from './waiting.ts'

/** What a register asks at the desk: its shop's day, and a payment by the number on a receipt. */
export interface TillDesk {
  /** `day` is a date of the organisation's calendar; today when null. */
  day(caller: Caller, day: string | null): Promise<TillDay>
  /** Throws `payment_unknown`. */
  byReceipt(caller: Caller, number: number): Promise<Payment>
}

type Moved = { kind: TenderDay['kind']; count: bigint; paid: string; tip: string }
type Back = { kind: TenderDay['kind']; count: bigint; back: string }
type Then = (column: string) => RawBuilder<boolean>

/** Payments by when they were approved, what was paid elsewhere by when it was told. */
const paidThen = (shopId: string, then: Then) => sql<Moved>`
  select 'palm' as kind, count(*) as count, sum(captured_minor - tip_minor) as paid, sum(tip_minor) as tip
    from payment where shop_id = ${shopId} and state = 'approved' and captured_minor > 0 and ${then('ended_at')}
  having count(*) > 0
  union all
  select o.kind, count(*), sum(o.amount_minor), 0
    from payment_other_tender o join payment_sale s on s.id = o.sale_id
   where s.shop_id = ${shopId} and ${then('o.recorded_at')} group by o.kind`

/** Refunds by when the processor confirmed them, or the till gave them. */
const backThen = (shopId: string, then: Then) => sql<Back>`
  select 'palm' as kind, count(*) as count, sum(o.amount_minor) as back
    from payment_operation o join payment p on p.id = o.payment_id
   where p.shop_id = ${shopId} and o.kind = 'refund' and o.state = 'succeeded' and ${then('o.settled_at')}
  having count(*) > 0
  union all
  select o.kind, count(*), sum(r.amount_minor)
    from payment_other_tender_refund r join payment_other_tender o on o.id = r.tender_id
    join payment_sale s on s.id = o.sale_id
   where s.shop_id = ${shopId} and ${then('r.refunded_at')} group by o.kind`

/** Neither paid nor ended: on a terminal, not known, or held and not captured. */
const openThen = (shopId: string, then: Then) => sql<{ count: bigint; amount: string }>`
  select count(*) as count, coalesce(sum(amount_minor + tip_minor), 0) as amount from payment
   where shop_id = ${shopId} and ${then('created_at')}
     and (state in (${sql.join([...ACTIVE_STATES, 'unknown'])}) or (state = 'approved' and captured_minor = 0))`

/** Entries of the shop's palm payments, by account. */
export const booksThen = (shopId: string, then: Then) => sql<{ kind: string; balance: string }>`
  select a.kind, sum(e.amount_minor) as balance
    from ledger_journal j join ledger_transfer t on t.id = j.transfer_id join payment p on p.id = t.payment_id
    join ledger_entry e on e.journal_id = j.id join ledger_account a on a.id = e.account_id
   where p.shop_id = ${shopId} and ${then('j.created_at')} group by a.kind order by a.kind`

const KINDS: readonly TenderDay['kind'][] = ['palm', ...OTHER_TENDERS] satisfies ('palm' | OtherTenderKind)[]

function tendersOf(paid: Moved[], back: Back[]): TenderDay[] {
  return KINDS.flatMap((kind) => {
    const came = paid.find((line) => line.kind === kind)
    const went = back.find((line) => line.kind === kind)
    if (!came && !went) return []
    return {
      kind,
      count: Number(came?.count ?? 0),
      paidMinor: Number(came?.paid ?? 0),
      tipMinor: Number(came?.tip ?? 0),
      refundCount: Number(went?.count ?? 0),
      refundedMinor: Number(went?.back ?? 0),
    }
  })
}

export const tendersThen = async (db: QueryExecutorProvider, shopId: string, then: Then): Promise<TenderDay[]> =>
  tendersOf((await paidThen(shopId, then).execute(db)).rows, (await backThen(shopId, then).execute(db)).rows)

export async function openSum(db: QueryExecutorProvider, shopId: string, then: Then): Promise<TillDay['open']> {
  const open = (await openThen(shopId, then).execute(db)).rows[0]!
  return { count: Number(open.count), amountMinor: Number(open.amount) }
}

export function createTillDesk(parts: PaymentParts): TillDesk {
  const { db } = parts
  return {
    async day({ shopId, organisationId }, asked) {
      const payee = await parts.payees.byShop(shopId)
      if (!payee) throw new Failure('not_found')
      const day = asked ?? (await dayOf(db, organisationId, nowOf(parts)))
      const zone = zoneOf(organisationId)
      const then: Then = (column) => sql<boolean>`
        ${sql.ref(column)} >= ${day}::date::timestamp at time zone ${zone}
        and ${sql.ref(column)} < (${day}::date + 1)::timestamp at time zone ${zone}`
      // One snapshot: a sale that comes in between two questions is in all of them or in none.
      return db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (tx) => {
          const tenders = await tendersThen(tx, shopId, then)
          const books = (await booksThen(shopId, then).execute(tx)).rows
          const sum = (of: (line: TenderDay) => number) => tenders.reduce((total, line) => total + of(line), 0)
          return {
            day,
            currency: payee.currency as Currency,
            count: sum((line) => line.count),
            paidMinor: sum((line) => line.paidMinor),
            tipMinor: sum((line) => line.tipMinor),
            refundCount: sum((line) => line.refundCount),
            refundedMinor: sum((line) => line.refundedMinor),
            tenders,
            open: await openSum(tx, shopId, then),
            books: {
              sumMinor: books.reduce((total, account) => total + Number(account.balance), 0),
              accounts: books.map(({ kind, balance }) => ({ kind, balanceMinor: Number(balance) })),
            },
          }
        })
    },

    async byReceipt(caller, number) {
      const issued = await db
        .selectFrom('payment_receipt')
        .select('payment_id')
        .where('shop_id', '=', caller.shopId)
        .where('number', '=', number)
        .executeTakeFirst()
      if (!issued) throw new Failure('payment_unknown')
      return viewPayment(db, await currentPayment(parts, issued.payment_id, caller))
    },
  }
}
