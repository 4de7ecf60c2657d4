import { noiseFrom } from './noise.ts'
import { randomFrom } from './random.ts'
import type { Hand } from './types.ts'

/** The palm's own unevenness at one place of the skin at rest. */
export interface Tissue {
  /** Height over the smooth palm, millimetres. */
  heightMm(xMm: number, yMm: number): number
  /** Share of light that soft folds swallow, whatever the light: 0…0.3. */
  shadow(xMm: number, yMm: number): number
}

/** Cushions of fat under the skin: distance over which they rise and fall, and how high. */
const CUSHIONS = { cellMm: 15, heightMm: 1.3 }
const LUMPS = { cellMm: 6.5, heightMm: 0.36 }
/** Soft folds lie where a noise crosses zero, and branch as such lines do. Width is that of the noise's value. */
const FOLDS = [
  { name: 'fold-broad', cellMm: 13, width: 0.2, depth: 0.14 },
  { name: 'fold-middle', cellMm: 7.5, width: 0.22, depth: 0.13 },
  { name: 'fold-narrow', cellMm: 4.4, width: 0.26, depth: 0.11 },
] as const

/** What a palm has beside its shape and creases: without it all palms of one shape would shade alike. */
export function tissueOf(person: number, hand: Hand): Tissue {
  const cushions = noiseFrom('cushions', person, hand)
  const lumps = noiseFrom('lumps', person, hand)
  const random = randomFrom('tissue', person, hand)
  const plump = random.between(0.6, 1.3)
  const folds = FOLDS.map((fold) => ({
    noise: noiseFrom(fold.name, person, hand),
    patches: noiseFrom(fold.name, 'patches', person, hand),
    perCell: 1 / fold.cellMm,
    perWidth: 1 / fold.width,
    depth: fold.depth * random.between(0.5, 1.4),
    turn: random.between(0, Math.PI),
  })).map((fold) => ({ ...fold, cos: Math.cos(fold.turn), sin: Math.sin(fold.turn) }))
  return {
    heightMm: (x, y) =>
      plump *
      (CUSHIONS.heightMm * cushions(x / CUSHIONS.cellMm + 20, y / CUSHIONS.cellMm + 20) +
        LUMPS.heightMm * lumps(x / LUMPS.cellMm + 20, y / LUMPS.cellMm + 20)),
    shadow: (x, y) => {
      let sum = 0
      for (const { noise, patches, perCell, perWidth, depth, cos, sin } of folds) {
        // Longer one way than the other, in a direction of this palm's own.
        const along = (cos * x + sin * y) * perCell * 0.7 + 30
        const across = (cos * y - sin * x) * perCell * 1.2 + 30
        const away = noise(along, across) * perWidth
        const here = 0.5 + 0.5 * patches(along * 0.5, across * 0.5)
        sum += depth * here * Math.exp(-away * away)
      }
      return sum
    },
  }
}
