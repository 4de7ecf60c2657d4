import { arc, type Crease } from './crease.ts'
import { type Random, randomFrom } from './random.ts'
import type { HandShape } from './shape.ts'
import type { Hand } from './types.ts'
import { wrinklesOf } from './wrinkles.ts'

/** Side of the square that the published distributions call −1…1, and its middle, for a hand of 183 mm. */
const SQUARE_HALF_MM = 37
const SQUARE_MIDDLE: [number, number] = [-3, 41]

/** Mean quartics x⁴…x⁰ of Diff-Palm (Apache-2.0): thumb at −x, fingers at +y. `spread`: deviation of the constant. */
const PRINCIPAL = [
  { name: 'life', from: -0.83, to: 0.22, mean: [-0.63, -0.91, -1.07, -1.52, -0.47], spread: 0.18 },
  { name: 'head', from: -0.89, to: 0.68, mean: [0, -0.04, -0.22, -0.37, 0.15], spread: 0.16 },
  { name: 'heart', from: -0.37, to: 0.96, mean: [0.01, -0.07, 0.28, -0.39, 0.54], spread: 0.14 },
] as const

/** All creases of one hand at rest. */
export function creasesOf(person: number, hand: Hand, shape: HandShape): Crease[] {
  const random = randomFrom('creases', person, hand)
  const unit = shape.lengthMm / 183
  const creases: Crease[] = []
  const strength = random.between(0.65, 1.1)
  // Where the whole pattern of main creases lies on the palm differs, too.
  const [moveX, moveY] = [random.normal(0, 2) * unit, random.normal(0, 2.2) * unit]
  for (const mean of PRINCIPAL) {
    // A main crease is missing in about one palm of 200.
    if (random.chance(0.005)) continue
    const line = principalLine(random, mean, unit).map(([x, y]): [number, number] => [x + moveX, y + moveY])
    creases.push(...strandsOf(random, line, strength * random.between(0.75, 1.1)))
  }
  creases.push(...secondary(random, unit), ...fateLine(random, unit))
  creases.push(...wrinklesOf(random, unit), ...jointCreases(random, shape))
  return creases
}

function principalLine(random: Random, mean: (typeof PRINCIPAL)[number], unit: number): [number, number][] {
  const from = mean.from + random.normal(0, 0.05)
  const to = mean.to + random.normal(0, mean.name === 'life' ? 0.05 : 0.12)
  const shifts = [random.normal(0, mean.spread * 0.55), random.normal(0, mean.spread), random.normal(0, mean.spread)]
  const points: [number, number][] = []
  const wave = [random.normal(0, 0.018), random.between(0, 6), random.between(5, 11)]
  for (let step = 0; step <= 40; step++) {
    const share = step / 40
    const x = from + (to - from) * share
    const y = mean.mean.reduce((sum: number, coefficient) => sum * x + coefficient, 0)
    const shift =
      shifts[0] * (1 - share) * (1 - 2 * share) +
      shifts[1] * 4 * share * (1 - share) +
      shifts[2] * share * (2 * share - 1)
    // The life line runs nearly upright: there a shift across it is one along x.
    const lean = mean.name === 'life' ? 0.75 : 0.15
    points.push(onPalm(x + shift * lean, y + shift * (1 - lean) + wave[0] * Math.sin(wave[1] + wave[2] * share), unit))
  }
  return points
}

function onPalm(x: number, y: number, unit: number): [number, number] {
  return [(SQUARE_MIDDLE[0] - SQUARE_HALF_MM * x) * unit, (SQUARE_MIDDLE[1] + SQUARE_HALF_MM * y) * unit]
}

/** A crease is a bundle: one strand all along and some that leave it at small angles, as in Diff-Palm. */
function strandsOf(random: Random, line: [number, number][], strength: number): Crease[] {
  const width = random.between(0.75, 1.25)
  const bundle: Crease[] = [{ finger: -1, points: line, widthMm: width, depth: 0.95 * strength, kind: 'principal' }]
  const strands = random.integer(3, 6)
  for (let strand = 0; strand < strands; strand++) {
    const start = random.integer(0, 30)
    const end = Math.min(40, start + random.integer(7, 20))
    const [first, last] = [line[start], line[end]]
    const length = Math.hypot(last[0] - first[0], last[1] - first[1]) || 1
    const [acrossX, acrossY] = [-(last[1] - first[1]) / length, (last[0] - first[0]) / length]
    const slope = random.normal(0, 0.22)
    const offset = random.normal(0, 0.6)
    const points = line.slice(start, end + 1).map(([x, y], index, all): [number, number] => {
      const away = offset + slope * length * (index / all.length) * (0.4 + 0.6 * (index / all.length))
      return [x + acrossX * away, y + acrossY * away]
    })
    const depth = strength * random.between(0.3, 0.75)
    bundle.push({ finger: -1, points, widthMm: width * random.between(0.4, 0.75), depth, kind: 'secondary' })
  }
  return bundle
}

/**
 * Weaker creases of .1–.5 of the side, curvature N(0, .4) (Bézier palms, PFIG variant); a fourth one, p = .1. Twice as many
 * as the variant's 8–14: with so few, strangers look more alike to an orientation code than real ones do.
 */
function secondary(random: Random, unit: number): Crease[] {
  const count = random.integer(12, 28) + (random.chance(0.1) ? 1 : 0)
  return Array.from({ length: count }, (): Crease => {
    const length = 2 * SQUARE_HALF_MM * unit * random.between(0.12, 0.5)
    const [x, y] = onPalm(random.between(-0.85, 0.85), random.between(-0.85, 0.75), unit)
    const angle = random.chance(0.6) ? random.normal(Math.PI / 2, 0.45) : random.between(0, Math.PI)
    return {
      finger: -1,
      points: arc(x, y, angle, length, random.normal(0, 0.4)),
      widthMm: random.between(0.4, 1.3),
      depth: random.between(0.15, 0.6),
      kind: 'secondary',
    }
  })
}

/** The upright crease through the hollow, seen on about six palms of ten. */
function fateLine(random: Random, unit: number): Crease[] {
  if (!random.chance(0.6)) return []
  const [x, y] = onPalm(random.normal(0.02, 0.09), random.normal(-0.1, 0.12), unit)
  const length = 2 * SQUARE_HALF_MM * unit * random.between(0.4, 0.8)
  const points = arc(x, y, Math.PI / 2 + random.normal(0, 0.16), length, random.normal(0, 0.25))
  return [
    { finger: -1, points, widthMm: random.between(0.5, 0.9), depth: random.between(0.3, 0.75), kind: 'secondary' },
  ]
}

/** Where the creases of a finger lie along it: root, middle joint, end joint, as (part, share of part). */
const FINGER_FOLDS = [
  { part: 0, share: 0.5, lines: [2, 2], depth: 0.75 },
  { part: 1, share: 0, lines: [2, 3], depth: 0.8 },
  { part: 2, share: 0, lines: [1, 2], depth: 0.7 },
] as const
const THUMB_FOLDS = [
  { part: 1, share: 0.05, lines: [2, 3], depth: 0.6 },
  { part: 2, share: 0.02, lines: [1, 3], depth: 0.75 },
] as const

function jointCreases(random: Random, shape: HandShape): Crease[] {
  const creases: Crease[] = []
  shape.fingers.forEach((finger, index) => {
    for (const fold of index === 0 ? THUMB_FOLDS : FINGER_FOLDS) {
      const before = finger.lengths.slice(0, fold.part).reduce((sum, part) => sum + part, 0)
      const along = before + fold.share * finger.lengths[fold.part] + random.normal(0, 0.7)
      const lines = random.integer(fold.lines[0], fold.lines[1])
      for (let line = 0; line < lines; line++) {
        const half = finger.radii[fold.part] * random.between(0.75, 1)
        const at = along + (line - (lines - 1) / 2) * random.between(2, 3.2)
        const points = arc(random.normal(0, 0.8), at, random.normal(0, 0.07), 2 * half, random.normal(-0.15, 0.25))
        const depth = fold.depth * random.between(0.6, 1.1)
        creases.push({ finger: index, points, widthMm: random.between(0.6, 1.1), depth, kind: 'joint' })
      }
    }
  })
  const rascettes = random.integer(2, 3)
  for (let line = 0; line < rascettes; line++) {
    const half = shape.wristHalfMm * random.between(0.75, 0.92)
    const points = arc(
      0,
      -3 - 7 * line + random.normal(0, 1),
      random.normal(0, 0.05),
      2 * half,
      random.normal(-0.25, 0.1),
    )
    creases.push({ finger: -1, points, widthMm: 0.8, depth: random.between(0.35, 0.7), kind: 'joint' })
  }
  return creases
}
