import type { ReactNode } from 'react'
import type { Params } from '../frame/search-params.ts'
import type { List } from '../frame/use-list.ts'

export type Column<Row> = {
  key: string
  title: string
  cell(row: Row): ReactNode
  /** The name the server sorts it by, when it does. */
  sort?: string
  /** Numbers and money stand at the end. */
  align?: 'end'
  /** Shown only when the reader asks for it. */
  optional?: boolean
  /** Where it stands when rows fold into cards on a phone: `title` at the top, `hide` not at all. Default: with its name before it. */
  card?: 'title' | 'hide'
}

export interface DataTableProps<Row, F extends Params> {
  /** What is listed: read to those who cannot see it. */
  label: string
  list: List<Row, F>
  /** Declare them in a `useMemo` or a function of the texts. The first one carries the link. */
  columns: readonly Column<Row>[]
  rowKey(row: Row): string
  /** What a row is called where it is selected or opened. */
  rowName(row: Row): string
  /** Where a row leads; or `onRow`. Use `withSearch({ open: id })` for a drawer. */
  rowHref?(row: Row): string
  onRow?(row: Row): void
  /** What can be done with the rows that are ticked. Without it there is nothing to tick. */
  bulk?(ids: readonly string[], rows: readonly Row[]): ReactNode
  /** Nothing there at all. */
  empty?: ReactNode
  /** Beside the choice of columns, such as `<ExportButton>`. */
  tools?: ReactNode
}
