import type { Crease } from './crease.ts'
import { type Random, randomFrom } from './random.ts'
import type { HandShape } from './shape.ts'
import type { Hand } from './types.ts'

/** Most vessels drawn of one palm. */
const MOST_VESSELS = 34

/**
 * Vessels beneath one palm as near infrared shows them: trees that enter at the wrist and fork towards the fingers, and a few that join
 * them. Made up after what palm-vein pictures look like; no real hand was traced. Always the same for a person's hand: veins neither
 * wear nor fade from view to view.
 */
export function veinsOf(person: number, hand: Hand, shape: HandShape): Crease[] {
  const random = randomFrom('veins', person, hand)
  const unit = shape.lengthMm / 183
  const vessels: Crease[] = []
  const tips = Array.from({ length: random.integer(2, 4) }, () => ({
    x: random.between(-24, 24) * unit,
    y: random.between(-14, -4) * unit,
    angle: random.normal(Math.PI / 2, 0.25),
    widthMm: random.between(2.4, 4),
  }))
  while (tips.length > 0 && vessels.length < MOST_VESSELS) {
    const { x, y, angle, widthMm } = tips.shift()!
    const length = random.between(11, 27) * unit
    const points = vessel(random, [x, y], angle, length)
    vessels.push(veinOf(random, points, widthMm))
    const [endX, endY] = points[points.length - 1]
    const isOnPalm = Math.abs(endX) < 40 * unit && endY < 92 * unit
    if (!isOnPalm || widthMm < 1) continue
    const forks = random.chance(0.4) ? 1 : 2
    for (let fork = 0; fork < forks; fork++) {
      tips.push({
        x: endX,
        y: endY,
        angle: angle + random.normal(forks === 1 ? 0 : fork === 0 ? 0.45 : -0.45, 0.25),
        widthMm: widthMm * random.between(0.7, 0.95),
      })
    }
  }
  for (let joint = random.integer(3, 7); joint > 0; joint--) {
    const from: [number, number] = [random.between(-30, 30) * unit, random.between(8, 80) * unit]
    const points = vessel(random, from, random.between(0, Math.PI), random.between(12, 30) * unit)
    vessels.push(veinOf(random, points, random.between(0.9, 1.8)))
  }
  return vessels
}

const veinOf = (random: Random, points: [number, number][], widthMm: number): Crease => ({
  finger: -1,
  points,
  widthMm,
  depth: random.between(0.25, 0.6),
  kind: 'principal',
})

/** A winding line from a place on. */
function vessel(random: Random, [x, y]: [number, number], angle: number, lengthMm: number): [number, number][] {
  const [bow, wave, phase] = [random.normal(0, 0.5), random.normal(0, 0.22), random.between(0, 6.28)]
  const steps = Math.max(5, Math.round(lengthMm / 2.5))
  const points: [number, number][] = [[x, y]]
  for (let step = 1; step <= steps; step++) {
    const share = step / steps
    const now = angle + bow * (share - 0.5) + wave * Math.sin(phase + 5 * share)
    const [beforeX, beforeY] = points[step - 1]
    points.push([beforeX + (Math.cos(now) * lengthMm) / steps, beforeY + (Math.sin(now) * lengthMm) / steps])
  }
  return points
}
