import type { Rollout, RolloutRow } from '@paume/contract'
import type { QueryExecutorProvider, Selectable } from 'kysely'
import { toTimestamp } from '../../clock.ts'
import type { Db } from '../../database.ts'
import type { ListOrder } from '../../list-page.ts'
import type { Staff } from '../../routing.ts'
import type { MerchantTables } from '../tables.ts'

type Reader = QueryExecutorProvider & Pick<Db, 'selectFrom'>

export const IMPORT_ORDER: ListOrder = {
  columns: {
    createdAt: { by: 'shop_imports.created_at', type: 'timestamptz' },
    fileName: { by: 'shop_imports.file_name', type: 'text' },
    state: { by: 'shop_imports.state', type: 'text' },
  },
  id: 'shop_imports.id',
  firstDown: true,
}
export const ROW_ORDER: ListOrder = {
  columns: { row: { by: 'shop_import_rows.row', type: 'bigint' }, name: { by: 'shop_import_rows.name', type: 'text' } },
  id: 'shop_import_rows.id',
}

export const selectImports = (db: Reader, staff: Pick<Staff, 'organisationId'>) =>
  db
    .selectFrom('shop_imports')
    .innerJoin('organisations', 'organisations.id', 'shop_imports.organisation_id')
    .selectAll('shop_imports')
    .select('organisations.name as organisation_name')
    .$if(staff.organisationId !== null, (own) =>
      own.where('shop_imports.organisation_id', '=', staff.organisationId as string),
    )
export type ImportRow = Awaited<ReturnType<ReturnType<typeof selectImports>['execute']>>[number]

const at = (date: Date | null) => (date === null ? null : toTimestamp(date))

export function viewImport(row: ImportRow): Rollout {
  return {
    id: row.id,
    organisation: { id: row.organisation_id, name: row.organisation_name },
    fileName: row.file_name,
    sizeBytes: row.size_bytes,
    state: row.state,
    fileProblem:
      row.problem === null
        ? null
        : { code: row.problem as NonNullable<Rollout['fileProblem']>['code'], hint: row.problem_hint },
    encoding: row.encoding,
    separator: row.separator,
    ignoredColumns: row.ignored_columns,
    rowsRead: row.rows_read,
    rowsChecked: row.rows_checked,
    counts: { new: row.count_new, change: row.count_change, same: row.count_same, error: row.count_error },
    createdAt: toTimestamp(row.created_at),
    createdBy: row.created_by,
    appliedAt: at(row.applied_at),
    undoneAt: at(row.undone_at),
  }
}

const text = (value: unknown): string | null =>
  value === null || value === undefined ? null : Array.isArray(value) ? value.join(', ') : String(value)

export function viewRow(row: Selectable<MerchantTables['shop_import_rows']>): RolloutRow {
  const { before, wanted } = row
  const changes =
    row.outcome !== 'change' || wanted === null
      ? []
      : Object.entries(wanted).map(([field, to]) => {
          return { field, from: text(before?.[field as keyof typeof before]), to: text(to) }
        })
  return {
    row: row.row,
    outcome: row.outcome,
    number: row.number ?? wanted?.number ?? null,
    name: row.name,
    town: row.town,
    shopId: row.shop_id,
    problems: row.problems,
    changes,
  }
}
