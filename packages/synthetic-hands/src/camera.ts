import type { Window } from './grooves.ts'
import { normalTable } from './noise.ts'
import { randomFrom } from './random.ts'
import type { Raster } from './types.ts'

/** Blurs a window of a linear RGB frame in place: a Gaussian, cut at 2.5 sigma. */
export function defocus(frame: Float32Array, widthPx: number, window: Window, sigmaPx: number): void {
  if (sigmaPx < 0.25) return
  const reach = Math.min(MAX_REACH_PX, Math.max(1, Math.ceil(sigmaPx * 2.4)))
  const taps = new Float32Array(reach + 1)
  let sum = 0
  for (let k = 0; k <= reach; k++) {
    taps[k] = Math.exp((-0.5 * k * k) / (sigmaPx * sigmaPx))
    sum += k === 0 ? taps[k] : 2 * taps[k]
  }
  for (let k = 0; k <= reach; k++) taps[k] /= sum
  for (let y = window.y0; y < window.y0 + window.height; y++) {
    smear(frame, (y * widthPx + window.x0) * 3, window.width, taps)
  }
  columnwise(frame, widthPx, window, taps)
}

/** One row with its first and last pixel repeated on either side, so that the filter needs no edge. */
const MAX_REACH_PX = 64
const line = new Float32Array((4096 + 2 * MAX_REACH_PX) * 3)

/** Filters one row of RGB pixels. */
function smear(frame: Float32Array, from: number, count: number, taps: Float32Array): void {
  const reach = taps.length - 1
  const length = count * 3
  const inner = reach * 3
  line.set(frame.subarray(from, from + length), inner)
  for (let k = 0; k < inner; k++) {
    line[k] = frame[from + (k % 3)]
    line[inner + length + k] = frame[from + length - 3 + (k % 3)]
  }
  const middle = taps[0]
  for (let at = 0; at < length; at++) {
    const own = at + inner
    let value = line[own] * middle
    for (let k = 1, off = 3; k <= reach; k++, off += 3) value += (line[own - off] + line[own + off]) * taps[k]
    frame[from + at] = value
  }
}

/** Filters down the columns, whole rows at a time, with a ring of the rows above that are already overwritten. */
function columnwise(frame: Float32Array, widthPx: number, window: Window, taps: Float32Array): void {
  const reach = taps.length - 1
  const length = window.width * 3
  const kept = Array.from({ length: reach + 1 }, () => new Float32Array(length))
  const sum = new Float32Array(length)
  const rowStart = (y: number): number => ((window.y0 + y) * widthPx + window.x0) * 3
  for (let y = 0; y < window.height; y++) {
    const own = rowStart(y)
    kept[y % (reach + 1)].set(frame.subarray(own, own + length))
    const centre = kept[y % (reach + 1)]
    for (let k = 0; k < length; k++) sum[k] = centre[k] * taps[0]
    for (let tap = 1; tap <= reach; tap++) {
      const weight = taps[tap]
      const above = kept[Math.max(0, y - tap) % (reach + 1)]
      const below = rowStart(Math.min(window.height - 1, y + tap))
      for (let k = 0; k < length; k++) sum[k] += (above[k] + frame[below + k]) * weight
    }
    frame.set(sum, own)
  }
}

/** Smears a window along a direction, as a hand that moves while the shutter is open. */
export function motionSmear(
  frame: Float32Array,
  widthPx: number,
  window: Window,
  lengthPx: number,
  directionDeg: number,
): void {
  if (lengthPx < 0.6) return
  const steps = Math.min(9, Math.ceil(lengthPx) + 1)
  const [dirX, dirY] = [Math.cos((directionDeg * Math.PI) / 180), Math.sin((directionDeg * Math.PI) / 180)]
  const margin = Math.ceil(lengthPx / 2) + 1
  const length = window.width * 3
  const offsets = new Int32Array(steps)
  for (let step = 0; step < steps; step++) {
    const along = (step / (steps - 1) - 0.5) * lengthPx
    offsets[step] = Math.round(dirY * along) * length + 3 * Math.round(dirX * along)
  }
  const copy = new Float32Array(length * window.height)
  for (let y = 0; y < window.height; y++) {
    const from = ((window.y0 + y) * widthPx + window.x0) * 3
    copy.set(frame.subarray(from, from + length), y * length)
  }
  const share = 1 / steps
  for (let y = margin; y < window.height - margin; y++) {
    const out = ((window.y0 + y) * widthPx + window.x0) * 3
    for (let at = margin * 3; at < length - margin * 3; at++) {
      let value = 0
      for (let step = 0; step < steps; step++) value += copy[y * length + at + offsets[step]]
      frame[out + at] = value * share
    }
  }
}

const CURVE_STEPS = 4096
let curve: Float32Array | undefined

/** sRGB encoding with a soft shoulder, as cameras do: linear 0…1.25 to levels 0…255. */
function toneCurve(): Float32Array {
  if (curve) return curve
  const table = new Float32Array(CURVE_STEPS + 1)
  for (let step = 0; step <= CURVE_STEPS; step++) {
    const linear = (step / CURVE_STEPS) * 1.25
    const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055
    table[step] = 255 * (value < 0.8 ? value : 0.8 + 0.2 * Math.tanh((value - 0.8) / 0.22))
  }
  curve = table
  return table
}

/** Share of the noise that is common to the three colours, as after a camera's own colour smoothing. */
const COMMON_NOISE = 0.85
const OWN_NOISE = 0.5

/** Turns linear light into bytes with the sensor's noise. */
export function develop(
  frame: Float32Array,
  widthPx: number,
  heightPx: number,
  noiseLevels: number,
  ...seed: (number | string)[]
): Raster {
  const data = new Uint8Array(widthPx * heightPx * 3)
  const table = toneCurve()
  const normals = normalTable()
  const random = randomFrom('noise', ...seed)
  // Bright pixels are noisier as light, but less so after the curve.
  const strengths = table.map((level) => noiseLevels * (1.25 - level * 0.0022))
  const clamped = new Uint8ClampedArray(data.buffer)
  const perUnit = CURVE_STEPS / 1.25
  for (let y = 0, at = 0; y < heightPx; y++) {
    let common = random.integer(0, 65_535)
    let own = random.integer(0, 65_535)
    // Odd, so that it meets the whole table; short, so that it stays in the cache.
    const stride = 2 * random.integer(0, 3) + 1
    for (let x = 0; x < widthPx; x++) {
      const shared = normals[common] * COMMON_NOISE
      common = (common + 1) & 65_535
      for (let axis = 0; axis < 3; axis++, at++) {
        const step = frame[at] * perUnit
        const index = step > CURVE_STEPS ? CURVE_STEPS : step | 0
        own = (own + stride) & 65_535
        // The clamped array rounds, and cuts below 0 and above 255.
        clamped[at] = table[index] + (shared + normals[own] * OWN_NOISE) * strengths[index]
      }
    }
  }
  return { widthPx, heightPx, channels: 3, data }
}
