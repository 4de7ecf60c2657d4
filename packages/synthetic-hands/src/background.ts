import { noiseFrom } from './noise.ts'
import { type Random, randomFrom } from './random.ts'
import type { Linear } from './skin.ts'
import type { BackgroundKind } from './types.ts'

/** The surroundings are out of focus: they are worked out on every fourth pixel. */
const STEP_PX = 4

type Painter = (x: number, y: number, into: Float32Array | number[]) => void

/** Fills a linear RGB frame with the surroundings: x and y of painters run 0…1 over the picture's height. */
export function paintBackground(
  frame: Float32Array,
  widthPx: number,
  heightPx: number,
  kind: BackgroundKind,
  seed: number | string,
  gain: number,
): void {
  const paint = PAINTERS[kind](randomFrom('background', seed), seed)
  const columns = Math.ceil(widthPx / STEP_PX) + 1
  const rows = Math.ceil(heightPx / STEP_PX) + 1
  const coarse = new Float32Array(columns * rows * 3)
  const colour = [0, 0, 0]
  for (let row = 0, index = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      paint((column * STEP_PX) / heightPx, (row * STEP_PX) / heightPx, colour)
      coarse[index++] = colour[0] * gain
      coarse[index++] = colour[1] * gain
      coarse[index++] = colour[2] * gain
    }
  }
  enlarge(coarse, columns, frame, widthPx, heightPx)
}

function enlarge(coarse: Float32Array, columns: number, frame: Float32Array, widthPx: number, heightPx: number): void {
  const stride = columns * 3
  const line = new Float32Array(stride)
  for (let y = 0, out = 0; y < heightPx; y++) {
    const row = Math.floor(y / STEP_PX)
    const share = y / STEP_PX - row
    const from = row * stride
    for (let k = 0; k < stride; k++) {
      const upper = coarse[from + k]
      line[k] = upper + (coarse[from + stride + k] - upper) * share
    }
    for (let x = 0; x < widthPx; x++) {
      const column = (x / STEP_PX) | 0
      const right = x / STEP_PX - column
      const at = column * 3
      frame[out++] = line[at] + (line[at + 3] - line[at]) * right
      frame[out++] = line[at + 1] + (line[at + 4] - line[at + 1]) * right
      frame[out++] = line[at + 2] + (line[at + 5] - line[at + 2]) * right
    }
  }
}

const mixed = (a: Linear, b: Linear, share: number, into: Float32Array | number[]): void => {
  for (let axis = 0; axis < 3; axis++) into[axis] = a[axis] + (b[axis] - a[axis]) * share
}

const grey = (random: Random, low: number, high: number, tint = 0.12): Linear => {
  const level = random.between(low, high)
  return [0, 1, 2].map(() => level * (1 + random.between(-tint, tint))) as Linear
}

const PAINTERS: Record<BackgroundKind, (random: Random, seed: number | string) => Painter> = {
  /** A table top or counter: one material with grain along it. */
  counter: (random, seed) => {
    const base: Linear = random.pick<Linear>([
      [0.3, 0.2, 0.12],
      [0.13, 0.07, 0.035],
      [0.42, 0.42, 0.4],
      [0.07, 0.075, 0.08],
      [0.5, 0.46, 0.4],
    ])
    const dark: Linear = [base[0] * 0.72, base[1] * 0.7, base[2] * 0.68]
    const grain = noiseFrom('grain', seed)
    const [sin, cos] = [Math.sin(random.between(0, 3.1)), Math.cos(random.between(0, 3.1))]
    return (x, y, into) => {
      const [along, across] = [x * cos + y * sin, -x * sin + y * cos]
      const streak = 0.5 + 0.3 * grain(along * 2.2, across * 26) + 0.2 * grain(along * 5, across * 60)
      mixed(base, dark, streak, into)
      const fall = 1.1 - 0.25 * y + 0.12 * grain(x * 1.5 + 7, y * 1.5)
      for (let axis = 0; axis < 3; axis++) into[axis] *= fall
    }
  },
  /** A room far behind: coloured things and a few lamps, all out of focus. */
  shop: (random) => {
    const base = grey(random, 0.04, 0.2)
    const things = Array.from({ length: 26 }, () => ({
      x: random.between(-0.1, 1.9),
      y: random.between(-0.1, 1.1),
      wide: random.between(0.03, 0.22),
      high: random.between(0.03, 0.25),
      colour: grey(random, 0.01, 0.5, 0.7),
    }))
    const soft = random.between(0.015, 0.05)
    return (x, y, into) => {
      for (let axis = 0; axis < 3; axis++) into[axis] = base[axis] * (1.2 - 0.4 * y)
      for (const thing of things) {
        const out = Math.max(Math.abs(x - thing.x) - thing.wide, Math.abs(y - thing.y) - thing.high)
        if (out > soft) continue
        const near = Math.min(1, (soft - out) / (2 * soft))
        const share = near * near * (3 - 2 * near)
        for (let axis = 0; axis < 3; axis++) into[axis] += (thing.colour[axis] - into[axis]) * share
      }
    }
  },
  dark: (random, seed) => {
    const base = grey(random, 0.004, 0.03, 0.3)
    const cloud = noiseFrom('dark', seed)
    return (x, y, into) => {
      const level = 1 + 0.5 * cloud(x * 2, y * 2)
      for (let axis = 0; axis < 3; axis++) into[axis] = base[axis] * level
    }
  },
  /** A white ceiling or wall with lamps. */
  bright: (random, seed) => {
    const base = grey(random, 0.45, 0.75, 0.05)
    const cloud = noiseFrom('bright', seed)
    const lamps = Array.from({ length: random.integer(0, 3) }, () => [random.between(0, 1.8), random.between(0, 0.9)])
    return (x, y, into) => {
      let level = 1 + 0.1 * cloud(x * 1.7, y * 1.7) - 0.2 * Math.abs(x - 0.9)
      for (const [lampX, lampY] of lamps) level += 0.9 * Math.exp(-40 * ((x - lampX) ** 2 + (y - lampY) ** 2))
      for (let axis = 0; axis < 3; axis++) into[axis] = base[axis] * level
    }
  },
  /** Tiles, stripes or cloth. */
  patterned: (random) => {
    const [a, b] = [grey(random, 0.05, 0.6, 0.5), grey(random, 0.05, 0.6, 0.5)]
    const size = random.between(14, 60)
    const turn = random.between(0, Math.PI)
    const [sin, cos] = [Math.sin(turn), Math.cos(turn)]
    const both = random.chance(0.5)
    return (x, y, into) => {
      const across = Math.sin((x * cos + y * sin) * size)
      const along = both ? Math.sin((-x * sin + y * cos) * size) : 1
      const wave = across * along * 3
      mixed(a, b, 0.5 + 0.5 * Math.max(-1, Math.min(1, wave)), into)
    }
  },
}
