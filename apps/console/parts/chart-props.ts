export type ChartSeries = {
  label: string
  /** As many as `x.values`; null: nothing is known there. */
  values: readonly (number | null)[]
  /** 1…7: a colour of the palette. Default: by its place. */
  colour?: number
}

export type ChartProps = {
  /** What is shown, in a sentence for those who do not see it. */
  label: string
  /** `line`: what changes with time. `bars`: counts, one beside another or stacked; a histogram is bars of one series. */
  kind: 'line' | 'bars'
  stacked?: boolean
  x: {
    /** What the values are, e.g. "Hour". */
    title: string
    /** Rising numbers: seconds since 1970 for times, else places or lower ends. */
    values: readonly number[]
    /** Of the legend and the table. */
    text(value: number): string
    /** Of the axis, where there is little room. Default: `text`. */
    short?(value: number): string
    /** The values are times: ticks fall on hours and days of this zone. */
    timeZone?: string
  }
  series: readonly ChartSeries[]
  /** How a value is written. */
  format(value: number): string
  /** How it is written at the axis. */
  formatShort?(value: number): string
  heightPx?: number
}
