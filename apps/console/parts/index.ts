export { Button, ButtonLink, IconButton } from './button.tsx'
export { Chart } from './chart.tsx'
export type { ChartProps, ChartSeries } from './chart-props.ts'
export { DataTable } from './data-table.tsx'
export type { Column } from './data-table-props.ts'
export { ConfirmDialog, Dialog, Drawer } from './dialog.tsx'
export { ExportButton } from './export-button.tsx'
export { Failed } from './failed.tsx'
export {
  AreaField,
  CheckField,
  ChecksField,
  type Option,
  SelectField,
  TextField,
} from './fields.tsx'
export { type Filter, FilterBar, SearchBox } from './filter-bar.tsx'
export { Loaded } from './loaded.tsx'
export { PageHead } from './page-head.tsx'
export { RowsTable } from './rows-table.tsx'
export {
  CopyField,
  EmptyState,
  Facts,
  Note,
  Panel,
  Progress,
  Stat,
  StatePill,
  Stats,
  type Tone,
} from './small-parts.tsx'
export { Tabs } from './tabs.tsx'
export { useToast } from './toast.tsx'
export { type Submit, useSubmit } from './use-submit.ts'
