import type { LaneKind } from '@paume/contract'
import { sql } from 'kysely'
import type { Tx } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { lanesOfShops } from '../lanes.ts'
import type { PaymentPort } from '../ports.ts'
import { columnsOfFields, requireStanding, rowsToWrite, setColumns } from './apply.ts'
import type { ShopBefore } from './wanted.ts'

type Undone = { removed: number; restored: number; closed: string[] }
type Import = { id: string; organisation_id: string }

/**
 * Puts back what a list changed, and takes away the shops that it made. A shop where devices were made stays, closed and without its
 * number: what was done to them keeps its history.
 *
 * @param inUse where devices were made: shops, and lanes of a shop
 * Throws `rollout_undo_blocked`: a shop was live, somebody paid there, or it was changed since.
 */
export async function undoRows(
  tx: Tx,
  of: Import,
  payments: Pick<PaymentPort, 'used'>,
  inUse: {
    shops(ids: readonly string[]): Promise<ReadonlySet<string>>
    lanes(shopId: string): Promise<ReadonlySet<string>>
  },
): Promise<Undone> {
  const undone: Undone = { removed: 0, restored: 0, closed: [] }
  const ids = await idsByName(tx, of.organisation_id)
  for await (const rows of rowsToWrite(tx, of.id, true)) {
    const made = rows.filter(({ outcome }) => outcome === 'new').map(({ shop_id }) => shop_id as string)
    await sql`select 1 from shops where id = any(${made}) for update`.execute(tx)
    const inTheWay = await sql<{ id: string }>`
      select id from shops where id = any(${made}) and ever_live limit 1`.execute(tx)
    const used = made.length === 0 ? new Set<string>() : await payments.used(tx, made)
    const first = inTheWay.rows[0]?.id ?? [...used][0]
    if (first !== undefined) throw new Failure('rollout_undo_blocked', { detail: first })
    const kept = [...(await inUse.shops(made))]
    await sql`delete from shop_attestations where shop_id = any(${made}) and not shop_id = any(${kept})`.execute(tx)
    await sql`delete from shops where id = any(${made}) and not id = any(${kept})`.execute(tx)
    await sql`update shops set state = 'closed', number = null where id = any(${kept})`.execute(tx)
    undone.removed += made.length - kept.length
    undone.closed.push(...kept)

    const changed = rows.filter(({ outcome }) => outcome === 'change')
    await requireStanding(tx, of, changed, 'wanted')
    for (const { shop_id, before } of changed) {
      await setColumns(tx, shop_id as string, columnsOfFields(before as ShopBefore, ids))
      await removeLanes(tx, shop_id as string, before as ShopBefore, inUse.lanes)
    }
    undone.restored += changed.length
  }
  await sql`update shop_import_rows set applied = false where import_id = ${of.id}`.execute(tx)
  return undone
}

const LANES = [
  ['till', 'tills'],
  ['gate', 'gates'],
  ['kiosk', 'kiosks'],
] as const satisfies readonly (readonly [LaneKind, keyof ShopBefore])[]

/** Takes away the lanes that came with the list, the last first, unless something stands there by now. */
async function removeLanes(
  tx: Tx,
  shopId: string,
  before: ShopBefore,
  inUse: (shopId: string) => Promise<ReadonlySet<string>>,
) {
  if (!LANES.some(([, key]) => before[key] !== undefined)) return
  const [there, used] = [await lanesOfShops(tx, [shopId]), await inUse(shopId)]
  const removed = LANES.flatMap(([kind, key]) => {
    const had = before[key]
    const lanes = there.filter((lane) => lane.kind === kind)
    return typeof had === 'number' ? lanes.slice(had).filter(({ id }) => !used.has(id)) : []
  })
  const ids = removed.map(({ id }) => id)
  if (ids.length > 0) await tx.deleteFrom('lanes').where('id', 'in', ids).execute()
}

async function idsByName(tx: Tx, organisationId: string) {
  const of = async (table: 'brands' | 'rollout_phases') => {
    const rows = tx.selectFrom(table).select(['id', 'name']).where('organisation_id', '=', organisationId)
    return new Map((await rows.execute()).map(({ id, name }) => [name.toLowerCase(), id]))
  }
  return { brands: await of('brands'), phases: await of('rollout_phases') }
}
