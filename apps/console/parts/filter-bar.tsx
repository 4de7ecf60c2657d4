import { type ReactNode, useEffect, useState } from 'react'
import { Icon } from '../../design/icons.tsx'
import { useFormat } from '../frame/format.ts'
import type { Params } from '../frame/search-params.ts'
import { useFrameTexts } from '../frame/texts.ts'
import type { List } from '../frame/use-list.ts'
import { Button } from './button.tsx'
import type { Option } from './fields.tsx'

export type Filter<F extends Params> =
  /** One of these. */
  | { kind: 'select'; name: keyof F & string; label: string; options: readonly Option[] }
  /** Words of its own, such as an identifier. */
  | { kind: 'text'; name: keyof F & string; label: string }
  /** Two parameters of kind `day()`. */
  | { kind: 'days'; from: keyof F & string; to: keyof F & string; label: string }
  /** A parameter of kind `yes()`. */
  | { kind: 'yes'; name: keyof F & string; label: string }

interface FilterBarProps<F extends Params> {
  // biome-ignore lint/suspicious/noExplicitAny: rows do not matter to filters
  list: List<any, F>
  /** What the search box looks for; without it there is none. */
  search?: string
  filters: readonly Filter<F>[]
  children?: ReactNode
}

/** Long enough that a word is typed without a question at each letter, ms. */
const TYPING_MS = 300

/** Search and filters of a list. All of it stands in the address; a filter that is set is a chip with a way to take it off. */
export function FilterBar<F extends Params>({ list, search, filters, children }: FilterBarProps<F>) {
  const { t } = useFrameTexts()
  // On a phone they stand behind a button.
  const [open, setOpen] = useState(false)
  return (
    <search className="filter-bar no-print" aria-label={t('filters')}>
      <div className="filter-row" data-open={open || undefined}>
        {search !== undefined && <SearchBox label={search} value={list.q ?? ''} onChange={list.setQ} />}
        {(filters.length > 0 || children) && (
          <>
            <Button icon="list" className="filter-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
              {t('filters')}
            </Button>
            <div className="filter-more">
              {filters.map((filter) => (
                <FilterControl key={filter.label} list={list} filter={filter} />
              ))}
              {children}
            </div>
          </>
        )}
      </div>
      {list.filtered && <Chips list={list} filters={filters} />}
    </search>
  )
}

/** Tells what was typed after a pause; keeps up with the address when the back button changes it. */
export function SearchBox({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const [typed, setTyped] = useState(value)
  const [told, setTold] = useState(value)
  if (told !== value) {
    setTold(value)
    setTyped(value)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the clock
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => {
      setTold(typed.trim())
      onChange(typed.trim())
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <label className="search-box">
      <Icon name="search" sizePx={18} />
      <span className="unseen">{label}</span>
      <input
        type="search"
        className="input"
        placeholder={label}
        value={typed}
        maxLength={100}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  )
}

type Loose = Record<string, unknown>

function FilterControl<F extends Params>({ list, filter }: { list: List<unknown, F>; filter: Filter<F> }) {
  const { t } = useFrameTexts()
  const values = list.filters as Loose
  const set = (change: Loose) => list.setFilters(change as Partial<typeof list.filters>)
  switch (filter.kind) {
    case 'select':
      return (
        <label className="filter" data-set={values[filter.name] !== undefined || undefined}>
          <span>{filter.label}</span>
          <select
            className="input"
            value={(values[filter.name] as string | undefined) ?? ''}
            onChange={(event) => set({ [filter.name]: event.target.value || undefined })}
          >
            <option value="">{t('filter_all')}</option>
            {filter.options.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )
    case 'text':
      return (
        <SearchBox
          label={filter.label}
          value={(values[filter.name] as string | undefined) ?? ''}
          onChange={(words) => set({ [filter.name]: words || undefined })}
        />
      )
    case 'yes':
      return (
        <label className="filter filter-yes">
          <input
            type="checkbox"
            checked={values[filter.name] === true}
            onChange={(event) => set({ [filter.name]: event.target.checked })}
          />
          <span>{filter.label}</span>
        </label>
      )
    case 'days':
      return (
        <fieldset className="filter filter-days">
          <legend className="unseen">{filter.label}</legend>
          {([filter.from, filter.to] as const).map((name, index) => (
            <label key={name} className="filter">
              <span>{t(index === 0 ? 'from' : 'to')}</span>
              <input
                type="date"
                className="input"
                value={(values[name] as string | undefined) ?? ''}
                onChange={(event) => set({ [name]: event.target.value || undefined })}
              />
            </label>
          ))}
        </fieldset>
      )
  }
}

function Chips<F extends Params>({ list, filters }: { list: List<unknown, F>; filters: readonly Filter<F>[] }) {
  const { t } = useFrameTexts()
  const { day } = useFormat()
  const values = list.filters as Loose
  const off = (change: Loose) => () => list.setFilters(change as Partial<typeof list.filters>)
  const chips: { name: string; line: string; off(): void }[] = []
  if (list.q) chips.push({ name: 'q', line: `“${list.q}”`, off: () => list.setQ('') })
  for (const filter of filters) {
    if (filter.kind === 'days') {
      const [from, to] = [values[filter.from], values[filter.to]] as (string | undefined)[]
      if (from === undefined && to === undefined) continue
      const line = `${from ? day(from) : '…'} – ${to ? day(to) : '…'}`
      chips.push({ name: filter.from, line, off: off({ [filter.from]: undefined, [filter.to]: undefined }) })
      continue
    }
    const value = values[filter.name]
    if (value === undefined || value === false) continue
    const said =
      filter.kind === 'select'
        ? (filter.options.find((each) => each.value === value)?.label ?? String(value))
        : String(value)
    const line = filter.kind === 'yes' ? filter.label : `${filter.label}: ${said}`
    chips.push({ name: filter.name, line, off: off({ [filter.name]: filter.kind === 'yes' ? false : undefined }) })
  }
  return (
    <div className="chips">
      {chips.map((chip) => (
        <button
          key={chip.name}
          type="button"
          className="chip"
          aria-label={t('filter_remove', { name: chip.line })}
          onClick={chip.off}
        >
          {chip.line}
          <Icon name="cross" sizePx={14} />
        </button>
      ))}
      <Button look="quiet" onClick={list.clear}>
        {t('clear_filters')}
      </Button>
    </div>
  )
}
