import { MIDDLE_ROOT, WRIST } from '../2-landmarks/hand.ts'
import { type Measure, round } from '../4-quality/measure.ts'
import { middle } from '../geometry.ts'
import { greyOf, raster } from '../image.ts'
import { sampleAffine } from '../resample.ts'
import type { LivenessCheck, SeenFrame } from './liveness.ts'
import { powerSpectrum, SPECTRUM_SIDE_PX } from './spectrum.ts'

/** Decibels over the neighbourhood. 266 real hands measured: half of them below 6.2, the highest 11.9. */
export const MAX_PEAK_DB = 15
/** Frequencies looked at, cycles over the square: below lie creases and shading, above only noise. */
const MIN_CYCLES = 12
const MAX_CYCLES = 60
/** Compression writes its 8 × 8 blocks into the spectrum: whole multiples of an eighth, on the axes. */
const BLOCK_CYCLES = SPECTRUM_SIDE_PX / 8

/**
 * The pixel grid of a screen, photographed, leaves isolated peaks in the spectrum (moiré); skin does not. Measures the
 * strongest peak against a ring of its neighbours, over the palm at the picture's own resolution.
 */
export const moire: LivenessCheck = {
  name: 'moiré',
  check: (frame) => measured(strongestPeakDb(powerSpectrum(palmPatch(frame)))),
}

function palmPatch({ picture, hand }: SeenFrame): Float32Array {
  const centre = middle(hand.landmarks[WRIST], hand.landmarks[MIDDLE_ROOT])
  const left = Math.round(centre.x) - SPECTRUM_SIDE_PX / 2
  const top = Math.round(centre.y) - SPECTRUM_SIDE_PX / 2
  const bytes = sampleAffine(picture, [1, 0, left, 0, 1, top], SPECTRUM_SIDE_PX, SPECTRUM_SIDE_PX)
  return greyOf(raster(SPECTRUM_SIDE_PX, SPECTRUM_SIDE_PX, bytes))
}

/** Half the plane is enough: the spectrum of a real picture is symmetric. */
export function strongestPeakDb(power: Float64Array): number {
  let strongest = 0
  const floor = 4 * medianOf(power)
  for (let v = 0; v <= MAX_CYCLES; v++) {
    for (let u = v === 0 ? 1 : -MAX_CYCLES; u <= MAX_CYCLES; u++) {
      const radius = Math.hypot(u, v)
      if (radius < MIN_CYCLES || radius > MAX_CYCLES || isBlockLine(u, v)) continue
      const own = at(power, u, v)
      if (own < floor) continue
      if (own < at(power, u - 1, v) || own < at(power, u + 1, v)) continue
      if (own < at(power, u, v - 1) || own < at(power, u, v + 1)) continue
      const around = neighbourhood(power, u, v)
      if (around > 0) strongest = Math.max(strongest, own / around)
    }
  }
  return strongest > 0 ? 10 * Math.log10(strongest) : 0
}

const isBlockLine = (u: number, v: number) =>
  (Math.abs(v) <= 1 && nearMultiple(u)) || (Math.abs(u) <= 1 && nearMultiple(v))
const nearMultiple = (cycles: number) => Math.abs(cycles - BLOCK_CYCLES * Math.round(cycles / BLOCK_CYCLES)) <= 1

const at = (power: Float64Array, u: number, v: number) =>
  power[((v + SPECTRUM_SIDE_PX) % SPECTRUM_SIDE_PX) * SPECTRUM_SIDE_PX + ((u + SPECTRUM_SIDE_PX) % SPECTRUM_SIDE_PX)]

/**
 * Power that nine tenths of the square ring three to five cycles away stay below. A straight crease is a line in the
 * spectrum and crosses the ring; the peak of a grid stands alone.
 */
function neighbourhood(power: Float64Array, u: number, v: number): number {
  const ring: number[] = []
  for (let dv = -5; dv <= 5; dv++) {
    for (let du = -5; du <= 5; du++) {
      if (Math.max(Math.abs(du), Math.abs(dv)) >= 3) ring.push(at(power, u + du, v + dv))
    }
  }
  return Float64Array.from(ring).sort()[Math.floor(0.9 * ring.length)]
}

const medianOf = (values: ArrayLike<number>) => Float64Array.from(values).sort()[values.length >> 1]

const measured = (value: number): Measure => ({
  name: 'moiré',
  value,
  limit: MAX_PEAK_DB,
  unit: 'dB',
  ok: value <= MAX_PEAK_DB,
  code: 'liveness_failed',
  message: `The picture looks like one of a screen: grid pattern ${round(value)} dB, at most ${MAX_PEAK_DB}.`,
})
