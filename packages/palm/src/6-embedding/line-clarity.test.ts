import { describe, expect, test } from 'vitest'
import { REGION_SIDE_PX, type Region } from '../3-region/region.ts'
import { sharpness } from '../4-quality/sharpness.ts'
import { assessLines, MIN_LINE_CLARITY } from './assess-lines.ts'
import { draws, flatRegion, lineTexture } from './line-texture.test-data.ts'

const SIDE = REGION_SIDE_PX

/** Means of three passes over 2r + 1 pixels along both axes: near a Gaussian. */
function blurred({ grey }: Region, radiusPx: number): Region {
  let values = grey
  for (const step of [1, SIDE, 1, SIDE, 1, SIDE]) {
    const before = values
    values = before.map((_, at) => {
      const along = Math.floor(at / step) % SIDE
      const start = at - along * step
      let sum = 0
      for (let k = along - radiusPx; k <= along + radiusPx; k++) {
        sum += before[start + Math.min(SIDE - 1, Math.max(0, k)) * step]
      }
      return sum / (2 * radiusPx + 1)
    })
  }
  return { ...flatRegion(), grey: values }
}

/** A sensor's noise of about two grey levels, the same at every run. */
function noisy(region: Region): Region {
  const draw = draws(1)
  const noise = () => draw() - 0.5
  return { ...region, grey: region.grey.map((value) => value + (noise() + noise() + noise()) * (4 / 255)) }
}

describe('line clarity', () => {
  test('passes lines, and refuses what blur leaves of them', () => {
    expect(assessLines(lineTexture(1))).toMatchObject({ ok: true, code: 'blurred' })
    const soft = assessLines(blurred(lineTexture(1), 6))
    expect(soft.ok).toBe(false)
    expect(soft.message).toContain(String(MIN_LINE_CLARITY))
  })

  test('refuses blur under noise, which sharpness lets pass', () => {
    const hidden = noisy(blurred(lineTexture(2), 6))
    expect(sharpness(hidden).ok).toBe(true)
    expect(assessLines(hidden).ok).toBe(false)
  })

  test('falls as blur grows', () => {
    const values = [0, 2, 4, 6].map((radiusPx) => assessLines(blurred(lineTexture(3), radiusPx)).value)
    expect(values).toEqual([...values].sort((a, b) => b - a))
  })

  test('is nothing on a flat region and on bare shading', () => {
    expect(assessLines(flatRegion()).value).toBe(0)
    const shaded = flatRegion()
    const ball = {
      ...shaded,
      grey: shaded.grey.map((_, i) => 0.3 + 0.4 * Math.exp(-(((i % SIDE) - 40) ** 2 + (i / SIDE - 80) ** 2) / 2000)),
    }
    expect(assessLines(ball).value).toBeLessThan(0.1)
  })
})
