import { describe, expect, it } from 'vitest'
import { renderBurst } from './render-burst.ts'
import { renderHand } from './render-hand.ts'
import { shapeOf } from './shape.ts'
import type { HandRequest } from './types.ts'
import { veinsOf } from './veins.ts'

const HERE: HandRequest = { person: 21, view: 4, hand: 'R', difficulty: 0.1, widthPx: 640, heightPx: 360 }
const NIR = { ...HERE, band: 'near-infrared' } as const

describe('a hand in near infrared', () => {
  it('is held as in visible light: two registered sensors', () => {
    expect(renderHand(NIR).truth.landmarks).toEqual(renderHand(HERE).truth.landmarks)
    const lights = [1, 2].map(() => [0.4, 0.1, 0.1] as const)
    const [visible, nir] = [HERE, NIR].map((hand) => renderBurst({ ...hand, frames: 2, screens: lights }))
    expect(nir.map(({ truth }) => truth.landmarks)).toEqual(visible.map(({ truth }) => truth.landmarks))
  })

  it('has one channel, and the same bytes each time', () => {
    const { data } = renderHand(NIR).raster
    for (let at = 0; at < data.length; at += 999) {
      const pixel = at - (at % 3)
      expect([data[pixel], data[pixel + 2]]).toEqual([data[pixel + 1], data[pixel + 1]])
    }
    expect(renderHand(NIR).raster.data).toEqual(data)
  })

  it('shows no screen: its light is not in the band', () => {
    const [dark, lit] = [undefined, [0.5, 0.1, 0.1] as const].map(
      (screen) => renderHand({ ...NIR, scene: { screen } }).raster.data,
    )
    expect(lit).toEqual(dark)
  })

  it('is bright whatever the tone of the skin', () => {
    const palmLevel = (person: number) => {
      const { raster, truth } = renderHand({ ...NIR, person })
      const { xPx, yPx } = truth.landmarks[9]
      const [wristX, wristY] = [truth.landmarks[0].xPx, truth.landmarks[0].yPx]
      const at = (x: number, y: number) => raster.data[(Math.round(y) * raster.widthPx + Math.round(x)) * 3]
      const levels = Array.from({ length: 9 }, (_, i) => 0.2 + 0.08 * i).map((t) =>
        at(wristX + t * (xPx - wristX), wristY + t * (yPx - wristY)),
      )
      return levels.reduce((sum, level) => sum + level, 0) / levels.length
    }
    for (const person of [1, 2, 3, 4, 5, 6]) {
      expect(palmLevel(person)).toBeGreaterThan(110)
      expect(palmLevel(person)).toBeLessThan(220)
    }
  })
})

describe('veins', () => {
  it('belong to a hand: alike in every view, of no other hand', () => {
    const shape = shapeOf(21, 'R')
    expect(veinsOf(21, 'R', shape)).toEqual(veinsOf(21, 'R', shape))
    expect(veinsOf(21, 'L', shape)).not.toEqual(veinsOf(21, 'R', shape))
    expect(veinsOf(22, 'R', shape)).not.toEqual(veinsOf(21, 'R', shape))
  })

  it('are lines of numbers, of vessels 0.5 to 4 mm wide', () => {
    for (let person = 1; person <= 40; person++) {
      const vessels = veinsOf(person, 'L', shapeOf(person, 'L'))
      expect(vessels.length).toBeGreaterThanOrEqual(5)
      for (const { points, widthMm, depth } of vessels) {
        expect(points.length).toBeGreaterThan(4)
        expect(points.flat().every(Number.isFinite)).toBe(true)
        expect(widthMm).toBeGreaterThan(0.5)
        expect(widthMm).toBeLessThanOrEqual(4)
        expect(depth).toBeGreaterThan(0)
      }
    }
  })
})
