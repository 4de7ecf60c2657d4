import { randomFrom } from './random.ts'
import type { Hand } from './types.ts'

/** One finger or the thumb, at rest, in millimetres on the palm (x to the thumb, y to the fingers). */
export interface FingerShape {
  /** The knuckle it turns about. */
  rootX: number
  rootY: number
  /** Direction at rest against the y axis, positive to the thumb. */
  angleRad: number
  /** How far spread 1 turns it further. */
  spreadRad: number
  /** Lengths of the three parts from the root outwards. */
  lengths: [number, number, number]
  /** Half widths at the root, the two joints and the tip. */
  radii: [number, number, number, number]
  /** Natural bend of a relaxed finger at each joint. */
  bendRad: number
  /** Turn of the second and third part in the palm's plane (the thumb is not straight). */
  turnsRad: [number, number]
  /** Depth of its axis under the palm's surface. */
  rootZ: number
}

/** A hand's shape in the frame of a right hand: left hands are mirrored when drawn. */
export interface HandShape {
  /** Wrist to middle fingertip. */
  lengthMm: number
  wristHalfMm: number
  /** Thumb first, then index, middle, ring, little finger. */
  fingers: FingerShape[]
  /** Outline points of the palm without fingers, counter-clockwise from the wrist's thumb side. */
  palm: [number, number][]
  /** Heights of the mounds and depth of the hollow. */
  thenarMm: number
  hypothenarMm: number
  mountsMm: number
  hollowMm: number
}

const DEGREE = Math.PI / 180

/** Mean adult hand of 183 mm: knuckle, angle, spread, parts, half widths. */
const MEAN_FINGERS = [
  { x: 21, y: 19, angle: 44, spread: 9, lengths: [41, 32, 26], radii: [17, 13, 11.2, 9], z: -7 },
  { x: 23.5, y: 84, angle: 1, spread: 5.5, lengths: [40, 24.5, 21.5], radii: [11.4, 10.2, 9.2, 7.6], z: -10 },
  { x: 2, y: 86, angle: 0, spread: 0.8, lengths: [44, 28, 23], radii: [11.4, 10.4, 9.4, 7.8], z: -10.3 },
  { x: -18.5, y: 81, angle: -1, spread: -4.5, lengths: [41, 26.5, 23], radii: [10.8, 9.8, 8.8, 7.4], z: -10 },
  { x: -37, y: 71, angle: -3.5, spread: -9, lengths: [32, 19, 20], radii: [9.6, 8.6, 7.7, 6.5], z: -9 },
] as const

/** Draws the shape of one hand; both hands of a person share all but a small rest. */
export function shapeOf(person: number, hand: Hand): HandShape {
  const body = randomFrom('shape', person)
  const own = randomFrom('shape', person, hand)
  const size = body.normal(1, 0.065)
  const breadth = size * body.normal(1, 0.05)
  const fingerLength = size * body.normal(1, 0.045)
  const thickness = breadth * body.normal(1, 0.06)
  const taper = body.between(0.9, 1.04)
  const openness = own.normal(1, 0.1)
  const fingers = MEAN_FINGERS.map((mean, index): FingerShape => {
    const part = fingerLength * body.normal(1, 0.025) * own.normal(1, 0.006)
    const radius = thickness * body.normal(1, 0.025)
    const [a, b, c] = mean.lengths
    const [r0, r1, r2, r3] = mean.radii
    return {
      rootX: mean.x * breadth + own.normal(0, 0.5),
      rootY: mean.y * size + body.normal(0, 1.2),
      angleRad: (mean.angle + body.normal(0, index === 0 ? 4 : 1.2)) * DEGREE,
      spreadRad: mean.spread * DEGREE * openness,
      lengths: [a * part * body.normal(1, 0.02), b * part * body.normal(1, 0.03), c * part],
      radii: [r0 * radius, r1 * radius, r2 * radius * taper, r3 * radius * taper],
      turnsRad:
        index === 0 ? [body.normal(-11, 4) * DEGREE, body.normal(-4, 5) * DEGREE] : [0, own.normal(0, 1.2) * DEGREE],
      bendRad: Math.abs(body.normal(5, 3)) * DEGREE,
      rootZ: mean.z * thickness,
    }
  })
  const middle = fingers[2]
  return {
    lengthMm: middle.rootY + middle.lengths[0] + middle.lengths[1] + middle.lengths[2] + 4 * size,
    wristHalfMm: 27 * breadth * body.normal(1, 0.04),
    fingers,
    palm: palmOutline(fingers, breadth, size, body.normal(1, 0.05)),
    thenarMm: body.between(6, 10) * size,
    hypothenarMm: body.between(4, 7.5) * size,
    mountsMm: body.between(1.2, 2.4),
    hollowMm: body.between(2.5, 5),
  }
}

function palmOutline(fingers: FingerShape[], breadth: number, size: number, heel: number): [number, number][] {
  const [, index, middle, ring, little] = fingers
  const web = (a: FingerShape, b: FingerShape, share: number): [number, number] => [
    (a.rootX + b.rootX) / 2,
    (a.rootY + b.rootY) / 2 + share * Math.min(a.lengths[0], b.lengths[0]),
  ]
  return [
    [26 * breadth, -6],
    [30 * breadth * heel, 8 * size],
    [33 * breadth, 22 * size],
    [33.5 * breadth, 40 * size],
    [33.5 * breadth, 56 * size],
    [index.rootX + 0.98 * index.radii[0], index.rootY - 6],
    [index.rootX + 0.92 * index.radii[0], index.rootY + 14 * size],
    web(index, middle, 0.46),
    web(middle, ring, 0.47),
    web(ring, little, 0.46),
    [little.rootX - 0.85 * little.radii[0], little.rootY + 13 * size],
    [little.rootX - 1.16 * little.radii[0], little.rootY - 4],
    [little.rootX - 1.26 * little.radii[0], 48 * size],
    [-45 * breadth * heel, 28 * size],
    [-38 * breadth * heel, 9 * size],
    [-27 * breadth, -6],
  ]
}
