import type { ScreenColour } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { flashResponse } from './flash-response.ts'
import {
  BESIDE_HAND,
  CELL_REGION_PX,
  type HandView,
  LEFT_REGION_PX,
  ON_HAND,
  TOP_REGION_PX,
  VIEW_CELLS,
} from './hand-view.ts'
import { reliefOf } from './relief.ts'
import { tintOf } from './screen-light.ts'

const DRAWN: readonly ScreenColour[] = ['warm', 'blue', 'white', 'green']
type Place = (x: number, y: number) => number
type Camera = (red: number, green: number, blue: number) => readonly [number, number, number]

/** Points of an upright hand, cells: wrist, thumb, four fingers of four. */
const POINTS = [
  [32, 54],
  ...[38, 43, 47, 50].map((x, k) => [x, 50 - 4 * k]),
  ...[40, 35, 30, 25].flatMap((x) => [0, 1, 2, 3].map((k) => [x, 34 - 6 * k])),
].map(([x, y]) => ({ x: LEFT_REGION_PX + CELL_REGION_PX * x, y: TOP_REGION_PX + CELL_REGION_PX * y }))

const onHand = (x: number, y: number) => x > 20 && x < 44 && y > 20 && y < 52
const plain: Camera = (red, green, blue) => [red, green, blue]
/** A repeatable stand-in for sensor noise, −1…1. */
const noise = (i: number) => {
  const mixed = Math.imul(i ^ (i >>> 15) ^ 0x9e3779b9, 0x85ebca6b)
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((again ^ (again >>> 16)) >>> 8) / 2 ** 23 - 1
}

/** Views of skin (`level`: its green), here and there redder, under the drawn colours, `strength` at each place in parts of the room's light. */
function viewsOf(strength: Place, { level = () => 0.2, camera = plain }: { level?: Place; camera?: Camera } = {}) {
  return DRAWN.map((colour, frame): HandView => {
    const light = new Float32Array(VIEW_CELLS * VIEW_CELLS * 3)
    const zones = new Uint8Array(VIEW_CELLS * VIEW_CELLS)
    for (let cell = 0; cell < zones.length; cell++) {
      const [x, y] = [cell % VIEW_CELLS, Math.floor(cell / VIEW_CELLS)]
      zones[cell] = onHand(x, y) ? ON_HAND : BESIDE_HAND
      const [red, blue] = tintOf(colour, strength(x, y)).map(Math.exp)
      const green = level(x, y) * (1 + 0.01 * noise(4 * cell + frame))
      const blood = 1 + 0.1 * Math.sin(0.9 * x - 0.7 * y)
      light.set(camera(1.6 * blood * green * red, green, (0.7 / blood) * green * blue), 3 * cell)
    }
    return { light, zones, points: POINTS }
  })
}

const reliefIn = (views: readonly HandView[]) => reliefOf(views, views[0].zones, DRAWN, 0.6)
const round: Place = (x, y) => 0.6 * (1 + 0.15 * Math.sin(x / 2.5) * Math.cos(y / 3))

describe('relief', () => {
  it('is that of a round hand, and none of a slanted sheet', () => {
    expect(reliefIn(viewsOf(round)).relief).toBeGreaterThan(0.04)
    expect(reliefIn(viewsOf((x, y) => 0.6 + 0.004 * x - 0.003 * y)).relief).toBeLessThan(0.01)
  })

  it('is none of a bright flat print, though the camera bends its red', () => {
    const bend: Camera = (red, green, blue) => [
      red < 0.6 ? red : 0.6 + 0.35 * Math.tanh((red - 0.6) / 0.5),
      green,
      blue,
    ]
    const print = viewsOf(() => 0.6, { level: (x, y) => 0.36 + 0.12 * Math.sin(x) * Math.cos(y), camera: bend })
    expect(reliefIn(print).relief).toBeLessThan(0.01)
  })

  it('stays that of a hand under a camera that mixes its colours', () => {
    const mix: Camera = (red, green, blue) => [red, green + 0.05 * (red - green), blue + 0.06 * (red - blue)]
    expect(reliefIn(viewsOf(round, { camera: mix })).relief).toBeGreaterThan(0.04)
  })

  it('is 0 where too little of the hand can be measured', () => {
    expect(reliefIn(viewsOf(round, { level: () => 0.001 }))).toEqual({ relief: 0, roundness: 0, unlit: 0 })
  })
})

describe('glass', () => {
  it('leaves most of a hand unlit', () => {
    const mirrored = viewsOf((x) => (x < 28 ? 1.5 : 0.05))
    expect(reliefIn(mirrored).unlit).toBeGreaterThan(0.3)
    expect(reliefIn(viewsOf(round)).unlit).toBe(0)
  })
})

describe('what is beside the hand', () => {
  const surround = (strength: Place) => flashResponse(viewsOf(strength), DRAWN).surround

  it('answers as the hand does where both are on one sheet, also one that ends close by', () => {
    expect(surround(() => 0.6)).toBeGreaterThan(0.8)
    expect(surround((x) => (x > 8 && x < 56 ? 0.6 : 0.03))).toBeGreaterThan(0.8)
  })

  it('hardly answers where it is a room', () => {
    expect(surround((x, y) => (onHand(x, y) ? 0.6 : 0.06))).toBeLessThan(0.25)
  })
})
