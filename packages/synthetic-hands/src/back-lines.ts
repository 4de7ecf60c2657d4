import { arc, type Crease } from './crease.ts'
import { nailsOf } from './nails.ts'
import { type Random, randomFrom } from './random.ts'
import type { HandShape } from './shape.ts'
import type { Hand } from './types.ts'

/** What is drawn as lines on the back of a hand: folds over the knuckles, the rim of each nail, a few fine wrinkles. */
export function backLinesOf(person: number, hand: Hand, shape: HandShape): Crease[] {
  const random = randomFrom('back', person, hand)
  return [...knuckleFolds(random, shape), ...nailRims(shape), ...fineWrinkles(random, shape.lengthMm / 183)]
}

/** Folds lie over each joint like ripples: the middle ones long, the outer ones shorter and bowed away. */
function knuckleFolds(random: Random, shape: HandShape): Crease[] {
  return shape.fingers.flatMap((finger, index) =>
    [1, 2].flatMap((joint) => {
      const at = finger.lengths.slice(0, joint).reduce((sum, part) => sum + part, 0)
      const half = finger.radii[joint] * (joint === 1 ? 0.62 : 0.5)
      const lines = joint === 1 ? random.integer(4, 6) : random.integer(2, 3)
      return Array.from({ length: lines }, (_, line): Crease => {
        const out = line - (lines - 1) / 2
        const length = 2 * half * (1 - 0.12 * Math.abs(out)) * random.between(0.85, 1)
        return {
          finger: index,
          points: arc(random.normal(0, 0.5), at + 1.9 * out, random.normal(0, 0.05), length, 0.28 * out),
          widthMm: random.between(0.5, 0.9),
          depth: random.between(0.4, 0.7),
          kind: 'joint',
        }
      })
    }),
  )
}

const RIM_STEPS = 24

function nailRims(shape: HandShape): Crease[] {
  return nailsOf(shape).map(({ finger, middleMm, halfLengthMm, halfWidthMm }) => {
    // Round the base and up both sides; the free edge at the tip has no fold.
    const points = Array.from({ length: RIM_STEPS + 1 }, (_, step): [number, number] => {
      const angle = Math.PI * (-0.2 + (1.4 * step) / RIM_STEPS)
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
      const round = (value: number) => Math.sign(value) * Math.abs(value) ** 0.7
      return [halfWidthMm * round(cos), middleMm - halfLengthMm * round(sin)]
    })
    return { finger, points, widthMm: 0.55, depth: 0.3, kind: 'joint' }
  })
}

function fineWrinkles(random: Random, unit: number): Crease[] {
  return Array.from({ length: random.integer(40, 90) }, (): Crease => {
    const [x, y] = [random.between(-38, 30) * unit, random.between(2, 84) * unit]
    const angle = random.chance(0.7) ? random.normal(0, 0.35) : random.between(0, Math.PI)
    return {
      finger: -1,
      points: arc(x, y, angle, random.between(4, 14) * unit, random.normal(0, 0.3)),
      widthMm: 0.3,
      depth: random.between(0.06, 0.22),
      kind: 'fine',
    }
  })
}
