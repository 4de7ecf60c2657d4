import type {
  Currency,
  GateSessionPage,
  GateSessionQuery,
  GateSessionRow,
  GateSessionState,
  GateShop,
} from '@paume/contract'
import { GATE_SESSION_STATES } from '@paume/contract'
import { sql } from 'kysely'
import type { Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import { containing, pageOf } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import { type Tenancy, worksAt } from '../tenancy.ts'
import type { GateParts } from './parts.ts'
import { rulesOf } from './rules.ts'

const COLUMNS = {
  created: { by: 'created_at', type: 'timestamptz' },
  total: { by: 'total_minor', type: 'bigint' },
  owed: { by: 'owed_minor', type: 'bigint' },
  state: { by: 'state', type: 'text' },
} as const

const SHOWN = [
  'id',
  'state',
  'reason',
  'shop_id',
  'gate_id',
  'shopper_ref',
  'payer',
  'group_size',
  'currency',
  'hold_minor',
  'lines',
  'cart_minor',
  'total_minor',
  'paid_minor',
  'owed_minor',
  'gaps',
  'created_at',
  'left_at',
] as const

/** Rows a file may have; more is asked for by narrower filters. */
export const MOST_EXPORTED = 10_000

const statesOf = (asked: string): GateSessionState[] => {
  const states = asked.split(',')
  if (!states.every((state) => (GATE_SESSION_STATES as readonly string[]).includes(state))) {
    throw new Failure('request_malformed', {
      problems: [{ path: 'querystring/state', message: 'is no state of a visit' }],
    })
  }
  return states as GateSessionState[]
}

/** What these staff may see, filtered; every condition stands in the query besides the database's own. */
function filtered(tx: Tx, staff: Staff, query: GateSessionQuery) {
  let rows = tx.selectFrom('gate_session').select(SHOWN)
  if (staff.organisationId !== null) rows = rows.where('organisation_id', '=', staff.organisationId)
  if (staff.shopIds !== null) rows = rows.where('shop_id', 'in', staff.shopIds.length === 0 ? [''] : [...staff.shopIds])
  if (query.state !== undefined) rows = rows.where('state', 'in', statesOf(query.state))
  if (query.shop !== undefined) rows = rows.where('shop_id', '=', query.shop)
  if (query.gate !== undefined) rows = rows.where('gate_id', '=', query.gate)
  if (query.from !== undefined) rows = rows.where('created_at', '>=', new Date(query.from))
  if (query.to !== undefined) rows = rows.where('created_at', '<', new Date(query.to))
  if (query.q !== undefined) {
    const words = containing(query.q)
    rows = rows.where((eb) => eb.or([eb('id', 'ilike', words), eb('shopper_ref', 'ilike', words)]))
  }
  return rows
}

export async function listSessions(
  parts: GateParts,
  tenancy: Tenancy,
  staff: Staff,
  query: GateSessionQuery,
): Promise<GateSessionPage> {
  const order = { columns: COLUMNS, firstDown: true }
  const [page, shops] = await Promise.all([
    tenancy.within(staff, (tx) => pageOf(tx, filtered(tx, staff, query), order, query)),
    parts.house.shops(),
  ])
  const names = new Map(shops.map(({ id, name }) => [id, name]))
  return { ...page, items: page.items.map((row) => rowView(row, names.get(row.shop_id) ?? row.shop_id)) }
}

type Shown = Awaited<ReturnType<ReturnType<typeof filtered>['executeTakeFirstOrThrow']>>

const rowView = (row: Shown, shopName: string): GateSessionRow => ({
  id: row.id,
  state: row.state,
  reason: row.reason,
  shop: { id: row.shop_id, name: shopName },
  gateId: row.gate_id,
  shopperRef: row.shopper_ref,
  payer: row.payer,
  groupSize: row.group_size,
  currency: row.currency as Currency,
  authAmountMinor: Number(row.hold_minor),
  pieces: row.lines.reduce((sum, { quantity }) => sum + quantity, 0),
  cartMinor: Number(row.cart_minor),
  totalMinor: row.total_minor === null ? null : Number(row.total_minor),
  paidMinor: Number(row.paid_minor),
  owedMinor: Number(row.owed_minor),
  gap: row.gaps.length > 0,
  createdAt: row.created_at.toISOString(),
  leftAt: row.left_at?.toISOString() ?? null,
})

/** Shops of these staff that have a gate, with how many people are in there. */
export async function listShops(parts: GateParts, tenancy: Tenancy, staff: Staff): Promise<GateShop[]> {
  const [gates, shops, counts] = await Promise.all([
    parts.house.gates(),
    parts.house.shops(),
    tenancy.within(staff, (tx) => standing(tx, staff)),
  ])
  const seen = shops.filter(
    ({ id, organisationId }) =>
      (staff.organisationId === null || staff.organisationId === organisationId) &&
      worksAt(staff, id) &&
      gates.some(({ shopId }) => shopId === id),
  )
  const rules = await tenancy.within(staff, (tx) => Promise.all(seen.map((shop) => rulesOf(tx, shop))))
  return seen.map(({ id, name, currency }, place) => {
    const count = counts.get(id)
    return {
      shop: { id, name, currency },
      gates: gates
        .filter(({ shopId }) => shopId === id)
        .map((gate) => ({ id: gate.id, name: gate.name, online: gate.online, state: gate.state })),
      rules: rules[place]!,
      inside: Number(count?.inside ?? 0),
      waiting: Number(count?.waiting ?? 0),
      owedMinor: Number(count?.owed ?? 0),
    }
  })
}

async function standing(tx: Tx, staff: Staff) {
  let rows = tx
    .selectFrom('gate_session')
    .select('shop_id')
    .select(sql<bigint>`coalesce(sum(group_size) filter (where state = 'inside'), 0)`.as('inside'))
    .select(sql<bigint>`count(*) filter (where state = 'left')`.as('waiting'))
    .select(sql<bigint>`coalesce(sum(owed_minor) filter (where state = 'owing'), 0)`.as('owed'))
    .where('state', 'in', ['inside', 'left', 'owing'])
    .groupBy('shop_id')
  if (staff.organisationId !== null) rows = rows.where('organisation_id', '=', staff.organisationId)
  return new Map((await rows.execute()).map((row) => [row.shop_id, row]))
}
