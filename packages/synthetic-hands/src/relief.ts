import type { HandShape } from './shape.ts'

/** Height of the palm's skin over its plane in millimetres, away from the outline's rounding. */
export type Relief = (xMm: number, yMm: number) => number

interface Bump {
  x: number
  y: number
  /** Turn of the long axis against y. */
  along: number
  wide: number
  long: number
  high: number
}

/** Mounds of thumb and little finger, the hollow between, and the cushions under the fingers. */
export function reliefOf(shape: HandShape): Relief {
  const [thumb, index, middle, ring, little] = shape.fingers
  const unit = shape.lengthMm / 183
  const bumps: Bump[] = [
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
  return heightOf(bumps, unit)
}

/** The back of the hand: knuckles, and the tendons that run to them from the wrist. */
export function backReliefOf(shape: HandShape): Relief {
  const unit = shape.lengthMm / 183
  const bumps = shape.fingers.slice(1).flatMap(({ rootX, rootY }): Bump[] => {
    const [dx, dy] = [rootX * 0.75, rootY - 8 * unit - 12 * unit]
    return [
      { x: rootX, y: rootY + 1, along: 0, wide: 6.5, long: 7.5, high: 4.2 * unit },
      {
        x: rootX - dx / 2,
        y: rootY - 8 * unit - dy / 2,
        along: Math.atan2(dx, dy),
        wide: 2.4,
        long: 19,
        high: 0.9 * unit,
      },
    ]
  })
  return heightOf(bumps, unit)
}

function heightOf(bumps: readonly Bump[], unit: number): Relief {
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
      const dx = x - term.x
      const dy = y - term.y
      const across = (dx * term.cos - dy * term.sin) * term.perWide
      const along = (dx * term.sin + dy * term.cos) * term.perLong
      const squared = across * across + along * along
      if (squared < 9) height += term.high * Math.exp(-0.5 * squared)
    }
    return height
  }
}
