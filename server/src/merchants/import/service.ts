import { createHash } from 'node:crypto'
import type { Page, Rollout, RolloutQuery, RolloutRow, RolloutRowQuery } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Audit } from '../../audit/service.ts'
import type { Clock } from '../../clock.ts'
import { type Db, isUniqueViolation, type Tx, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { newId } from '../../ids.ts'
import { containing, pageOf } from '../../list-page.ts'
import type { Staff } from '../../routing.ts'
import type { Tenancy } from '../../tenancy.ts'
import type { MerchantPorts } from '../ports.ts'
import { applyRows } from './apply.ts'
import { checkFile } from './check.ts'
import { undoRows } from './undo.ts'
import { IMPORT_ORDER, type ImportRow, ROW_ORDER, selectImports, viewImport, viewRow } from './view.ts'

/** Lists of shops: checked, looked at, applied in one transaction, undone. */
export type Imports = {
  /** Takes a file; it is checked from now on, see `rowsChecked`. Throws `rate_limited` while too many are. */
  upload(staff: Staff, file: { name: string; bytes: Uint8Array; organisationId?: string }): Promise<Rollout>
  list(staff: Staff, query: RolloutQuery): Promise<Page<Rollout>>
  get(staff: Staff, id: string): Promise<Rollout>
  rows(staff: Staff, id: string, query: RolloutRowQuery): Promise<Page<RolloutRow>>
  /** Throws `rollout_state`, `rollout_errors`, `rollout_stale`. */
  apply(staff: Staff, id: string, partly: boolean): Promise<Rollout>
  /** Throws `rollout_state`, `rollout_undo_blocked`. */
  undo(staff: Staff, id: string): Promise<Rollout>
  /** Marks as broken off what a server that stopped has left half checked. */
  sweep(): Promise<void>
  /** Waits until nothing is being checked here. */
  settled(): Promise<void>
}

type Parts = {
  db: Db
  clock: Clock
  audit: Audit
  tenancy: Tenancy
  ports: MerchantPorts
  onFailure(error: unknown): void
}

/** Lists that one server checks side by side: each has a thread of its own. */
const MOST_AT_ONCE = 3
/** A list that nobody worked on for so long was left behind, ms. */
const LEFT_AFTER_MS = 120_000
/** A list of 100,000 rows is written in one transaction; its statements are short, it may wait for others for so long, ms. */
const APPLY_STATEMENT_MS = 60_000

export function createImports(parts: Parts): Imports {
  const { db, clock, tenancy, ports } = parts
  const running = new Set<Promise<void>>()
  const find = (staff: Staff, id: string) =>
    tenancy
      .own(staff, { kind: 'rollout', id }, (reader, organisationId) => findImport(reader, id, organisationId))
      .then((row) => {
        if (staff.organisationId !== null && row.organisation_id !== staff.organisationId)
          throw new Failure('not_found')
        if (staff.shopIds !== null) throw new Failure('permission_missing')
        return row
      })
  const get = async (staff: Staff, id: string) => viewImport(await find(staff, id))
  const tell = ({ id, organisation_id: organisationId }: ImportRow, kind: 'rollout' | 'shop' = 'rollout') =>
    ports.announce({ kind, organisationId, shopId: null, id: kind === 'rollout' ? id : null })
  return {
    async upload(staff, { name, bytes, organisationId: named }) {
      if (running.size >= MOST_AT_ONCE) throw new Failure('rate_limited')
      const { row, defaults } = await writeImport(parts, staff, named, name, bytes)
      const onProgress = () => tell(row)
      const work = {
        db,
        importId: row.id,
        organisationId: row.organisation_id,
        now: () => new Date(clock.nowMs()),
        onProgress,
      }
      const checking = checkFile(work, bytes, defaults)
        .catch(async (error: unknown) => {
          parts.onFailure(error)
          await breakOff(db, (imports) => imports.where('id', '=', row.id)).catch(parts.onFailure)
        })
        .then(() => {
          running.delete(checking)
          tell(row)
        })
      running.add(checking)
      return viewImport(row)
    },
    async list(staff, query) {
      const page = await tenancy.within(staff, (tx) => {
        const imports = selectImports(tx, staff)
          .$if(query.state !== undefined, (all) => all.where('shop_imports.state', '=', query.state!))
          .$if(!!query.q?.trim(), (all) => all.where('shop_imports.file_name', 'ilike', containing(query.q!.trim())))
        return pageOf(tx, imports, IMPORT_ORDER, query)
      })
      return { ...page, items: page.items.map((row) => viewImport(row as unknown as ImportRow)) }
    },
    get,
    async rows(staff, id, query) {
      await find(staff, id)
      const page = await tenancy.within(staff, (tx) => {
        const words = query.q?.trim()
        const rows = tx
          .selectFrom('shop_import_rows')
          .selectAll()
          .where('import_id', '=', id)
          .$if(query.outcome !== undefined, (all) => all.where('outcome', '=', query.outcome!))
          .$if(!!words, (all) =>
            all.where(({ or, eb }) =>
              or((['name', 'number', 'town'] as const).map((column) => eb(column, 'ilike', containing(words!)))),
            ),
          )
        return pageOf(tx, rows, ROW_ORDER, query)
      })
      return { ...page, items: page.items.map((row) => viewRow(row as unknown as Parameters<typeof viewRow>[0])) }
    },
    async apply(staff, id, partly) {
      const row = await find(staff, id)
      await applyImport(parts, staff, row, partly)
      tell(row)
      tell(row, 'shop')
      return get(staff, id)
    },
    async undo(staff, id) {
      const row = await find(staff, id)
      await undoImport(parts, staff, row)
      tell(row)
      tell(row, 'shop')
      return get(staff, id)
    },
    async sweep() {
      const before = new Date(clock.nowMs() - LEFT_AFTER_MS)
      await breakOff(db, (imports) => imports.where('worked_at', '<', before))
    },
    async settled() {
      await Promise.all(running)
    },
  }
}

const findImport = (
  db: QueryExecutorProvider & Pick<Db, 'selectFrom'>,
  id: string,
  organisationId: string | null = null,
) => selectImports(db, { organisationId }).where('shop_imports.id', '=', id).executeTakeFirst()

const unfinished = (db: Db) =>
  db.updateTable('shop_imports').set({ state: 'unreadable', problem: 'interrupted' }).where('state', '=', 'checking')
const breakOff = (db: Db, which: (imports: ReturnType<typeof unfinished>) => ReturnType<typeof unfinished>) =>
  which(unfinished(db)).execute()

async function writeImport(
  { db, clock, audit }: Parts,
  staff: Staff,
  named: string | undefined,
  name: string,
  bytes: Uint8Array,
) {
  const organisationId = staff.organisationId ?? named
  if (organisationId === undefined) throw new Failure('request_malformed', { detail: 'Name the organisation.' })
  if (named !== undefined && named !== organisationId) throw new Failure('not_found')
  if (staff.shopIds !== null) throw new Failure('permission_missing')
  const organisation = await db
    .selectFrom('organisations')
    .select(['country', 'languages', 'jurisdiction'])
    .where('id', '=', organisationId)
    .executeTakeFirst()
  if (organisation === undefined) throw new Failure('not_found')
  const id = newId('rollout', clock.nowMs())
  const now = new Date(clock.nowMs())
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await withTransaction(db, async (tx) => {
    await tx
      .insertInto('shop_imports')
      .values({
        id,
        organisation_id: organisationId,
        file_name: name,
        file_sha256: sha256,
        size_bytes: bytes.length,
        state: 'checking',
        created_at: now,
        created_by: staff.name,
        worked_at: now,
      })
      .execute()
    await audit.append(tx, 'rollout_uploaded', { rolloutId: id, organisationId, sha256, staffId: staff.id })
  })
  const row = (await findImport(db, id)) as ImportRow
  return { row, defaults: organisation }
}

/** Takes hold of an import in a state; whoever comes second finds it changed. */
async function holdImport(tx: Tx, id: string, state: ImportRow['state']): Promise<void> {
  const held = tx.selectFrom('shop_imports').select('id').where('id', '=', id).where('state', '=', state)
  if ((await held.forUpdate().executeTakeFirst()) === undefined) throw new Failure('rollout_state')
  await sql`select set_config('statement_timeout', ${String(APPLY_STATEMENT_MS)}, true)`.execute(tx)
}

async function applyImport(parts: Parts, staff: Staff, row: ImportRow, partly: boolean): Promise<void> {
  const { db, clock, audit, ports } = parts
  if (row.state !== 'checked') throw new Failure('rollout_state')
  if (row.count_error > 0 && !partly) throw new Failure('rollout_errors')
  try {
    await withTransaction(db, async (tx) => {
      await holdImport(tx, row.id, 'checked')
      const { made, changed, timeZone } = await applyRows(tx, row, clock.nowMs())
      if (timeZone !== null) await ports.payments.agreeCalendar(tx, row.organisation_id, timeZone)
      const change = { state: 'applied' as const, applied_at: new Date(clock.nowMs()), applied_by: staff.name }
      await tx.updateTable('shop_imports').set(change).where('id', '=', row.id).execute()
      await audit.append(tx, 'rollout_applied', {
        rolloutId: row.id,
        organisationId: row.organisation_id,
        made,
        changed,
        leftOut: row.count_error,
        staffId: staff.id,
      })
    })
  } catch (error) {
    if (isUniqueViolation(error, 'shops_number')) throw new Failure('rollout_stale', {}, { cause: error })
    throw error
  }
}

async function undoImport({ db, clock, audit, ports }: Parts, staff: Staff, row: ImportRow): Promise<void> {
  if (row.state !== 'applied') throw new Failure('rollout_state')
  const inUse = {
    shops: async (ids: readonly string[]) => new Set((await ports.devices.figures(ids)).keys()),
    lanes: async (id: string) => new Set((await ports.devices.of(id)).flatMap(({ laneId }) => laneId ?? [])),
  }
  let closed: string[] = []
  try {
    closed = await withTransaction(db, async (tx) => {
      await holdImport(tx, row.id, 'applied')
      const undone = await undoRows(tx, row, ports.payments, inUse)
      const change = { state: 'undone' as const, undone_at: new Date(clock.nowMs()), undone_by: staff.name }
      await tx.updateTable('shop_imports').set(change).where('id', '=', row.id).execute()
      const { removed, restored } = undone
      const facts = { removed, restored, closed: undone.closed.length, staffId: staff.id }
      await audit.append(tx, 'rollout_undone', { rolloutId: row.id, organisationId: row.organisation_id, ...facts })
      return undone.closed
    })
  } catch (error) {
    if (isUniqueViolation(error, 'shops_number')) throw new Failure('rollout_undo_blocked', {}, { cause: error })
    throw error
  }
  for (const shopId of closed) await ports.devices.revokeAll(staff, shopId)
}
