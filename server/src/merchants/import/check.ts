import { sql } from 'kysely'
import { type Db, withTransaction } from '../../database.ts'
import { type Compared, compare } from './compare.ts'
import { readInThread } from './reader.ts'
import { finderFor } from './standing.ts'
import type { Defaults, ReadRow } from './wanted.ts'

type Work = { db: Db; importId: string; organisationId: string; now(): Date; onProgress(): void }

/**
 * Reads a list and writes down what each row would do. Row by row in a thread of its own, batch by batch into the database, so that
 * requests go on meanwhile; how far it has come stands in the import's own row.
 */
export async function checkFile(work: Work, bytes: Uint8Array, defaults: Defaults): Promise<void> {
  const { db, importId, now } = work
  const set = (
    change: Partial<{ [K in 'encoding' | 'separator' | 'problem' | 'problem_hint']: string | null }> & {
      state?: 'checked' | 'unreadable'
      ignored_columns?: string[]
    },
  ) =>
    db
      .updateTable('shop_imports')
      .set({ ...change, worked_at: now() })
      .where('id', '=', importId)
      .where('state', '=', 'checking')
      .execute()
  for await (const message of readInThread(bytes, defaults)) {
    if (message.kind === 'head') {
      const { encoding, separator, ignored } = message.head
      await set({ encoding, separator, ignored_columns: ignored })
    } else if (message.kind === 'rows') {
      await writeRows(work, message.rows)
      work.onProgress()
    } else if (message.kind === 'unreadable') {
      await set({ state: 'unreadable', problem: message.problem, problem_hint: message.hint })
    } else {
      await set({ state: 'checked' })
    }
  }
}

async function writeRows({ db, importId, organisationId, now }: Work, rows: readonly ReadRow[]): Promise<void> {
  if (rows.length === 0) return
  const find = await finderFor(db, organisationId, rows)
  const compared = rows.map((row): [ReadRow, Compared] => {
    const found = find(row)
    if (found.kind !== 'several') return [row, compare(row, found.kind === 'one' ? found.shop : null)]
    const double = { column: 'name', code: 'duplicate_name' as const, value: row.wanted.name }
    return [row, compare({ ...row, problems: [...row.problems, double as ReadRow['problems'][number]] }, null)]
  })
  const values = compared.map(([{ row, wanted: said }, { outcome, shopId, wanted, before, problems }]) => ({
    row,
    outcome,
    shop_id: shopId,
    number: said.number ?? null,
    name: said.name ?? null,
    town: said.town ?? null,
    wanted,
    before,
    problems,
  }))
  const count = (wanted: Compared['outcome']) => values.filter(({ outcome }) => outcome === wanted).length
  await withTransaction(db, async (tx) => {
    await sql`
      insert into shop_import_rows (import_id, row, outcome, shop_id, number, name, town, wanted, before, problems)
      select ${importId}, r.row, r.outcome, r.shop_id, r.number, r.name, r.town,
             nullif(r.wanted, 'null'::jsonb), nullif(r.before, 'null'::jsonb), r.problems
        from jsonb_to_recordset(${JSON.stringify(values)}::jsonb)
          as r(row int, outcome text, shop_id text, number text, name text, town text, wanted jsonb, before jsonb, problems jsonb)
      on conflict do nothing`.execute(tx)
    await sql`
      update shop_imports
         set rows_read = ${values.at(-1)!.row}, rows_checked = rows_checked + ${values.length},
             count_new = count_new + ${count('new')}, count_change = count_change + ${count('change')},
             count_same = count_same + ${count('same')}, count_error = count_error + ${count('error')}, worked_at = ${now()}
       where id = ${importId} and state = 'checking'`.execute(tx)
  })
}
