import { ANGLE_STEPS, NO_LINE, winningAngle } from './winning-angle.ts'

/** Spread of the blur that takes the lines away and leaves the shading, field cells: a third of the filter's reach and more. */
const SHADING_SPREAD = 3
const BLUR_RADIUS = 8
const BLUR = blurWeights()

/**
 * How much of a line field its own shading does not tell: one minus the mean of cos 2Δ between the direction at a cell and
 * the direction there once the lines are blurred away. 1: nothing in common; 0: the field describes light and the form of
 * the hand, which strangers share, or nothing at all. Filters are linear, so their responses are blurred, not the picture.
 */
export function clarityOf(responses: readonly Float32Array[], angle: Uint8Array, side: number): number {
  const shading = responses.map((response) => blurred(response, side))
  let agreement = 0
  let lines = 0
  for (let cell = 0; cell < angle.length; cell++) {
    if (angle[cell] === NO_LINE) continue
    lines++
    const shaded = winningAngle(shading, cell)
    if (shaded !== NO_LINE) agreement += Math.cos((2 * Math.PI * (angle[cell] - shaded)) / ANGLE_STEPS)
  }
  return lines === 0 ? 0 : Math.min(1, 1 - agreement / lines)
}

function blurWeights(): Float64Array {
  const weights = Float64Array.from({ length: 2 * BLUR_RADIUS + 1 }, (_, i) =>
    Math.exp(-((i - BLUR_RADIUS) ** 2) / (2 * SHADING_SPREAD ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight)
  return weights.map((weight) => weight / sum)
}

/** Gaussian along both axes; the border is mirrored outward. */
const blurred = (values: Float32Array, side: number) => blurredAlong(blurredAlong(values, side, 1, side), side, side, 1)

function blurredAlong(values: Float32Array, side: number, step: number, across: number): Float32Array {
  const out = new Float32Array(values.length)
  const line = new Float64Array(side + 2 * BLUR_RADIUS)
  for (let n = 0; n < side; n++) {
    for (let i = -BLUR_RADIUS; i < side + BLUR_RADIUS; i++) {
      const inside = i < 0 ? -i : i >= side ? 2 * side - 2 - i : i
      line[i + BLUR_RADIUS] = values[n * across + inside * step]
    }
    for (let i = 0; i < side; i++) {
      const middle = i + BLUR_RADIUS
      let sum = BLUR[BLUR_RADIUS] * line[middle]
      // What is as far to either side weighs the same.
      for (let k = 1; k <= BLUR_RADIUS; k++) sum += BLUR[BLUR_RADIUS + k] * (line[middle + k] + line[middle - k])
      out[n * across + i * step] = sum
    }
  }
  return out
}
