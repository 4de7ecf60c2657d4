import { outlineOf } from './outline.ts'
import type { Projection } from './projection.ts'
import { backReliefOf, reliefOf } from './relief.ts'
import type { HandShape } from './shape.ts'
import type { PosedFinger, Skeleton } from './skeleton.ts'
import type { Side } from './types.ts'

/** What is slow to change over the hand, on a coarse grid: node (c, r) stands at x0 + c·step, y0 + r·step pixels. */
export interface Field {
  stepPx: number
  columns: number
  rows: number
  x0: number
  y0: number
  /** Pixels outside (positive) or inside (negative) the silhouette of hand and arm. */
  distance: Float32Array
  /** Height towards the camera, pixels. */
  height: Float32Array
  /** Place on the skin at rest, millimetres. */
  skinX: Float32Array
  skinY: Float32Array
  /** 0 on the palm … 1 on a finger. */
  onFinger: Float32Array
  /** 0 on skin … 1 on the sleeve. */
  onCloth: Float32Array
}

/** A sleeve begins this far below the wrist and stands off the arm by its thickness. */
export interface Sleeve {
  fromMm: number
  thickMm: number
}

interface Frame {
  widthPx: number
  heightPx: number
  sleeve: Sleeve | null
  side: Side
}

export const STEP_PX = 3
const FAR = 1e3

/** Lays the grid over the hand and works out silhouette, height and place on the skin. */
export function fieldOf(shape: HandShape, skeleton: Skeleton, projection: Projection, frame: Frame): Field {
  const field = emptyField(skeleton, projection, frame)
  layPalm(field, shape, skeleton, projection, frame)
  // Fingers last to thumb: the thumb lies in front where they meet.
  for (const finger of [...skeleton.fingers].reverse()) layFinger(field, finger, projection)
  return field
}

function emptyField(skeleton: Skeleton, projection: Projection, frame: Frame): Field {
  const margin = 26 * projection.pxPerMm
  const arm = projection.project(0, -260, -8)
  const xs = [...skeleton.landmarks.map((point) => point.xPx), arm.xPx]
  const ys = [...skeleton.landmarks.map((point) => point.yPx), arm.yPx]
  const wrist = projection.project(0, 30, 0)
  const reach = 50 * projection.pxPerMm
  const x0 = Math.max(-2 * STEP_PX, Math.floor(Math.min(...xs, wrist.xPx - reach) - margin))
  const y0 = Math.max(-2 * STEP_PX, Math.floor(Math.min(...ys, wrist.yPx - reach) - margin))
  const x1 = Math.min(frame.widthPx + 2 * STEP_PX, Math.max(...xs, wrist.xPx + reach) + margin)
  const y1 = Math.min(frame.heightPx + 2 * STEP_PX, Math.max(...ys, wrist.yPx + reach) + margin)
  const columns = Math.max(2, Math.ceil((x1 - x0) / STEP_PX) + 1)
  const rows = Math.max(2, Math.ceil((y1 - y0) / STEP_PX) + 1)
  const size = columns * rows
  return {
    stepPx: STEP_PX,
    columns,
    rows,
    x0,
    y0,
    distance: new Float32Array(size).fill(FAR),
    height: new Float32Array(size).fill(-FAR),
    skinX: new Float32Array(size),
    skinY: new Float32Array(size),
    onFinger: new Float32Array(size),
    onCloth: new Float32Array(size),
  }
}

/** Rounding of the palm's edge, in from the outline, and how deep it falls. */
const EDGE_MM = 15
const EDGE_DROP_MM = 12

function layPalm(
  field: Field,
  shape: HandShape,
  skeleton: Skeleton,
  projection: Projection,
  { sleeve, side }: Frame,
): void {
  const outline = outlineOf(shape.palm)
  const relief = side === 'palm' ? reliefOf(shape) : backReliefOf(shape)
  const reachMm = Math.max(...shape.palm.map(([, y]) => y)) + 14
  const sideMm = Math.max(...shape.palm.map(([x]) => Math.abs(x)), skeleton.fingers[0].firstEndX) + 24
  const ball = ballOfThumb(shape, skeleton)
  const place = new Float64Array(2)
  const { pxPerMm } = projection
  for (let row = 0, node = 0; row < field.rows; row++) {
    for (let column = 0; column < field.columns; column++, node++) {
      projection.unproject(field.x0 + column * field.stepPx, field.y0 + row * field.stepPx, place)
      const x = place[0]
      const y = place[1]
      field.skinX[node] = x
      field.skinY[node] = y
      if (y > reachMm || Math.abs(x) > sideMm) continue
      const palm = y < -16 ? FAR : smoothMin(outline.signedDistanceMm(x, y), ball(x, y), BALL_BLEND_MM)
      const cloth = sleeve ? smoothStep(sleeve.fromMm - 1, sleeve.fromMm + 1.5, -y) : 0
      const arm = y > 12 ? FAR : Math.abs(x) - armHalfMm(shape, y) - (sleeve ? cloth * sleeve.thickMm : 0)
      const outside = y < -16 ? arm : y > 12 ? palm : smoothMin(palm, arm, 9)
      const inward = Math.min(1, Math.max(0, -outside / EDGE_MM))
      const edge = 1 - inward
      const rounding = outside > 0 ? EDGE_DROP_MM + 1.5 * outside : EDGE_DROP_MM * (1 - Math.sqrt(1 - edge * edge))
      field.distance[node] = outside * pxPerMm
      field.height[node] = (relief(x, y) - rounding + (sleeve ? 3 * cloth : 0)) * pxPerMm
      field.onCloth[node] = cloth
    }
  }
}

/** How softly the ball of the thumb runs into the palm. */
const BALL_BLEND_MM = 16

/** Distance to the flesh about the thumb's first bone, which belongs to the palm's relief. */
function ballOfThumb(shape: HandShape, skeleton: Skeleton): (xMm: number, yMm: number) => number {
  const { rootX, rootY, firstEndX, firstEndY } = skeleton.fingers[0]
  const [thick, thin] = shape.fingers[0].radii
  const [edgeX, edgeY] = [firstEndX - rootX, firstEndY - rootY]
  const perSquare = 1 / (edgeX * edgeX + edgeY * edgeY || 1)
  return (x, y) => {
    const along = Math.min(1, Math.max(0, ((x - rootX) * edgeX + (y - rootY) * edgeY) * perSquare))
    return Math.hypot(x - rootX - along * edgeX, y - rootY - along * edgeY) - (thick + (thin - thick) * along)
  }
}

/** Half the forearm's width at a place below the wrist. */
export function armHalfMm(shape: HandShape, yMm: number): number {
  const below = Math.max(0, -yMm)
  return shape.wristHalfMm * (1 + 0.0016 * below) - Math.max(0, yMm) * 0.4
}

const BETWEEN_FINGERS_MM = 0.8

function layFinger(field: Field, finger: PosedFinger, projection: Projection): void {
  const { pxPerMm, mirror } = projection
  const radius = Math.max(...finger.bones.map((bone) => Math.max(bone.radiusFromPx, bone.radiusToPx)))
  const margin = radius + (finger.webMm + 2) * pxPerMm
  const xs = finger.bones.flatMap((bone) => [bone.from.xPx, bone.to.xPx])
  const ys = finger.bones.flatMap((bone) => [bone.from.yPx, bone.to.yPx])
  const column0 = Math.max(0, Math.floor((Math.min(...xs) - margin - field.x0) / field.stepPx))
  const column1 = Math.min(field.columns - 1, Math.ceil((Math.max(...xs) + margin - field.x0) / field.stepPx))
  const row0 = Math.max(0, Math.floor((Math.min(...ys) - margin - field.y0) / field.stepPx))
  const row1 = Math.min(field.rows - 1, Math.ceil((Math.max(...ys) + margin - field.y0) / field.stepPx))
  const web = finger.webMm * pxPerMm
  const sink = finger.sinkMm * pxPerMm
  const between = BETWEEN_FINGERS_MM * pxPerMm
  for (let row = row0; row <= row1; row++) {
    for (let column = column0; column <= column1; column++) {
      const hit = nearestBone(finger, field.x0 + column * field.stepPx, field.y0 + row * field.stepPx)
      const node = row * field.columns + column
      const before = field.distance[node]
      const wasFinger = field.onFinger[node]
      if (hit.distance > margin) continue
      // A folded finger floats over the palm: no skin spans from one to the other.
      if (finger.folded && hit.distance > 0 && before < 0) continue
      field.distance[node] = smoothMin(before, hit.distance, web + (between - web) * wasFinger)
      const rooted = Math.max(0, 1 - hit.alongMm / finger.freeMm)
      const rise = hit.height - sink * rooted * rooted - field.height[node]
      const soft = (1.2 + 2 * Math.min(1, rooted * 2)) * pxPerMm
      const mix = smoothStep(-soft, soft, rise)
      if (mix <= 0) continue
      field.height[node] += rise * mix
      const away = hit.distance < before || mix > 0.5 ? mix : 0
      const acrossMm = (mirror * hit.acrossPx) / pxPerMm
      const restX = finger.rootX + finger.restDirX * hit.alongMm + finger.restDirY * acrossMm
      const restY = finger.rootY + finger.restDirY * hit.alongMm - finger.restDirX * acrossMm
      field.skinX[node] += (restX - field.skinX[node]) * away
      field.skinY[node] += (restY - field.skinY[node]) * away
      field.onFinger[node] = Math.max(wasFinger, away)
    }
  }
}

const hit = { distance: 0, height: 0, alongMm: 0, acrossPx: 0 }

/** The part of the finger closest to a pixel: distance to its skin, height there and place along and across. */
function nearestBone(finger: PosedFinger, x: number, y: number): typeof hit {
  hit.distance = FAR
  for (const bone of finger.bones) {
    const edgeX = bone.to.xPx - bone.from.xPx
    const edgeY = bone.to.yPx - bone.from.yPx
    const length = Math.sqrt(edgeX * edgeX + edgeY * edgeY) || 1e-6
    const dx = x - bone.from.xPx
    const dy = y - bone.from.yPx
    const raw = (dx * edgeX + dy * edgeY) / (length * length)
    const along = Math.max(0, Math.min(1, raw))
    const bulge = 1 + 0.03 * Math.sin(Math.PI * along)
    const radius = (bone.radiusFromPx + (bone.radiusToPx - bone.radiusFromPx) * along) * bulge
    const offX = dx - along * edgeX
    const offY = dy - along * edgeY
    const off = Math.sqrt(offX * offX + offY * offY)
    const distance = off - radius
    const overlaps = finger.folded && distance < 0 && hit.distance < 0
    if (distance >= hit.distance && !overlaps) continue
    const share = Math.min(off / radius, 1)
    const axis = bone.from.zPx + (bone.to.zPx - bone.from.zPx) * along
    const height = axis + radius * Math.sqrt(1 - share * share * 0.96) - (distance > 0 ? 1.5 * distance : 0)
    if (overlaps && height < hit.height) continue
    hit.distance = overlaps ? Math.min(distance, hit.distance) : distance
    hit.height = height
    hit.alongMm = bone.restFromMm + (bone.restToMm - bone.restFromMm) * raw
    hit.acrossPx = (dx * -edgeY + dy * edgeX) / length
  }
  return hit
}

function smoothMin(a: number, b: number, width: number): number {
  const overlap = Math.max(width - Math.abs(a - b), 0) / width
  return Math.min(a, b) - 0.25 * overlap * overlap * width
}

function smoothStep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}
