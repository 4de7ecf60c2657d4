import type { Projected, Projection } from './projection.ts'
import type { HandShape } from './shape.ts'
import type { PointPx, Pose, Side } from './types.ts'

/** One part of a finger between two joints, ready to draw. */
export interface Bone {
  from: Projected
  to: Projected
  radiusFromPx: number
  radiusToPx: number
  /** Distance from the finger's root to this part's start and end at rest, in millimetres. */
  restFromMm: number
  restToMm: number
}

/** A finger as drawn: its bones and its rest direction, which gives every pixel its place on the skin. */
export interface PosedFinger {
  /** Width of the skin that joins it to the palm, and how deep its root sinks into the palm. */
  webMm: number
  sinkMm: number
  /** Along it, it has left the palm here. */
  freeMm: number
  bones: Bone[]
  /** Its parts lie over one another: the one nearest to the camera is seen. */
  folded: boolean
  rootX: number
  rootY: number
  /** End of the first part on the palm, millimetres, as posed. */
  firstEndX: number
  firstEndY: number
  restDirX: number
  restDirY: number
}

export interface Skeleton {
  /** Thumb first. */
  fingers: PosedFinger[]
  /** 21 points in MediaPipe's order. */
  landmarks: PointPx[]
}

/** How far a fist (curl 1) bends the three joints. */
const FIST_RAD = [1.45, 1.75, 1.05]
/** From this curl on fingers fold over the palm and the thumb closes over them. */
export const FOLDING_CURL = 0.25
/** How a thumb closes: across the fingers at each part, up from the palm, then level over them. */
const THUMB_ACROSS_RAD = [1.15, 0.55, 0.35]
const THUMB_UP_RAD = [1.3, -0.95, -0.2]
/** The axis ends this far before the fingertip's landmark. */
const TIP_INSET_MM = 3.5

/** Bends the fingers and projects every joint. */
export function skeletonOf(shape: HandShape, pose: Pose, projection: Projection, side: Side = 'palm'): Skeleton {
  // Fingers bend towards the palm: away from a camera that sees the back.
  const towards = side === 'palm' ? 1 : -1
  const wrist = projection.project(0, 0, -8)
  const landmarks: PointPx[] = [{ xPx: wrist.xPx, yPx: wrist.yPx }]
  const fingers = shape.fingers.map((finger, index): PosedFinger => {
    const isThumb = index === 0
    const closing = isThumb ? Math.max(0, pose.curl - FOLDING_CURL) : 0
    let angle = finger.angleRad + finger.spreadRad * (pose.spread - (isThumb ? 0.4 : 0))
    let [x, y, z, bend] = [finger.rootX, finger.rootY, finger.rootZ, 0]
    const place = (): Projected => projection.project(x, y, z)
    let previous = place()
    landmarks.push(previous)
    const bones: Bone[] = []
    let restMm = 0
    let [firstEndX, firstEndY] = [x, y]
    for (let part = 0; part < 3; part++) {
      const curl = isThumb ? Math.min(pose.curl, FOLDING_CURL) * 0.45 : pose.curl
      bend += finger.bendRad * (isThumb ? 0.7 : 1) + curl * FIST_RAD[part] + closing * THUMB_UP_RAD[part]
      angle -= closing * THUMB_ACROSS_RAD[part]
      if (part > 0) angle += finger.turnsRad[part - 1]
      const fullMm = finger.lengths[part]
      const drawnMm = part === 2 ? fullMm - TIP_INSET_MM : fullMm
      const step = (mm: number): void => {
        x += Math.sin(angle) * Math.cos(bend) * mm
        y += Math.cos(angle) * Math.cos(bend) * mm
        z += towards * Math.sin(bend) * mm
      }
      step(drawnMm)
      const joint = place()
      bones.push({
        from: previous,
        to: joint,
        radiusFromPx: finger.radii[part] * previous.scale,
        radiusToPx: finger.radii[part + 1] * joint.scale,
        restFromMm: restMm,
        restToMm: restMm + drawnMm,
      })
      restMm += drawnMm
      if (part === 0) [firstEndX, firstEndY] = [x, y]
      if (part === 2) step(TIP_INSET_MM)
      landmarks.push(place())
      previous = joint
    }
    return {
      bones,
      folded: pose.curl > FOLDING_CURL,
      webMm: pose.curl > FOLDING_CURL ? 2 : isThumb ? 14 : 6,
      // On the back the bones lie under thin skin right up to the knuckles.
      sinkMm: isThumb ? 13 : side === 'back' ? 1.5 : 7,
      freeMm: (isThumb ? 1.25 : 0.62) * finger.lengths[0],
      rootX: finger.rootX,
      rootY: finger.rootY,
      firstEndX,
      firstEndY,
      restDirX: Math.sin(finger.angleRad),
      restDirY: Math.cos(finger.angleRad),
    }
  })
  return { fingers, landmarks: landmarks.map(({ xPx, yPx }) => ({ xPx, yPx })) }
}
