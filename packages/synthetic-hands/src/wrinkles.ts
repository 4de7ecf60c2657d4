import { arc, type Crease } from './crease.ts'
import type { Random } from './random.ts'

/** Short faint lines that cross the palm and the fingers; some palms are full of them, others almost smooth. */
export function wrinklesOf(random: Random, unit: number): Crease[] {
  const wrinkles: Crease[] = []
  const count = random.integer(50, 150)
  const strength = random.between(0.7, 1.2)
  for (let index = 0; index < count; index++) {
    const x = random.between(-40, 34) * unit
    const y = random.between(6, 88) * unit
    const length = random.between(3, 15) * unit
    const widthMm = random.between(0.22, 0.45)
    const depth = strength * random.between(0.12, 0.42)
    wrinkles.push({
      finger: -1,
      points: arc(x, y, wrinkleAngle(random, x, y), length, random.normal(0, 0.4)),
      widthMm,
      depth,
      kind: 'fine',
    })
  }
  for (let finger = 0; finger < 5; finger++) {
    for (let index = random.integer(6, 14); index > 0; index--) {
      const points = arc(
        random.normal(0, 4),
        random.between(18, 80) * unit,
        random.normal(0, 0.5),
        random.between(3, 10),
        random.normal(0, 0.3),
      )
      wrinkles.push({ finger, points, widthMm: 0.35, depth: strength * random.between(0.1, 0.35), kind: 'fine' })
    }
  }
  return wrinkles
}

/** On the ball of the thumb they fan out from the wrist, under the fingers they stand upright, elsewhere they lie anyhow. */
function wrinkleAngle(random: Random, x: number, y: number): number {
  if (x > 10 && y < 55)
    return Math.atan2(y + 12, x - 6) + (random.chance(0.5) ? Math.PI / 2 : 0) + random.normal(0, 0.25)
  if (y > 62) return random.normal(Math.PI / 2, 0.5)
  return random.between(0, Math.PI)
}
