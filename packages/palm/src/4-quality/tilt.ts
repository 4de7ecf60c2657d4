import type { Measure } from './measure.ts'

export const MAX_TILT_DEG = 45

/** How far the palm is turned away from the camera. */
export function tilt(tiltDeg: number): Measure {
  return {
    name: 'tilt',
    value: tiltDeg,
    limit: MAX_TILT_DEG,
    unit: '°',
    ok: tiltDeg <= MAX_TILT_DEG,
    code: 'tilted',
    message: `The hand is tilted by ${Math.round(tiltDeg)}°, at most ${MAX_TILT_DEG}°: hold it flat to the camera.`,
  }
}
