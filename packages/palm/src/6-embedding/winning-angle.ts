/** Orientations that compete. Six is CompCode's choice (Kong and Zhang 2004); more did not help here. */
export const ORIENTATIONS = 6
/** Steps of the angle over half a turn, in which a line looks the same. */
export const ANGLE_STEPS = 254
/** Angle value of a cell that shows no line: flat, clipped, or outside. */
export const NO_LINE = 255
/** Least difference between the strongest response and the mean of all, grey 0…1 times a unit-norm filter. */
const LEAST_CONTRAST = 0.002

/** Angle of the darkest line at one cell: the winning orientation, moved by a parabola through its neighbours. */
export function winningAngle(responses: readonly Float32Array[], cell: number): number {
  let winner = 0
  let mean = 0
  for (let k = 0; k < ORIENTATIONS; k++) {
    mean += responses[k][cell] / ORIENTATIONS
    if (responses[k][cell] < responses[winner][cell]) winner = k
  }
  const middle = responses[winner][cell]
  if (!(mean - middle >= LEAST_CONTRAST)) return NO_LINE
  const before = responses[(winner + ORIENTATIONS - 1) % ORIENTATIONS][cell]
  const after = responses[(winner + 1) % ORIENTATIONS][cell]
  const bend = before - 2 * middle + after
  const between = bend > 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0
  const steps = Math.round(((winner + between) * ANGLE_STEPS) / ORIENTATIONS)
  return (steps + ANGLE_STEPS) % ANGLE_STEPS
}
