import Type, { type Static, type TSchema } from 'typebox'

/** Rows a page may have. */
export const MOST_ROWS_A_PAGE = 200
const ROWS_A_PAGE = 50
/** Rows are counted up to here: more is shown as "10,000 and more". */
export const MOST_COUNTED = 10_000

/**
 * What every list of the console takes besides its own filters. `sort` is a column, with `-` in front from the greatest down; `after` is
 * `next` of the page before, good for the same filters and order only.
 *
 * @param columns those that the list can be sorted by; the first is what it is sorted by when nobody says
 */
export const listQuery = <const T extends readonly string[]>(columns: T) => ({
  q: Type.Optional(Type.String({ maxLength: 100, description: 'Words to look for.' })),
  sort: Type.Optional(
    Type.Unsafe<T[number] | `-${T[number]}`>(
      Type.Union(columns.flatMap((column) => [Type.Literal(column), Type.Literal(`-${column}`)])),
    ),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ROWS_A_PAGE, default: ROWS_A_PAGE })),
  after: Type.Optional(Type.String({ maxLength: 500 })),
})

/** A page of a list. `total` counts what fits the filters, up to `MOST_COUNTED`. */
export const listOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    total: Type.Integer({ minimum: 0, maximum: MOST_COUNTED }),
    next: Type.Union([Type.String(), Type.Null()]),
  })
export type Page<T> = { items: T[]; total: number; next: string | null }
const Query = Type.Object(listQuery(['id']))
/** The part of a list's query that is the same everywhere. */
export type ListQuery = Omit<Static<typeof Query>, 'sort'> & { sort?: string }
