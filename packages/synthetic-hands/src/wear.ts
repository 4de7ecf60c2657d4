import type { Crease } from './crease.ts'
import { noiseFrom } from './noise.ts'
import { randomFrom } from './random.ts'
import type { Hand } from './types.ts'

/** Moves a place on the skin as soft tissue does when a hand is opened anew; writes [dx, dy] in millimetres. */
export type Stretch = (xMm: number, yMm: number, into: Float64Array) => void

/** Size of the soft displacement, and how far apart places move independently. */
const STRETCH_MM = 0.55
const STRETCH_CELL_MM = 26

/** The small elastic warp of one view. */
export function stretchOf(person: number, hand: Hand, view: number): Stretch {
  const across = noiseFrom('stretch-x', person, hand, view)
  const along = noiseFrom('stretch-y', person, hand, view)
  const strength = STRETCH_MM * randomFrom('stretch', person, hand, view).between(0.15, 1.3)
  return (x, y, into) => {
    into[0] = strength * 1.6 * across(x / STRETCH_CELL_MM + 9, y / STRETCH_CELL_MM + 9)
    into[1] = strength * 1.6 * along(x / STRETCH_CELL_MM + 9, y / STRETCH_CELL_MM + 9)
  }
}

/** How much each kind of crease may change from view to view: depth (relative), place (mm), chance to be unseen. */
const CHANGES = {
  principal: { depth: 0.1, placeMm: 0.2, unseen: 0 },
  secondary: { depth: 0.25, placeMm: 0.3, unseen: 0.04 },
  fine: { depth: 0.4, placeMm: 0.3, unseen: 0.25 },
  joint: { depth: 0.2, placeMm: 0.3, unseen: 0.02 },
} as const

/** Creases as they are on the day of one view: a little deeper or fainter, ends shifted, some fine ones gone. */
export function wornCreases(creases: readonly Crease[], person: number, hand: Hand, view: number): Crease[] {
  const random = randomFrom('wear', person, hand, view)
  const moisture = random.between(0.8, 1.15)
  const worn: Crease[] = []
  for (const crease of creases) {
    const change = CHANGES[crease.kind]
    const [startX, startY, endX, endY] = [0, 0, 0, 0].map(() => random.normal(0, change.placeMm))
    const depth = crease.depth * moisture * Math.max(0.1, random.normal(1, change.depth))
    if (random.chance(change.unseen)) continue
    const points = crease.points.map(([x, y], index): [number, number] => {
      const share = index / (crease.points.length - 1)
      return [x + startX + (endX - startX) * share, y + startY + (endY - startY) * share]
    })
    worn.push({ ...crease, points, depth })
  }
  // A few lines are of the day: a fold of the skin under this opening of the hand.
  for (let index = random.integer(3, 12); index > 0; index--) {
    const [x, y] = [random.between(-38, 30), random.between(8, 85)]
    const [angle, length] = [random.between(0, Math.PI), random.between(3, 12)]
    const half = [Math.cos(angle) * length * 0.5, Math.sin(angle) * length * 0.5]
    worn.push({
      finger: -1,
      points: [-1, -0.5, 0, 0.5, 1].map((t): [number, number] => [x + half[0] * t, y + half[1] * t]),
      widthMm: 0.35,
      depth: random.between(0.08, 0.3),
      kind: 'fine',
    })
  }
  return worn
}
