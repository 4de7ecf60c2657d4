import type { ImpostorTail } from './calibration.ts'

/**
 * By model version, one picture against one, aggregate figures only. Written by `npm run calibrate -- --write`: fit again, do not
 * edit. Nothing below an FMR of three by the number of pairs was seen: what lies below is extrapolated.
 */
export const IMPOSTOR_TAILS: Readonly<Record<string, ImpostorTail>> = {
  'pool11-1+line3x32-1': {
    start: -0.9,
    startFmr: 0.001,
    scale: 0.5,
    shape: 0,
    measuredOn: 'nothing yet',
  },
}
