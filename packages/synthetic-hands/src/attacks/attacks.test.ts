import { describe, expect, it } from 'vitest'
import { renderHand } from '../render-hand.ts'
import type { Linear } from '../skin.ts'
import { renderAttack } from './render-attack.ts'
import { renderFlashedBurst } from './render-flashed-burst.ts'
import { renderTwin } from './render-twin.ts'
import { type PresentedFrame, type ShownHand, SPECIES } from './types.ts'

const SMALL = { widthPx: 320, heightPx: 180 } as const
const RED: Linear = [1, 0.1, 0.05]
const BLUE: Linear = [0.1, 0.2, 1]
const request = { seed: 8, flash: [RED, BLUE], ambientLux: 200, ...SMALL }

function shownHand(): ShownHand {
  const { raster, truth } = renderHand({ person: 8, view: 1, hand: 'R', difficulty: 0.1, ...SMALL })
  return { picture: raster, landmarks: truth.landmarks }
}

/** Mean red over blue at the middle of the palm. */
function rednessOf({ raster, landmarks }: PresentedFrame): number {
  const [x, y] = [0, 1].map((axis) =>
    Math.round([0, 5, 17].reduce((sum, k) => sum + (axis ? landmarks[k].yPx : landmarks[k].xPx), 0) / 3),
  )
  const sum = [0, 0, 0]
  for (let dy = -4; dy <= 4; dy++) {
    for (let dx = -4; dx <= 4; dx++) {
      for (let axis = 0; axis < 3; axis++) sum[axis] += raster.data[((y + dy) * raster.widthPx + x + dx) * 3 + axis]
    }
  }
  return sum[0] / sum[2]
}

describe('renderAttack', () => {
  it.each(SPECIES)('gives the same %s for the same request, and a picture to each colour', (species) => {
    const shown = shownHand()
    const [once, again] = [renderAttack(species, shown, request), renderAttack(species, shown, request)]
    expect(once).toHaveLength(2)
    expect(once.map(({ raster }) => Buffer.from(raster.data).equals(Buffer.from(again[0].raster.data)))).toEqual([
      true,
      false,
    ])
    expect(once[0].landmarks).toHaveLength(21)
    expect(once[1].offsetMs).toBeGreaterThan(0)
  })

  it('lets paper take on the light of the screen, and hardly glass', () => {
    const change = (frames: PresentedFrame[]) => rednessOf(frames[0]) / rednessOf(frames[1])
    const paper = change(renderAttack('print-filling', shownHand(), request))
    const film = change(renderAttack('injected-still', shownHand(), request))
    expect(paper).toBeGreaterThan(1.3)
    expect(film).toBeGreaterThan(0.95)
    expect(film).toBeLessThan(1.05)
  })
})

describe('bona fide bursts', () => {
  it('turn red and blue with the screen, rendered in relief or made of a still', () => {
    const hand = renderFlashedBurst({ person: 8, view: 1, hand: 'R', difficulty: 0.1, ...SMALL }, request)
    const twin = renderTwin(shownHand(), request)
    for (const frames of [hand, twin]) expect(rednessOf(frames[0]) / rednessOf(frames[1])).toBeGreaterThan(1.3)
  })

  it('stay as the room is where the screen shows nothing', () => {
    const twin = renderTwin(shownHand(), { ...request, flash: [null, null] })
    expect(rednessOf(twin[0]) / rednessOf(twin[1])).toBeCloseTo(1, 1)
  })
})
