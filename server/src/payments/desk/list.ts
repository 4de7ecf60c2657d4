import type { Currency, Page, PaymentListed, PaymentListQuery, PaymentState } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Db, Tx } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { type ListOrder, pageOf } from '../../list-page.ts'
import type { Staff } from '../../routing.ts'
import { timeZoneOf } from '../ledger/days.ts'
import type { PaymentTable } from '../tables.ts'
import type { DeskParts } from './parts.ts'

const SHOWN = [
  'payment.id',
  'payment.state',
  'payment.reason',
  'payment.organisation_id',
  'payment.shop_id',
  'payment.shop_name',
  'payment.terminal_id',
  'payment.reference',
  'payment.amount_minor',
  'payment.tip_minor',
  'payment.captured_minor',
  'payment.refunded_minor',
  'payment.currency',
  'payment.card_brand',
  'payment.card_last4',
  'payment.disputed',
  'payment.reported',
  'payment.created_at',
  'payment.ended_at',
] as const
type Column = (typeof SHOWN)[number] extends `payment.${infer Name}` ? Name : never
type Row = Pick<Selectable<PaymentTable>, Column & keyof PaymentTable>

const ORDER: ListOrder = {
  columns: {
    createdAt: { by: 'payment.created_at', type: 'timestamptz' },
    amountMinor: { by: 'payment.amount_minor', type: 'bigint' },
    shop: { by: 'payment.shop_name', type: 'text' },
    state: { by: 'payment.state', type: 'text' },
  },
  id: 'payment.id',
  firstDown: true,
}

type Filters = Omit<PaymentListQuery, 'sort' | 'limit' | 'after'>
type Edges = { from: Date | null; to: Date | null }

/** Payments that this person may see. Throws `request_malformed`. */
export async function listPayments(
  parts: DeskParts,
  staff: Staff,
  query: PaymentListQuery,
): Promise<Page<PaymentListed>> {
  const edges = await edgesOf(parts, staff, query)
  const page = await parts.tenancy.within(staff, (tx) => pageOf(tx, found(tx, staff, query, edges), ORDER, query))
  return { ...page, items: page.items.map(listedView) }
}

/** What fits the filters and belongs to this person; the database holds to the organisation besides. */
function found(tx: Tx, staff: Staff, query: Filters, { from, to }: Edges) {
  const { organisationId, shopIds } = staff
  let rows = tx.selectFrom('payment').select(SHOWN)
  if (organisationId !== null) rows = rows.where('payment.organisation_id', '=', organisationId)
  if (shopIds !== null) rows = rows.where('payment.shop_id', 'in', shopIds.length === 0 ? [''] : [...shopIds])
  if (query.organisationId !== undefined) rows = rows.where('payment.organisation_id', '=', query.organisationId)
  if (query.shopId !== undefined) rows = rows.where('payment.shop_id', '=', query.shopId)
  if (query.terminalId !== undefined) rows = rows.where('payment.terminal_id', '=', query.terminalId)
  if (query.state !== undefined) rows = rows.where('payment.state', '=', query.state)
  if (query.currency !== undefined) rows = rows.where('payment.currency', '=', query.currency)
  if (query.last4 !== undefined) rows = rows.where('payment.card_last4', '=', query.last4)
  if (query.amountMinor !== undefined) rows = rows.where('payment.amount_minor', '=', BigInt(query.amountMinor))
  if (from !== null) rows = rows.where('payment.created_at', '>=', from)
  if (to !== null) rows = rows.where('payment.created_at', '<', to)
  const words = query.q?.trim()
  return words ? rows.where(({ or, eb }) => or([eb('payment.id', 'in', wordsFound(tx, words))])) : rows
}

/** Each way of finding has its own index. */
function wordsFound(tx: Tx, words: string) {
  const beginning = `${words.replace(/[\\%_]/g, '\\$&')}%`
  const number = /^\d{1,9}$/.test(words) ? Number(words) : null
  const named = tx
    .selectFrom('payment as named')
    .select('named.id')
    .where(({ or, eb }) => or([eb('named.id', '=', words), eb('named.reference', 'like', beginning)]))
  if (number === null) return named
  return named.union(tx.selectFrom('payment_receipt').select('payment_id as id').where('number', '=', number))
}

/** When the days of the range begin and end, where the money was taken. */
async function edgesOf({ db, places }: DeskParts, staff: Staff, query: Filters): Promise<Edges> {
  const { from, to, shopId } = query
  if (from === undefined && to === undefined) return { from: null, to: null }
  const organisationId = staff.organisationId ?? query.organisationId
  const zone =
    (shopId === undefined ? null : await places.timeZoneOfShop(shopId)) ??
    (organisationId === undefined ? 'UTC' : await timeZoneOf(db, organisationId))
  return { from: await startOf(db, from, 'from', 0, zone), to: await startOf(db, to, 'to', 1, zone) }
}

async function startOf(db: Db, day: string | undefined, name: string, later: number, zone: string) {
  if (day === undefined) return null
  if (!isDay(day))
    throw new Failure('request_malformed', { problems: [{ path: `querystring/${name}`, message: 'is no day' }] })
  const { rows } = await sql<{ at: Date }>`
    select (${day}::date + ${later}::int)::timestamp at time zone ${zone} as at`.execute(db)
  return rows[0]!.at
}

function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) && at.getUTCFullYear() > 1970
}

const listedView = (row: Row): PaymentListed => ({
  id: row.id,
  state: row.state as PaymentState,
  reason: row.reason,
  organisationId: row.organisation_id,
  shop: { id: row.shop_id, name: row.shop_name },
  terminalId: row.terminal_id,
  reference: row.reference,
  amountMinor: Number(row.amount_minor),
  tipMinor: Number(row.tip_minor),
  capturedMinor: Number(row.captured_minor),
  refundedMinor: Number(row.refunded_minor),
  currency: row.currency as Currency,
  card: row.card_brand === null || row.card_last4 === null ? null : { brand: row.card_brand, last4: row.card_last4 },
  disputed: row.disputed,
  reported: row.reported,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
})
