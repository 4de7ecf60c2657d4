import type { Field } from './field.ts'
import type { HandShape } from './shape.ts'
import type { Linear, Skin } from './skin.ts'

/** A fingernail on the back of a finger, measured along and across that finger. */
export interface Nail {
  /** 0 = thumb. */
  finger: number
  middleMm: number
  halfLengthMm: number
  halfWidthMm: number
}

/** The nail ends this far before the fingertip and is about as long as it is wide. */
const TIP_GAP_MM = 1.5
const WIDTH_SHARE = 0.74
const LENGTH_TO_WIDTH = 1.05

export function nailsOf(shape: HandShape): Nail[] {
  return shape.fingers.map((finger, index) => {
    const halfWidthMm = WIDTH_SHARE * finger.radii[3]
    const halfLengthMm = LENGTH_TO_WIDTH * halfWidthMm
    const [a, b, c] = finger.lengths
    return { finger: index, middleMm: a + b + c - TIP_GAP_MM - halfLengthMm, halfLengthMm, halfWidthMm }
  })
}

/** A nail lets the bed's pink through and shines; its free edge is pale. Linear factors and colours. */
const BED: Linear = [0.74, 0.44, 0.36]
const FREE_EDGE: Linear = [0.85, 0.76, 0.66]

/** Skin over the joints is darker than between them: by this much, this far about the joint. */
const KNUCKLE_SHADE: Linear = [0.2, 0.27, 0.28]
const KNUCKLE_REACH_MM = 6.5

/** Darkens the skin over the middle and end joints of the fingers; `colours` already hold skin in its light. */
export function paintKnuckles(colours: Float32Array, field: Field, shape: HandShape): void {
  const joints = shape.fingers.flatMap(({ rootX, rootY, angleRad, lengths: [a, b] }) =>
    [a, a + b].map((mm, index) => ({
      x: rootX + Math.sin(angleRad) * mm,
      y: rootY + Math.cos(angleRad) * mm,
      strength: index === 0 ? 1 : 0.6,
    })),
  )
  const perSquare = 1 / KNUCKLE_REACH_MM ** 2
  for (let node = 0; node < field.distance.length; node++) {
    if (field.onFinger[node] < 0.2 || field.distance[node] > field.stepPx) continue
    for (const joint of joints) {
      const squared = ((field.skinX[node] - joint.x) ** 2 + (field.skinY[node] - joint.y) ** 2) * perSquare
      if (squared > 5) continue
      const shade = joint.strength * field.onFinger[node] * Math.exp(-squared)
      for (let axis = 0; axis < 3; axis++) colours[3 * node + axis] *= 1 - KNUCKLE_SHADE[axis] * shade
    }
  }
}

/** Tints the nodes that lie under nails; `colours` already hold skin in its light. */
export function paintNails(colours: Float32Array, field: Field, shape: HandShape, skin: Skin): void {
  const nails = nailsOf(shape).map((nail) => {
    const { rootX, rootY, angleRad } = shape.fingers[nail.finger]
    return { ...nail, rootX, rootY, dirX: Math.sin(angleRad), dirY: Math.cos(angleRad) }
  })
  for (let node = 0; node < field.distance.length; node++) {
    if (field.onFinger[node] < 0.5 || field.distance[node] > field.stepPx) continue
    for (const nail of nails) {
      const [dx, dy] = [field.skinX[node] - nail.rootX, field.skinY[node] - nail.rootY]
      const along = (dx * nail.dirX + dy * nail.dirY - nail.middleMm) / nail.halfLengthMm
      const across = (dx * nail.dirY - dy * nail.dirX) / nail.halfWidthMm
      if (Math.abs(along) > 1.3 || Math.abs(across) > 1.3) continue
      const inside = Math.min(1, Math.max(0, (1.12 - (along ** 4 + across ** 4) ** 0.25) / 0.24))
      if (inside <= 0) continue
      const edge = Math.min(1, Math.max(0, (along - 0.72) / 0.16))
      // A pale streak along the crown, as from a window.
      const streak = 1 + 0.22 * Math.exp(-(((across + 0.25) / 0.3) ** 2))
      for (let axis = 0; axis < 3; axis++) {
        const own = 0.55 * skin.back[axis] + 0.45 * (BED[axis] + (FREE_EDGE[axis] - BED[axis]) * edge)
        const at = 3 * node + axis
        const light = colours[at] / Math.max(0.02, skin.back[axis])
        colours[at] += (own * light * streak - colours[at]) * inside
      }
    }
  }
}
