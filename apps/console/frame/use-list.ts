import type { Page } from '@paume/contract'
import { useCallback, useMemo, useRef } from 'react'
import type { NewsKind } from './news.ts'
import {
  choice,
  many,
  type Param,
  type Params,
  type SetSearch,
  text,
  useSearch,
  type ValuesOf,
} from './search-params.ts'
import { type Load, useLoad } from './use-load.ts'

/** What stands in the address besides a list's own filters. */
type Fixed = {
  q: Param<string | undefined>
  sort: Param<string>
  after: Param<string | undefined>
  sel: Param<readonly string[]>
}

/** The query that a list sends: its filters, the words looked for, order and place. */
export type ListAsk<F extends Params, S extends string> = Partial<ValuesOf<F>> & {
  q?: string
  sort?: S | `-${S}`
  limit: number
  after?: string
}

/** A list of the console whose filters, order and place stand in the address. What `DataTable`, `FilterBar` and `ExportButton` work with. */
export type List<Row, F extends Params = Params> = {
  /** Names the list where its columns are remembered. */
  name: string
  page: Load<Page<Row>>
  /** Parameters that `filters` names. */
  params: F
  filters: ValuesOf<F>
  q: string | undefined
  sort: string
  /** Whether anything narrows the list down. */
  filtered: boolean
  selected: readonly string[]
  select(ids: readonly string[]): void
  setFilters(change: Partial<ValuesOf<F>>, options?: { replace?: boolean }): void
  setQ(q: string): void
  clear(): void
  sortBy(sort: string): void
  /** Null where there is no such page. `first` from a deep link into the middle, where what came before is not known. */
  next: (() => void) | null
  previous: (() => void) | null
  /** What the list would export: filters and order, without place. */
  query: Record<string, string | number>
}

const ROWS_A_PAGE = 50

/**
 * A list. Declare `filters` and `sorts` outside of the component.
 *
 * ```ts
 * const list = useList({ name: 'shops', filters: FILTERS, sorts: SHOP_SORTS, live: ['shop'],
 *   load: (query, signal) => api.shops.list(query, { signal }) })
 * ```
 * @param sorts columns that the server sorts by (the contract's list); `first` is the order when nobody says
 */
export function useList<Row, F extends Params, S extends string>(of: {
  name: string
  filters: F
  sorts: readonly [S, ...S[]]
  first?: S | `-${S}`
  /** Always sent, never in the address: e.g. the shop whose page this is. */
  fixed?: Record<string, string>
  live?: readonly NewsKind[]
  rowsAPage?: number
  load(query: ListAsk<F, S>, signal: AbortSignal): Promise<Page<Row>>
}): List<Row, F> {
  const { name, filters: own, sorts, first = sorts[0], fixed = NOTHING, live = [], rowsAPage = ROWS_A_PAGE } = of
  const params = useMemo(() => {
    const orders = [...new Set([first, ...sorts.flatMap((each) => [each, `-${each}`])])]
    const sort = choice(orders as [string, ...string[]])
    return { ...own, q: text(100), sort, after: text(500), sel: many() } satisfies Params as F & Fixed
  }, [own, sorts, first])
  const [search, set] = useSearch(params) as [ValuesOf<F & Fixed>, SetSearch<F & Fixed>]
  const { q, sort, after, sel } = search as ValuesOf<Fixed>
  const filters = useMemo(
    () =>
      Object.fromEntries(Object.keys(own).map((each) => [each, search[each as keyof typeof search]])) as ValuesOf<F>,
    [own, search],
  )

  const query = useMemo(() => {
    const written = Object.entries(own).map(([each, param]) => [each, param.write(filters[each as keyof F])] as const)
    const narrowed = Object.fromEntries(written.filter(([, value]) => value !== null)) as Record<string, string>
    return { ...fixed, ...narrowed, ...(q ? { q } : {}), sort }
  }, [own, filters, fixed, q, sort])
  const asked = { ...query, limit: rowsAPage, ...(after ? { after } : {}) }
  const page = useLoad(
    `${name} ${JSON.stringify(asked)}`,
    (signal) => of.load(asked as unknown as ListAsk<F, S>, signal),
    { live },
  )

  const { next, previous } = usePages(page, after, (cursor) => set({ after: cursor } as Partial<ValuesOf<F & Fixed>>))
  const change = useCallback(
    (values: Record<string, unknown>, options?: { replace?: boolean }) =>
      set({ ...values, after: undefined, sel: [] } as unknown as Partial<ValuesOf<F & Fixed>>, options),
    [set],
  )
  const isSet = (value: unknown) =>
    value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
  return {
    name,
    page,
    params: own,
    filters,
    q,
    sort,
    filtered: q !== undefined || Object.entries(own).some(([each, param]) => isFiltering(param, filters[each], isSet)),
    selected: sel,
    select: (ids) => set({ sel: ids } as unknown as Partial<ValuesOf<F & Fixed>>, { replace: true }),
    setFilters: change,
    setQ: (words) => change({ q: words || undefined }, { replace: true }),
    clear: () =>
      change({ ...Object.fromEntries(Object.keys(own).map((each) => [each, own[each]!.read(null)])), q: undefined }),
    sortBy: (order) => change({ sort: order }),
    next,
    previous,
    query,
  }
}

const NOTHING: Record<string, string> = {}

/** A value that is not what the address means when it says nothing. */
const isFiltering = (param: Param<unknown>, value: unknown, isSet: (value: unknown) => boolean) =>
  isSet(value) && param.write(value) !== null

/** Forwards by the server's cursor; backwards by the cursors that led here. */
function usePages(page: Load<Page<unknown>>, after: string | undefined, goTo: (cursor: string | undefined) => void) {
  const came = useRef(new Map<string, string | undefined>())
  const { data, loading } = page
  const cursor = data?.next
  return {
    next:
      cursor && !loading
        ? () => {
            came.current.set(cursor, after)
            goTo(cursor)
          }
        : null,
    previous: after === undefined ? null : () => goTo(came.current.get(after)),
  }
}
