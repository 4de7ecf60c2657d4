import type { HandShape } from './shape.ts'

/** Height of the palm's skin over its plane in millimetres, away from the outline's rounding. */
export type Relief = (xMm: number, yMm: number) => number

/** Mounds of thumb and little finger, the hollow between, and the cushions under the fingers. */
export function reliefOf(shape: HandShape): Relief {
  const [thumb, index, middle, ring, little] = shape.fingers
  const unit = shape.lengthMm / 183
  const bumps: { x: number; y: number; along: number; wide: number; long: number; high: number }[] = [
    { x: thumb.rootX - 3 * unit, y: thumb.rootY + 9 * unit, along: 0.55, wide: 13, long: 24, high: shape.thenarMm },
    { x: -29 * unit, y: 24 * unit, along: -0.15, wide: 13, long: 24, high: shape.hypothenarMm },
    { x: -5 * unit, y: 46 * unit, along: 0.25, wide: 14, long: 20, high: -shape.hollowMm },
  ]
  const fingers = [index, middle, ring, little]
  for (let gap = 0; gap < 3; gap++) {
    bumps.push({
      x: (fingers[gap].rootX + fingers[gap + 1].rootX) / 2,
      y: (fingers[gap].rootY + fingers[gap + 1].rootY) / 2 + 7 * unit,
      along: 0,
      wide: 7,
      long: 8,
      high: shape.mountsMm,
    })
  }
  const terms = bumps.map((bump) => ({
    ...bump,
    sin: Math.sin(bump.along),
    cos: Math.cos(bump.along),
    perWide: 1 / (bump.wide * unit),
    perLong: 1 / (bump.long * unit),
  }))
  return (x, y) => {
    let height = 0
    for (const term of terms) {
      const [dx, dy] = [x - term.x, y - term.y]
      const across = (dx * term.cos - dy * term.sin) * term.perWide
      const along = (dx * term.sin + dy * term.cos) * term.perLong
      const squared = across * across + along * along
      if (squared < 9) height += term.high * Math.exp(-0.5 * squared)
    }
    return height
  }
}
