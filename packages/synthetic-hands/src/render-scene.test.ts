import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { renderHand } from './render-hand.ts'
import { renderScene } from './render-scene.ts'
import type { Raster, SceneKind, SceneRequest, Truth } from './types.ts'

const SMALL = { widthPx: 320, heightPx: 180 } as const
const REQUEST: SceneRequest = { person: 7, view: 1, difficulty: 0.1, ...SMALL }
const HANDS: Record<SceneKind, number> = {
  empty: 0,
  'two-hands': 2,
  fist: 1,
  'back-of-hand': 1,
  glove: 1,
  'printed-sheet': 0,
  'phone-screen': 0,
}
const KINDS = Object.keys(HANDS) as SceneKind[]

const hashOf = ({ data }: Raster) => createHash('sha256').update(data).digest('hex')
const thumbIsRight = ({ landmarks }: Truth) => landmarks[4].xPx > landmarks[20].xPx

/** Mean red, green and blue about a place, in a square of 9 pixels. */
function colourAt({ widthPx, data }: Raster, xPx: number, yPx: number): number[] {
  const sum = [0, 0, 0]
  for (let y = Math.round(yPx) - 4; y <= yPx + 4; y++) {
    for (let x = Math.round(xPx) - 4; x <= xPx + 4; x++) {
      for (let axis = 0; axis < 3; axis++) sum[axis] += data[(y * widthPx + x) * 3 + axis] / 81
    }
  }
  return sum
}

describe('renderScene', () => {
  it.each(KINDS)('draws %s, the same again for the same request, and says how many hands are there', (kind) => {
    const scene = renderScene(kind, REQUEST)
    expect(scene.kind).toBe(kind)
    expect(scene.raster).toMatchObject(SMALL)
    expect(scene.raster.data).toHaveLength(SMALL.widthPx * SMALL.heightPx * 3)
    expect(scene.hands).toHaveLength(HANDS[kind])
    expect(hashOf(renderScene(kind, REQUEST).raster)).toBe(hashOf(scene.raster))
  })

  it('draws each kind differently', () => {
    const pictures = KINDS.map((kind) => hashOf(renderScene(kind, REQUEST).raster))
    expect(new Set(pictures).size).toBe(KINDS.length)
  })

  it('shows a left and a right hand, apart', () => {
    const [left, right] = renderScene('two-hands', REQUEST).hands
    expect([left.hand, right.hand]).toEqual(['L', 'R'])
    const reach = (truth: Truth) => truth.landmarks.map(({ xPx }) => xPx)
    expect(Math.max(...reach(left))).toBeLessThan(Math.min(...reach(right)))
  })

  it('turns the outline over for the back of a hand', () => {
    const palm = renderHand({ ...REQUEST, hand: 'R' }).truth
    const back = renderScene('back-of-hand', { ...REQUEST, hand: 'R' }).hands[0]
    expect(back.hand).toBe('R')
    expect(thumbIsRight(back)).toBe(!thumbIsRight(palm))
  })

  it('brings the fingertips of a fist down to the palm', () => {
    const { landmarks } = renderScene('fist', REQUEST).hands[0]
    for (const [root, tip] of [
      [5, 8],
      [9, 12],
      [13, 16],
      [17, 20],
    ]) {
      expect(landmarks[tip].yPx).toBeGreaterThan(landmarks[root].yPx - 0.03 * SMALL.heightPx)
    }
  })

  it('frames a printed palm in white paper', () => {
    const pose = { rollDeg: 0, pitchDeg: 0, yawDeg: 0, centreX: 0.5, centreY: 0.5 }
    const { raster } = renderScene('printed-sheet', { ...REQUEST, pose, scene: { background: 'dark' } })
    // 14 mm of 297 mm, which are 92% of the height: the border is 7 to 8 pixels wide.
    const paper = colourAt(raster, 160, 0.04 * SMALL.heightPx + 4)
    const beside = colourAt(raster, 20, 90)
    expect(Math.min(...paper)).toBeGreaterThan(Math.max(...beside) + 60)
  })
})
