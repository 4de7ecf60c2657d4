import { MIDDLE_ROOT, WRIST } from '../2-landmarks/hand.ts'
import { type Measure, round } from '../4-quality/measure.ts'
import { middle } from '../geometry.ts'
import { luma } from '../image.ts'
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
  const grey = new Float32Array(SPECTRUM_SIDE_PX * SPECTRUM_SIDE_PX)
  for (let i = 0; i < grey.length; i++) {
    // Beyond the picture its border pixel repeats.
    const x = Math.min(picture.widthPx - 1, Math.max(0, left + (i % SPECTRUM_SIDE_PX)))
    const y = Math.min(picture.heightPx - 1, Math.max(0, top + Math.floor(i / SPECTRUM_SIDE_PX)))
    const p = (y * picture.widthPx + x) * 3
    grey[i] = luma(picture.data[p], picture.data[p + 1], picture.data[p + 2])
  }
  return grey
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
  power[(v & (SPECTRUM_SIDE_PX - 1)) * SPECTRUM_SIDE_PX + (u & (SPECTRUM_SIDE_PX - 1))]

/** The square ring three to five cycles away, as steps; a tenth of its 96 places. */
const RING: readonly (readonly [number, number])[] = Array.from(
  { length: 121 },
  (_, i) => [(i % 11) - 5, Math.floor(i / 11) - 5] as const,
).filter(([du, dv]) => Math.max(Math.abs(du), Math.abs(dv)) >= 3)
const HIGHEST = 10
const highest = new Float64Array(HIGHEST)

/**
 * Power that nine tenths of the ring stay below. A straight crease is a line in the spectrum and crosses the ring; the peak of a grid
 * stands alone.
 */
function neighbourhood(power: Float64Array, u: number, v: number): number {
  highest.fill(0)
  for (const [du, dv] of RING) {
    const value = at(power, u + du, v + dv)
    if (value <= highest[0]) continue
    let place = 0
    while (place + 1 < HIGHEST && highest[place + 1] < value) {
      highest[place] = highest[place + 1]
      place++
    }
    highest[place] = value
  }
  return highest[0]
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
