import { skinOf } from '../../packages/synthetic-hands/src/skin.ts'
import type { Seen } from './acquire.ts'

/** How well hands were found, over some of the pictures. */
export type Detection = {
  pictures: number
  found: number
  handRight: number
  /** Mean over the hands found, palm widths. */
  meanErrorWidths: number | null
  good: number
}

const TONES = [
  ['monk 1–4', 1, 4],
  ['monk 4–7', 4, 7],
  ['monk 7–10', 7, 10.01],
] as const

/** Detection over all pictures, by skin tone, and what refused pictures were refused for. */
export function detectionOf(seen: readonly Seen[]) {
  const refusals: Record<string, number> = {}
  for (const { code, measure } of seen.flatMap((one) => one.refusals)) {
    const name = measure ? `${code} (${measure})` : code
    refusals[name] = (refusals[name] ?? 0) + 1
  }
  const toned = (from: number, to: number) =>
    seen.filter(({ truth }) => {
      const { tone } = skinOf(truth.person)
      return tone >= from && tone < to
    })
  return {
    all: countOf(seen),
    byTone: Object.fromEntries(TONES.map(([name, from, to]) => [name, countOf(toned(from, to))])),
    refusals,
    /** Requests of the pictures on which no open palm was found, or the other hand. */
    missed: seen
      .filter(({ found, truth }) => found?.hand !== truth.hand)
      .map(({ truth, difficulty, refusals: why, found }) => ({
        person: truth.person,
        view: truth.view,
        hand: truth.hand,
        difficulty,
        why: found ? 'other hand' : why[0]?.code,
      })),
  }
}

function countOf(seen: readonly Seen[]): Detection {
  const found = seen.flatMap((one) => (one.found ? [{ ...one.found, right: one.found.hand === one.truth.hand }] : []))
  const sum = found.reduce((total, { meanErrorWidths }) => total + meanErrorWidths, 0)
  return {
    pictures: seen.length,
    found: found.length,
    handRight: found.filter(({ right }) => right).length,
    meanErrorWidths: found.length > 0 ? sum / found.length : null,
    good: seen.filter(({ sample }) => sample !== null).length,
  }
}
