import type { Guidance, GuidanceCode } from '@paume/contract'

/** One quality measure of one frame or burst: what was measured, where the limit lies, and what to tell the person. */
export type Measure = {
  name: string
  value: number
  limit: number
  unit: string
  ok: boolean
  code: GuidanceCode
  /** Names value and limit. */
  message: string
}

/** A measure on the wire: only what failed is told. */
export const guidanceOf = ({ code, message, name, value, limit, unit }: Measure): Guidance => ({
  code,
  message,
  measure: name,
  value: round(value),
  limit,
  unit,
})

/** Three significant digits: enough to act on, and readable. */
export const round = (value: number) => Number(value.toPrecision(3))
