import { STAGES, type Stage } from '@paume/palm'
import type { StageMs } from './samples.ts'

export type Percentiles = { pictures: number; p50Ms: number; p95Ms: number }
export type StageTimes = Partial<Record<Stage | 'all', Percentiles>>

/**
 * Time of each stage over the pictures where it ran, one picture at a time, and of all of them together. Refused pictures
 * count: a shopper waits for a refusal, too.
 */
export function stageTimes(pictures: readonly StageMs[]): StageTimes {
  const times: StageTimes = {}
  for (const stage of STAGES) {
    const own = pictures.flatMap((stageMs) => stageMs[stage] ?? [])
    if (own.length > 0) times[stage] = percentiles(own)
  }
  const all = pictures.flatMap((stageMs) => {
    const parts = Object.values(stageMs)
    return parts.length > 0 ? [parts.reduce((sum, ms) => sum + ms, 0)] : []
  })
  if (all.length > 0) times.all = percentiles(all)
  return times
}

export function percentiles(valuesMs: readonly number[]): Percentiles {
  const sorted = valuesMs.toSorted((a, b) => a - b)
  const at = (share: number) => Number(sorted[Math.ceil(sorted.length * share) - 1].toFixed(2))
  return { pictures: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95) }
}
