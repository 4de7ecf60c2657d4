import type { Crease } from './crease.ts'
import type { Projection } from './projection.ts'
import type { PosedFinger } from './skeleton.ts'
import type { Stretch } from './wear.ts'

/** A window of the picture at full size. */
export interface Window {
  x0: number
  y0: number
  width: number
  height: number
}

/** Depth of furrows, 0 (skin) … about 1, for every pixel of the window. */
export function groovesOf(
  creases: readonly Crease[],
  fingers: readonly PosedFinger[],
  projection: Projection,
  stretch: Stretch,
  window: Window,
): Float32Array {
  const depth = new Float32Array(window.width * window.height)
  for (const crease of creases) {
    const line = placed(crease, fingers, projection, stretch)
    const widthPx = crease.widthMm * projection.pxPerMm
    // A furrow thinner than a pixel cannot be drawn thinner, only fainter.
    const sigma = Math.max(0.55, widthPx * 0.42)
    const fade = Math.min(1, (widthPx * 0.42) / sigma)
    strokeLine(depth, window, line, sigma, crease.depth * fade, crease.kind === 'principal' ? 9 : 4.5)
  }
  return depth
}

const moved = new Float64Array(2)

/** The crease's points in the picture: x, y, x, y … */
function placed(
  crease: Crease,
  fingers: readonly PosedFinger[],
  projection: Projection,
  stretch: Stretch,
): Float64Array {
  const line = new Float64Array(crease.points.length * 2)
  crease.points.forEach(([x, y], index) => {
    let xPx: number
    let yPx: number
    if (crease.finger < 0) {
      stretch(x, y, moved)
      ;({ xPx, yPx } = projection.project(x - moved[0], y - moved[1], 0))
    } else {
      ;({ xPx, yPx } = onFinger(fingers[crease.finger], x, y, projection))
    }
    line[2 * index] = xPx
    line[2 * index + 1] = yPx
  })
  return line
}

/** A place across and along a finger, in the picture. */
function onFinger(finger: PosedFinger, acrossMm: number, alongMm: number, projection: Projection) {
  const bone = finger.bones.find((candidate) => alongMm <= candidate.restToMm) ?? finger.bones[2]
  const share = (alongMm - bone.restFromMm) / (bone.restToMm - bone.restFromMm)
  const [edgeX, edgeY] = [bone.to.xPx - bone.from.xPx, bone.to.yPx - bone.from.yPx]
  const length = Math.hypot(edgeX, edgeY) || 1e-6
  const scale = bone.from.scale + (bone.to.scale - bone.from.scale) * share
  const across = projection.mirror * acrossMm * scale
  return {
    xPx: bone.from.xPx + edgeX * share - (edgeY / length) * across,
    yPx: bone.from.yPx + edgeY * share + (edgeX / length) * across,
  }
}

/** Draws one line with a bell-shaped profile; deepest in the middle, running out at its ends. */
function strokeLine(
  depth: Float32Array,
  window: Window,
  line: Float64Array,
  sigma: number,
  strength: number,
  ends: number,
): void {
  const reach = Math.ceil(sigma * 2.4)
  const perTwoVariances = 0.5 / (sigma * sigma)
  const segments = line.length / 2 - 1
  for (let segment = 0; segment < segments; segment++) {
    const [x0, y0] = [line[2 * segment], line[2 * segment + 1]]
    const [x1, y1] = [line[2 * segment + 2], line[2 * segment + 3]]
    const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 1.2))
    for (let step = 0; step < steps; step++) {
      const share = (segment + step / steps) / segments
      const body = Math.min(1, ends * Math.min(share, 1 - share) + 0.15) * strength
      const x = x0 + ((x1 - x0) * step) / steps - window.x0
      const y = y0 + ((y1 - y0) * step) / steps - window.y0
      const left = Math.max(0, Math.ceil(x - reach))
      const right = Math.min(window.width - 1, Math.floor(x + reach))
      const top = Math.max(0, Math.ceil(y - reach))
      const bottom = Math.min(window.height - 1, Math.floor(y + reach))
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          const squared = (column - x) * (column - x) + (row - y) * (row - y)
          const value = body * Math.exp(-squared * perTwoVariances)
          const index = row * window.width + column
          if (value > depth[index]) depth[index] = value
        }
      }
    }
  }
}
