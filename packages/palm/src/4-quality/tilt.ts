import type { Measure } from './measure.ts'

/**
 * Hands that hovered flat measure up to 20° on a phone's camera and 32° on a webcam that looks up at them. Of `student4` 4% lie above,
 * of the hard poses of `xpalm` 28%; `docs/decisions/0014` has errors and refusals by limit.
 */
export const MAX_TILT_DEG = 30
/** The outline of a flat palm measures up to 30°, because people's palms are not all of one shape. */
export const MAX_OUTLINE_TILT_DEG = 36

/** How far the palm is turned away from the camera, by its landmarks in space. */
export const tilt = (tiltDeg: number) => turnedAway('tilt', tiltDeg, MAX_TILT_DEG)

/** How far the palm is turned away from the camera, by its outline in the picture. */
export const outlineTilt = (tiltDeg: number) => turnedAway('outline tilt', tiltDeg, MAX_OUTLINE_TILT_DEG)

const turnedAway = (name: string, tiltDeg: number, limit: number): Measure => ({
  name,
  value: tiltDeg,
  limit,
  unit: '°',
  ok: tiltDeg <= limit,
  code: 'tilted',
  message: `The hand is tilted by ${Math.round(tiltDeg)}°, at most ${limit}°: hold it flat to the camera.`,
})
