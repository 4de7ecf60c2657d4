import { useCallback, useMemo } from 'react'
import { go, usePlace } from './router.ts'

/** How a value stands in the address. `read` gets null when it is absent, and takes nothing for granted: people write addresses by hand. */
export type Param<T> = { read(text: string | null): T; write(value: T): string | null }

export const text = (longest = 200): Param<string | undefined> => ({
  read: (given) => (given ? given.slice(0, longest) : undefined),
  write: (value) => value || null,
})

/** One of these words, or nothing. */
export const oneOf = <const V extends string>(values: readonly V[]): Param<V | undefined> => ({
  read: (given) => values.find((value) => value === given),
  write: (value) => value ?? null,
})

/** One of these words; the first one when the address says nothing. */
export const choice = <const V extends string>(values: readonly [V, ...V[]]): Param<V> => ({
  read: (given) => values.find((value) => value === given) ?? values[0],
  write: (value) => (value === values[0] ? null : value),
})

/** Several, kept in order, separated by commas. */
export const many = (most = 200): Param<readonly string[]> => ({
  read: (given) => (given ? [...new Set(given.split(',').filter(Boolean))].slice(0, most) : []),
  write: (values) => (values.length > 0 ? values.join(',') : null),
})

/** A calendar day, `2026-11-24`. */
export const day = (): Param<string | undefined> => ({
  read: (given) => (given && /^\d{4}-\d{2}-\d{2}$/.test(given) && !Number.isNaN(Date.parse(given)) ? given : undefined),
  write: (value) => value ?? null,
})

export const yes = (): Param<boolean> => ({ read: (given) => given === '1', write: (value) => (value ? '1' : null) })

export const whole = (least: number, most: number): Param<number | undefined> => ({
  read(given) {
    const value = given && /^-?\d{1,9}$/.test(given) ? Number(given) : Number.NaN
    return value >= least && value <= most ? value : undefined
  },
  write: (value) => (value === undefined ? null : String(value)),
})

// biome-ignore lint/suspicious/noExplicitAny: a set of parameters holds parameters of any type
export type Params = Record<string, Param<any>>
export type ValuesOf<P extends Params> = { [K in keyof P]: ReturnType<P[K]['read']> }

/** What the address says, by these parameters. */
export function readParams<P extends Params>(params: P, search: string): ValuesOf<P> {
  const given = new URLSearchParams(search)
  return Object.fromEntries(
    Object.entries(params).map(([name, param]) => [name, param.read(given.get(name))]),
  ) as ValuesOf<P>
}

/** The query with some values changed; parameters that nobody named here stay as they are. */
export function writeParams<P extends Params>(params: P, search: string, change: Partial<ValuesOf<P>>): string {
  const next = new URLSearchParams(search)
  for (const [name, value] of Object.entries(change)) {
    const written = params[name]!.write(value)
    if (written === null) next.delete(name)
    else next.set(name, written)
  }
  next.sort()
  return next.toString()
}

export type SetSearch<P extends Params> = (change: Partial<ValuesOf<P>>, options?: { replace?: boolean }) => void

/**
 * Typed parameters of the address: `const [search, setSearch] = useSearch(PARAMS)`, with `PARAMS` a constant outside of the component.
 * A change is a step that the back button takes back, unless `replace` is said.
 */
export function useSearch<P extends Params>(params: P): [ValuesOf<P>, SetSearch<P>] {
  const { search } = usePlace()
  const values = useMemo(() => readParams(params, search), [params, search])
  const set = useCallback<SetSearch<P>>(
    (change, options) => {
      const next = writeParams(params, location.search, change)
      go(location.pathname + (next === '' ? '' : `?${next}`), options)
    },
    [params],
  )
  return [values, set]
}

/** The address of this page with some parameters changed, for links: `withSearch({ open: id })`. Null takes one away. */
export function withSearch(change: Record<string, string | null>): string {
  const next = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(change)) {
    if (value === null) next.delete(name)
    else next.set(name, value)
  }
  next.sort()
  const search = next.toString()
  return location.pathname + (search === '' ? '' : `?${search}`)
}
