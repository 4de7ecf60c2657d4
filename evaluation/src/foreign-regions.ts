import type { Region } from '@paume/palm'
import { seeded } from './bootstrap.ts'

const SIDE_PX = 128

/** Grey, 0…1, at a place of a region. */
type Texture = (x: number, y: number) => number

/** Things that are no palm, made by program: each takes a generator of chance and gives a texture. */
const KINDS: Record<string, (draw: () => number) => Texture> = {
  'flat grey': (draw) => {
    const grey = draw()
    return () => grey
  },
  noise: (draw) => () => draw(),
  'coarse noise': (draw) => smooth(draw, 4 + 12 * draw()),
  stripes: (draw) => {
    const [turn, period, phase] = [Math.PI * draw(), 4 + 20 * draw(), 6 * draw()]
    return (x, y) => 0.5 + 0.4 * Math.sin((2 * Math.PI * (x * Math.cos(turn) + y * Math.sin(turn))) / period + phase)
  },
  checkerboard: (draw) => {
    const cell = 3 + Math.floor(16 * draw())
    return (x, y) => ((Math.floor(x / cell) + Math.floor(y / cell)) % 2 === 0 ? 0.2 : 0.8)
  },
  wood: (draw) => {
    const [bend, knots] = [smooth(draw, 40), 6 + 10 * draw()]
    const grain = smooth(draw, 3)
    return (x, y) => 0.45 + 0.25 * Math.sin((x + 40 * bend(x, y / 4)) / (knots / 4)) + 0.15 * grain(x, y / 12)
  },
  cloth: (draw) => {
    const [period, uneven] = [3 + 5 * draw(), smooth(draw, 10)]
    const thread = (at: number) => Math.abs(Math.sin((Math.PI * at) / period))
    return (x, y) => 0.25 + 0.25 * Math.max(thread(x), thread(y + period / 2)) + 0.3 * uneven(x, y)
  },
}

export type ForeignRegion = { kind: string; region: Region }

/** `each` regions of every kind, the same ones every time. */
export function foreignRegions(each: number): ForeignRegion[] {
  return Object.entries(KINDS).flatMap(([kind, make], k) =>
    Array.from({ length: each }, (_, i) => ({ kind, region: regionOf(make(seeded(1000 * (k + 1) + i))) })),
  )
}

function regionOf(texture: Texture): Region {
  const rgb = new Uint8Array(SIDE_PX * SIDE_PX * 3)
  const grey = new Float32Array(SIDE_PX * SIDE_PX)
  for (let y = 0; y < SIDE_PX; y++) {
    for (let x = 0; x < SIDE_PX; x++) {
      const i = y * SIDE_PX + x
      const byte = Math.round(255 * Math.max(0, Math.min(1, texture(x, y))))
      grey[i] = byte / 255
      rgb.fill(byte, 3 * i, 3 * i + 3)
    }
  }
  return { sizePx: SIDE_PX, grey, rgb, mirrored: false, sourceSidePx: SIDE_PX, tiltDeg: 0, hand: null }
}

/** Value noise: chance on a grid of `cellPx`, smoothed between, 0…1. */
function smooth(draw: () => number, cellPx: number): Texture {
  const cells = Math.ceil(SIDE_PX / cellPx) + 2
  const grid = Float32Array.from({ length: cells * cells }, draw)
  const ease = (t: number) => t * t * (3 - 2 * t)
  return (x, y) => {
    const [column, row] = [Math.floor(x / cellPx), Math.floor(y / cellPx)]
    const [right, down] = [ease(x / cellPx - column), ease(y / cellPx - row)]
    const at = (r: number, c: number) => grid[(r % cells) * cells + (c % cells)]
    const above = at(row, column) * (1 - right) + at(row, column + 1) * right
    const below = at(row + 1, column) * (1 - right) + at(row + 1, column + 1) * right
    return above * (1 - down) + below * down
  }
}
