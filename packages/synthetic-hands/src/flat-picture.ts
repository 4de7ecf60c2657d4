import type { Window } from './grooves.ts'
import { lightsOf } from './light.ts'
import { projectionOf } from './projection.ts'
import type { Setting } from './setting.ts'
import { type Linear, linearOf } from './skin.ts'
import type { Raster } from './types.ts'

/** A flat thing with a picture on it, held before the camera. */
export interface FlatPicture {
  picture: Raster
  widthMm: number
  heightMm: number
  /** Border about the picture, millimetres: paper left white, or the frame of a screen. */
  borderMm: number
  /** How round its corners are. */
  cornerMm: number
  surface: Surface
}

/** Turns the picture's linear light at a place into what the camera gets; null = border. */
export type Surface = (light: Linear, picture: Linear | null, xMm: number, yMm: number, into: Linear) => void

/** Ink on white paper reaches neither black nor the strongest colours. */
export const paper: Surface = (light, picture, _x, _y, into) => {
  for (let axis = 0; axis < 3; axis++) {
    const ink = picture ? 0.05 + 0.93 * picture[axis] : 1
    into[axis] = 0.8 * ink * light[axis]
  }
}

const SCREEN_PIXEL_MM = 0.28
const BEZEL: Linear = [0.012, 0.012, 0.013]

/** A screen shines by itself; its lines of pixels beat against the sensor's, which is where moiré comes from. */
export const screen: Surface = (light, picture, xMm, yMm, into) => {
  const perMm = (2 * Math.PI) / SCREEN_PIXEL_MM
  const lines = picture ? 1 + 0.07 * Math.sin(xMm * perMm) + 0.05 * Math.sin(yMm * perMm) : 1
  for (let axis = 0; axis < 3; axis++) {
    const shown = picture ? 0.006 + 0.8 * picture[axis] * [0.95, 1, 1.09][axis] : BEZEL[axis]
    into[axis] = shown * lines + 0.018 * light[axis]
  }
}

/** Paints a flat picture over the frame at the setting's pose (`handLengthShare` is its height); says which part changed. */
export function paintFlat(frame: Float32Array, setting: Setting, flat: FlatPicture): Window {
  const { widthPx, heightPx, pose, scene, gain } = setting
  const projection = projectionOf({ lengthMm: flat.heightMm }, 'R', pose, widthPx, heightPx)
  const [left, bottom] = [-flat.widthMm / 2, -flat.heightMm / 4]
  const corners = [0, 1, 2, 3].map((corner) =>
    projection.project(corner & 1 ? -left : left, corner & 2 ? 3 * -bottom : bottom, 0),
  )
  const window = windowAbout(corners, widthPx, heightPx)
  const lights = lightsOf(scene)
  const light = [0, 1, 2].map(
    (axis) => lights.ambient[axis] + lights.main[axis] * lights.direction[2] + lights.flash[axis],
  ) as Linear
  const place = new Float64Array(2)
  const [shown, out, border] = Array.from({ length: 3 }, (): Linear => [0, 0, 0])
  for (let y = window.y0; y < window.y0 + window.height; y++) {
    for (let x = window.x0; x < window.x0 + window.width; x++) {
      projection.unproject(x + 0.5, y + 0.5, place)
      const [xMm, yMm] = [place[0] - left, flat.heightMm * 0.75 - place[1]]
      const cover = coverAt(flat, xMm, yMm, projection.pxPerMm)
      if (cover <= 0) continue
      const onPicture = pictureShareAt(flat, xMm, yMm, projection.pxPerMm)
      if (onPicture < 1) flat.surface(light, null, xMm, yMm, border)
      if (onPicture > 0) {
        sample(flat, xMm, yMm, shown)
        flat.surface(light, shown, xMm, yMm, out)
      }
      const at = (y * widthPx + x) * 3
      for (let axis = 0; axis < 3 && onPicture < 1; axis++) {
        out[axis] = onPicture > 0 ? border[axis] + (out[axis] - border[axis]) * onPicture : border[axis]
      }
      for (let axis = 0; axis < 3; axis++) frame[at + axis] += (out[axis] * gain - frame[at + axis]) * cover
    }
  }
  return window
}

function windowAbout(corners: readonly { xPx: number; yPx: number }[], widthPx: number, heightPx: number): Window {
  const clamp = (value: number, limit: number): number => Math.min(limit, Math.max(0, Math.round(value)))
  const [xs, ys] = [corners.map((c) => c.xPx), corners.map((c) => c.yPx)]
  const [x0, y0] = [clamp(Math.min(...xs) - 6, widthPx), clamp(Math.min(...ys) - 6, heightPx)]
  return {
    x0,
    y0,
    width: clamp(Math.max(...xs) + 6, widthPx) - x0,
    height: clamp(Math.max(...ys) + 6, heightPx) - y0,
  }
}

/** 1 on the flat thing, 0 beside it, between on its edge. */
function coverAt({ widthMm, heightMm, cornerMm }: FlatPicture, xMm: number, yMm: number, pxPerMm: number): number {
  const dx = Math.abs(xMm - widthMm / 2) - widthMm / 2 + cornerMm
  const dy = Math.abs(yMm - heightMm / 2) - heightMm / 2 + cornerMm
  const outside = Math.hypot(Math.max(0, dx), Math.max(0, dy)) + Math.min(0, Math.max(dx, dy)) - cornerMm
  return Math.min(1, Math.max(0, 0.5 - outside * pxPerMm))
}

const levels = Float64Array.from({ length: 256 }, (_, level) => linearOf(level))

/** 1 on the picture, 0 on its border, between where they meet. */
function pictureShareAt(
  { widthMm, heightMm, borderMm }: FlatPicture,
  xMm: number,
  yMm: number,
  pxPerMm: number,
): number {
  const insideMm = Math.min(xMm, widthMm - xMm, yMm, heightMm - yMm) - borderMm
  return Math.min(1, Math.max(0, 0.5 + insideMm * pxPerMm))
}

/** The picture's linear light at a place of the flat thing, or of its edge where the place is beside it. */
function sample({ picture, widthMm, heightMm, borderMm }: FlatPicture, xMm: number, yMm: number, into: Linear): void {
  const across = (xMm - borderMm) / (widthMm - 2 * borderMm)
  const down = (yMm - borderMm) / (heightMm - 2 * borderMm)
  const { widthPx, heightPx, data } = picture
  const x = Math.min(widthPx - 1.001, Math.max(0, across * widthPx - 0.5))
  const y = Math.min(heightPx - 1.001, Math.max(0, down * heightPx - 0.5))
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const [right, below] = [x - column, y - row]
  for (let axis = 0; axis < 3; axis++) {
    const at = (row * widthPx + column) * 3 + axis
    const top = levels[data[at]] * (1 - right) + levels[data[at + 3]] * right
    const under = at + widthPx * 3
    into[axis] = top * (1 - below) + (levels[data[under]] * (1 - right) + levels[data[under + 3]] * right) * below
  }
}
