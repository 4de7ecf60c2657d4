import type { Field } from './field.ts'
import type { Window } from './grooves.ts'
import type { Lights } from './light.ts'
import { GRAIN_SIZE, grainTile, noiseFrom } from './noise.ts'
import type { Linear } from './skin.ts'

/** The part of the picture that the field covers. */
export function windowOf(field: Field, widthPx: number, heightPx: number): Window {
  const x0 = Math.max(0, field.x0)
  const y0 = Math.max(0, field.y0)
  const x1 = Math.min(widthPx, field.x0 + (field.columns - 1) * field.stepPx)
  const y1 = Math.min(heightPx, field.y0 + (field.rows - 1) * field.stepPx)
  return { x0, y0, width: Math.max(0, x1 - x0), height: Math.max(0, y1 - y0) }
}

export interface Skinning {
  colours: Float32Array
  grooves: Float32Array
  creaseFactor: Linear
  lights: Lights
  gain: number
  pxPerMm: number
  /** Seeds of what stays with the person: grain and ridges. */
  person: number
  hand: string
  /** Strength of the skin's fine grain: 1 palm, less under a glove. */
  grain: number
  /** Whether friction ridges are there to be seen. */
  ridged: boolean
}

/** Tilt of a furrow's flank that turns it to or from the light. */
const FLANK = 0.55
const GRAIN_PER_MM = 3.2

/** Paints the hand over the frame: colours of the nodes, grooves, grain and ridges at full size. */
export function paintHand(frame: Float32Array, widthPx: number, field: Field, window: Window, skin: Skinning): void {
  const { columns, stepPx, distance, skinX, skinY } = field
  const { colours, grooves, creaseFactor, gain } = skin
  const grain = grainTile('grain', skin.person, skin.hand)
  const ridges = ridgesOf(field, skin)
  const [lightX, lightY] = [skin.lights.direction[0], skin.lights.direction[1]]
  const directional =
    FLANK * (skin.lights.main[1] / (skin.lights.main[1] + skin.lights.ambient[1] + skin.lights.flash[1]))
  const mask = GRAIN_SIZE - 1
  const [lossR, lossG, lossB] = creaseFactor.map((factor) => 1 - factor)
  const perStep = 1 / stepPx
  for (let row = 0; row < window.height; row++) {
    const gridY = (window.y0 + row - field.y0) * perStep
    const gridRow = Math.floor(gridY)
    const down = gridY - gridRow
    for (let column = 0; column < window.width; column++) {
      const gridX = (window.x0 + column - field.x0) * perStep
      const gridColumn = gridX | 0
      const right = gridX - gridColumn
      const a = gridRow * columns + gridColumn
      const c = a + columns
      if (distance[a] > 4 * stepPx) continue
      const w11 = right * down
      const w10 = down - w11
      const w01 = right - w11
      const w00 = 1 - right - w10
      const away = distance[a] * w00 + distance[a + 1] * w01 + distance[c] * w10 + distance[c + 1] * w11
      if (away >= 0.6) continue
      const cover = away <= -0.6 ? 1 : (0.6 - away) / 1.2
      const x = skinX[a] * w00 + skinX[a + 1] * w01 + skinX[c] * w10 + skinX[c + 1] * w11
      const y = skinY[a] * w00 + skinY[a + 1] * w01 + skinY[c] * w10 + skinY[c + 1] * w11
      const at = row * window.width + column
      const depth = grooves[at]
      const speck = grain[(((y * GRAIN_PER_MM) & mask) << 8) + ((x * GRAIN_PER_MM) & mask)]
      let relief = 1 + 0.014 * speck * skin.grain
      if (ridges) relief += ridges.amplitude * ridgeAt(ridges, a, c, w00, w01, w10, w11)
      if (column > 0 && row > 0 && column + 1 < window.width && row + 1 < window.height) {
        const slopeX = grooves[at + 1] - grooves[at - 1]
        const slopeY = grooves[at + window.width] - grooves[at - window.width]
        // A groove's floor falls away: where depth grows towards the light, the flank turns from it.
        relief += directional * 0.5 * (slopeX * lightX + slopeY * lightY)
      }
      relief *= gain
      const out = ((window.y0 + row) * widthPx + window.x0 + column) * 3
      const i = 3 * a
      const j = i + 3
      const k = 3 * c
      const l = k + 3
      const red = colours[i] * w00 + colours[j] * w01 + colours[k] * w10 + colours[l] * w11
      const green = colours[i + 1] * w00 + colours[j + 1] * w01 + colours[k + 1] * w10 + colours[l + 1] * w11
      const blue = colours[i + 2] * w00 + colours[j + 2] * w01 + colours[k + 2] * w10 + colours[l + 2] * w11
      frame[out] += (red * relief * (1 - lossR * depth) - frame[out]) * cover
      frame[out + 1] += (green * relief * (1 - lossG * depth) - frame[out + 1]) * cover
      frame[out + 2] += (blue * relief * (1 - lossB * depth) - frame[out + 2]) * cover
    }
  }
}

interface Ridges {
  amplitude: number
  /** Phases of two flows of ridges and the share of the second. */
  first: Float32Array
  second: Float32Array
  share: Float32Array
}

/** Friction ridges of an adult stand about 0.48 mm apart. */
const RIDGE_MM = 0.48

/** Ridge phases at the nodes, or null where the camera cannot resolve them (under about 2 pixels a ridge). */
function ridgesOf(field: Field, skin: Skinning): Ridges | null {
  const periodPx = RIDGE_MM * skin.pxPerMm
  const amplitude = (skin.ridged ? 0.05 : 0) * Math.min(1, Math.max(0, (periodPx - 1.9) / 1.6))
  if (amplitude <= 0) return null
  const bend = noiseFrom('ridge-bend', skin.person, skin.hand)
  const size = field.columns * field.rows
  const ridges: Ridges = {
    amplitude,
    first: new Float32Array(size),
    second: new Float32Array(size),
    share: new Float32Array(size),
  }
  const perMm = (2 * Math.PI) / RIDGE_MM
  for (let node = 0; node < size; node++) {
    if (field.distance[node] > 9) continue
    const x = field.skinX[node]
    const y = field.skinY[node]
    const bent = 1.6 * bend(x / 7 + 40, y / 7 + 3)
    // Round the thumb's web on the ball of the thumb; aslant on the little finger's side; arches under the fingers.
    ridges.first[node] = perMm * (x > 4 ? Math.hypot(x - 38, y - 64) + bent : -0.62 * x + 0.78 * y + bent)
    ridges.second[node] = perMm * (y + 0.006 * x * x + bent)
    const upper = (y - 58) / 14
    ridges.share[node] = Math.max(field.onFinger[node], Math.min(1, Math.max(0, upper)))
  }
  return ridges
}

function ridgeAt(r: Ridges, a: number, c: number, w00: number, w01: number, w10: number, w11: number): number {
  const at = (v: Float32Array): number => v[a] * w00 + v[a + 1] * w01 + v[c] * w10 + v[c + 1] * w11
  const share = at(r.share)
  return Math.sin(at(r.first)) * (1 - share) + Math.sin(at(r.second)) * share
}
