import type { Random } from '../random.ts'
import type { PointPx } from '../types.ts'

/** Where something held stands against where it stood on average. */
export interface Shift {
  /** Shares of the picture's height. */
  x: number
  y: number
  rollDeg: number
  pitchDeg: number
  yawDeg: number
  growth: number
}

/** A hand that tries to hold still sways about so much; like `render-burst`, in shares of the height and degrees. */
const SWAY = { centre: 0.006, turnDeg: 0.9, tiltDeg: 0.8, growth: 0.006 }
const SWAY_MS = 900

/** The involuntary movement of a held thing, `strength` times that of a hand: two slow waves for each freedom. */
export function swayFrom(random: Random, strength: number): (atMs: number) => Shift {
  const wave = (size: number) => {
    const [first, second] = [random.between(0, 6.28), random.between(0, 6.28)]
    const [slow, fast] = [random.between(0.7, 1.3), random.between(1.7, 2.9)]
    return (atMs: number) => {
      const turns = (atMs / SWAY_MS) * 2 * Math.PI
      return strength * size * (0.75 * Math.sin(first + slow * turns) + 0.4 * Math.sin(second + fast * turns))
    }
  }
  const [x, y] = [wave(SWAY.centre), wave(SWAY.centre)]
  const [roll, pitch, yaw] = [wave(SWAY.turnDeg), wave(SWAY.tiltDeg), wave(SWAY.tiltDeg)]
  const growth = wave(SWAY.growth)
  return (atMs) => ({
    x: x(atMs),
    y: y(atMs),
    rollDeg: roll(atMs),
    pitchDeg: pitch(atMs),
    yawDeg: yaw(atMs),
    growth: 1 + growth(atMs),
  })
}

/** x′ = a·x − b·y + tx, y′ = b·x + a·y + ty. */
export interface Similarity {
  a: number
  b: number
  tx: number
  ty: number
}

/** The movement in the picture about a centre. */
export function similarityOf({ x, y, rollDeg, growth }: Shift, centre: PointPx, heightPx: number): Similarity {
  const angle = (rollDeg * Math.PI) / 180
  const [a, b] = [growth * Math.cos(angle), growth * Math.sin(angle)]
  return {
    a,
    b,
    tx: centre.xPx + x * heightPx - a * centre.xPx + b * centre.yPx,
    ty: centre.yPx + y * heightPx - b * centre.xPx - a * centre.yPx,
  }
}

export const movedBy = ({ a, b, tx, ty }: Similarity, { xPx, yPx }: PointPx): PointPx => ({
  xPx: a * xPx - b * yPx + tx,
  yPx: b * xPx + a * yPx + ty,
})

export function inverse({ a, b, tx, ty }: Similarity): Similarity {
  const scale = a * a + b * b
  const [p, q] = [a / scale, -b / scale]
  return { a: p, b: q, tx: -p * tx + q * ty, ty: -q * tx - p * ty }
}

export const middleOf = (landmarks: readonly PointPx[]): PointPx => ({
  xPx: (landmarks[0].xPx + landmarks[9].xPx) / 2,
  yPx: (landmarks[0].yPx + landmarks[9].yPx) / 2,
})
