import { useCallback, useMemo, useState } from 'react'
import { preference, usePreference } from '../../design/preferences.ts'
import type { Column } from './data-table-props.ts'

/** How high rows are, for all tables. */
const density = preference<'airy' | 'dense'>('paume-console-density', (stored) =>
  stored === 'dense' ? 'dense' : 'airy',
)

export type TableLook<Row> = {
  columns: readonly Column<Row>[]
  density: 'airy' | 'dense'
  setDensity(value: 'airy' | 'dense'): void
  shown(key: string): boolean
  show(key: string, on: boolean): void
}

/** Columns by what the reader chose: `+key` one that is optional, `-key` one that is not wanted. */
function readChoice(name: string): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`paume-columns-${name}`) ?? '[]')
    return new Set(Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [])
  } catch {
    return new Set()
  }
}

/** Which columns of a list are shown and how densely, kept on this machine. */
export function useTableLook<Row>(name: string, all: readonly Column<Row>[]): TableLook<Row> {
  const rows = usePreference(density)
  const [choice, setChoice] = useState(() => readChoice(name))
  const shown = useCallback(
    (key: string) => {
      const column = all.find((each) => each.key === key)
      return column?.optional ? choice.has(`+${key}`) : !choice.has(`-${key}`)
    },
    [all, choice],
  )
  const show = (key: string, on: boolean) => {
    const next = new Set(choice)
    const optional = all.find((each) => each.key === key)?.optional
    if (optional === true) on ? next.add(`+${key}`) : next.delete(`+${key}`)
    else on ? next.delete(`-${key}`) : next.add(`-${key}`)
    setChoice(next)
    try {
      localStorage.setItem(`paume-columns-${name}`, JSON.stringify([...next]))
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }
  const columns = useMemo(() => all.filter((column, index) => index === 0 || shown(column.key)), [all, shown])
  return { columns, density: rows, setDensity: density.set, shown, show }
}
