import { type ListQuery, MOST_COUNTED, type Page } from '@paume/contract'
import { type QueryExecutorProvider, type SelectQueryBuilder, sql } from 'kysely'
import { Failure } from './failure.ts'

const ROWS_A_PAGE = 50

/** What stands for null when rows are put in order: nothing is less. */
const LEAST = {
  text: `''`,
  bigint: `'-9223372036854775808'`,
  timestamptz: `'-infinity'`,
  'double precision': `'-infinity'`,
}

/** A column that a list may be sorted by: its name in the query, with its table where two have it, and its type. */
export type SortColumn = { by: string; type: keyof typeof LEAST }

export type ListOrder = {
  /** What `sort` may name; the first is what the list is sorted by when nobody says. */
  columns: Record<string, SortColumn>
  /** Where the row's identifier stands. Default `id`. */
  id?: string
  /** From the greatest down when nobody says. */
  firstDown?: boolean
}

/**
 * One page of a list: sorted by one column and then by `id`, so that no row is skipped or shown twice while others come and go.
 *
 * @param select the filters and what is read, `id` among it
 * @throws `request_malformed` when `sort` is no column of the list, or `after` is no cursor of ours or belongs to another order
 */
export async function pageOf<DB, TB extends keyof DB, Row extends { id: string }>(
  db: QueryExecutorProvider,
  select: SelectQueryBuilder<DB, TB, Row>,
  { columns, id = 'id', firstDown = false }: ListOrder,
  query: ListQuery,
): Promise<Page<Row>> {
  const sort = query.sort ?? `${firstDown ? '-' : ''}${Object.keys(columns)[0]}`
  const down = sort.startsWith('-')
  const column = columns[down ? sort.slice(1) : sort]
  if (column === undefined) throw malformed('sort', 'is no column of this list')
  const limit = query.limit ?? ROWS_A_PAGE
  const type = sql.raw(column.type)
  const key = sql`coalesce(${sql.ref(column.by)}, ${sql.raw(LEAST[column.type])}::${type})`
  const idKey = sql.ref(id)
  const direction = sql.raw(down ? 'desc' : 'asc')
  let rows = select
    .select(sql<string>`${key}::text`.as('page_key'))
    .orderBy(key, (order) => (down ? order.desc() : order.asc()))
    .orderBy(sql`${idKey} ${direction}`)
    .limit(limit + 1)
  if (query.after !== undefined) {
    const from = readCursor(query.after, sort)
    rows = rows.where(
      sql<boolean>`(${key}, ${idKey}) ${sql.raw(down ? '<' : '>')} (${from.key}::${type}, ${from.id}::text)`,
    )
  }
  const counted = select.clearSelect().select(sql`1`.as('one')).limit(MOST_COUNTED)
  const [found, total] = await Promise.all([
    rows.execute(),
    sql<{ count: bigint }>`select count(*) as count from (${counted}) counted`.execute(db),
  ])
  const page = found.slice(0, limit) as unknown as (Row & { page_key: string })[]
  const last = page.at(-1)
  const next = found.length > limit && last !== undefined ? writeCursor(sort, last.page_key, last.id) : null
  const items = page.map(({ page_key: _, ...row }) => row as unknown as Row)
  return { items, total: Number(total.rows[0]!.count), next }
}

/** A pattern for `ilike` that finds the words as they are, wherever they stand. */
export const containing = (words: string): string => `%${words.replace(/[\\%_]/g, '\\$&')}%`

const writeCursor = (...parts: [sort: string, key: string, id: string]) =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

function readCursor(text: string, sort: string): { key: string; id: string } {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === 'string')) {
      const [of, key, id] = parts as [string, string, string]
      if (of === sort) return { key, id }
    }
  } catch {
    // Said below.
  }
  throw malformed('after', 'does not continue this list')
}

const malformed = (name: string, message: string) =>
  new Failure('request_malformed', { problems: [{ path: `querystring/${name}`, message }] })
