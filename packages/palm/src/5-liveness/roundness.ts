import type { CellResponse } from './cell-response.ts'
import { evenTerms, unexplainedBy } from './even-light.ts'
import type { Form } from './hand-form.ts'
import { VIEW_CELLS } from './hand-view.ts'
import type { Look } from './skin-cells.ts'

/** Slopes beyond this are edges of the guessed form. */
const MAX_SLOPE = 3
/** A pattern that is left with less than this after the others were taken off it says nothing of its own. */
const LEAST_OWN = 1e-6
const LEAST_NOISE = 1e-12

/**
 * How much of the light's unevenness goes with the slopes of the form, in parts of how much of the noise does. A sheet may be uneven for a
 * camera's reasons, and noise may look uneven: neither follows fingers and mounds. `found` holds responses and rests of which what an even
 * sheet explains is taken off.
 */
export function roundnessOf(
  found: ReadonlyMap<number, CellResponse>,
  looks: ReadonlyMap<number, Look>,
  form: Form,
  freedom: number,
): number {
  const patterns = patternsOf(found, looks, form)
  const explained = (values: readonly number[]) =>
    patterns.reduce((sum, pattern) => sum + pattern.reduce((part, value, k) => part + value * values[k], 0) ** 2, 0)
  const cells = [...found.values()]
  let noise = 0
  for (let i = 0; i < cells[0].rest.length; i++) {
    noise += explained(cells.map(({ rest, power }) => rest[i] / Math.sqrt(power))) / freedom
  }
  return explained(cells.map(({ response }) => response)) / Math.max(LEAST_NOISE, noise)
}

/**
 * What light from the screen, against light from anywhere else, does on slopes: to first order along both directions, to second where the
 * slopes of rolls are steep. Without what an even sheet does, at right angles to one another and of length 1.
 */
function patternsOf(
  found: ReadonlyMap<number, CellResponse>,
  looks: ReadonlyMap<number, Look>,
  { rolls, mounds }: Form,
): number[][] {
  const unexplained = unexplainedBy(evenTerms(found, looks))
  const cells = [...found.keys()]
  const slope = (height: Float32Array, step: number) =>
    cells.map((cell) =>
      Math.max(-MAX_SLOPE, Math.min(MAX_SLOPE, ((height[cell + step] ?? 0) - (height[cell - step] ?? 0)) / 2)),
    )
  const [across, down] = [slope(rolls, 1), slope(rolls, VIEW_CELLS)]
  const times = (a: readonly number[], b: readonly number[]) => a.map((value, k) => value * b[k])
  const wanted = [
    ...[across, down, times(across, across), times(down, down), times(across, down)],
    ...[slope(mounds, 1), slope(mounds, VIEW_CELLS)],
  ]
  const patterns: number[][] = []
  for (const values of wanted) {
    let own = unexplained(values)
    for (const pattern of patterns) {
      const common = pattern.reduce((sum, value, k) => sum + value * own[k], 0)
      own = own.map((value, k) => value - common * pattern[k])
    }
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0))
    if (length > LEAST_OWN) patterns.push(own.map((value) => value / length))
  }
  return patterns
}
