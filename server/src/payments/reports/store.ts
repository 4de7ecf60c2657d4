import type { PaymentReport, PaymentReportMark, ReportState } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'

export type ReportRow = {
  id: string
  payment_id: string
  organisation_id: string
  shopper_id: string
  via: 'link' | 'session'
  state: ReportState
  reported_at: Date
  /** Of the secret on the page that answered the report. */
  undo_sha256: Buffer | null
  undo_until: Date
  freeze_lifted_at: Date | null
  decided_at: Date | null
  refund_id: string | null
  note: string | null
}

/** A report with what is shown of its payment. */
type ShownRow = ReportRow & { shop_id: string; currency: string; taken_minor: bigint }

/** Most reports in one answer. */
const SHOWN = 200

const SELECT = sql`
  select r.*, p.shop_id, p.currency,
         case when p.captured_minor > 0 then p.captured_minor else p.authorised_minor end as taken_minor
    from payment_report r join payment p on p.id = r.payment_id`

const view = (row: ShownRow): PaymentReport => ({
  id: row.id,
  state: row.state,
  reportedAt: row.reported_at.toISOString(),
  paymentId: row.payment_id,
  organisationId: row.organisation_id,
  shopId: row.shop_id,
  amountMinor: Number(row.taken_minor),
  currency: row.currency as PaymentReport['currency'],
  via: row.via,
  frozen: row.freeze_lifted_at === null,
  ...(row.decided_at === null ? {} : { decidedAt: row.decided_at.toISOString() }),
  ...(row.refund_id === null ? {} : { refundId: row.refund_id }),
  ...(row.note === null ? {} : { note: row.note }),
})

export async function listReports(
  executor: QueryExecutorProvider,
  { state, organisation }: { state?: ReportState | undefined; organisation?: string | undefined },
): Promise<PaymentReport[]> {
  const { rows } = await sql<ShownRow>`${SELECT}
     where (${state ?? null}::text is null or r.state = ${state ?? null})
       and (${organisation ?? null}::text is null or r.organisation_id = ${organisation ?? null})
     order by r.reported_at desc, r.id desc limit ${SHOWN}`.execute(executor)
  return rows.map(view)
}

export async function readReport(executor: QueryExecutorProvider, id: string): Promise<PaymentReport | null> {
  const { rows } = await sql<ShownRow>`${SELECT} where r.id = ${id}`.execute(executor)
  return rows[0] === undefined ? null : view(rows[0])
}

export async function findReport(executor: QueryExecutorProvider, id: string): Promise<ReportRow | null> {
  return (await sql<ReportRow>`select * from payment_report where id = ${id}`.execute(executor)).rows[0] ?? null
}

/** The report that stands for a payment; a withdrawn one only where there is no other. */
export async function latestReport(executor: QueryExecutorProvider, paymentId: string): Promise<ReportRow | null> {
  const { rows } = await sql<ReportRow>`
    select * from payment_report where payment_id = ${paymentId}
     order by (state = 'withdrawn'), reported_at desc limit 1`.execute(executor)
  return rows[0] ?? null
}

/** What a payment shows of it. */
export async function reportOfPayment(
  executor: QueryExecutorProvider,
  paymentId: string,
): Promise<PaymentReportMark | null> {
  const row = await latestReport(executor, paymentId)
  return row && { id: row.id, state: row.state, reportedAt: row.reported_at.toISOString() }
}

type NewReport = Pick<ReportRow, 'id' | 'payment_id' | 'organisation_id' | 'shopper_id' | 'via'> &
  Pick<ReportRow, 'reported_at' | 'undo_sha256' | 'undo_until'>

export async function insertReport(tx: QueryExecutorProvider, row: NewReport): Promise<void> {
  await sql`
    insert into payment_report
      (id, payment_id, organisation_id, shopper_id, via, reported_at, undo_sha256, undo_until)
    values (${row.id}, ${row.payment_id}, ${row.organisation_id}, ${row.shopper_id}, ${row.via}, ${row.reported_at},
            ${row.undo_sha256}, ${row.undo_until})`.execute(tx)
}

/** Ends an open report. */
export async function endReport(
  tx: QueryExecutorProvider,
  id: string,
  end: { state: Exclude<ReportState, 'open'>; refundId: string | null; note: string | null },
  now: Date,
): Promise<void> {
  await sql`
    update payment_report set state = ${end.state}, decided_at = ${now}, refund_id = ${end.refundId},
           note = ${end.note}, undo_sha256 = null
     where id = ${id} and state = 'open'`.execute(tx)
}

export async function noteLifted(tx: QueryExecutorProvider, ids: readonly string[], now: Date): Promise<void> {
  await sql`
    update payment_report set freeze_lifted_at = ${now}
     where id = any(${[...ids]}::text[]) and freeze_lifted_at is null`.execute(tx)
}
