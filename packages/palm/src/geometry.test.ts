import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applySimilarity, fitAffine, fitSimilarity, intersectionOverUnion, wrapAngleRad } from './geometry.ts'

const PALM = [
  { x: -0.26, y: 1.38 },
  { x: 0.5, y: 0 },
  { x: 0.167, y: -0.12 },
  { x: -0.158, y: -0.11 },
  { x: -0.5, y: 0 },
]
const small = fc.double({ min: -300, max: 300, noNaN: true })

describe('fitSimilarity', () => {
  it('finds any turn, scale and move again', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3.1, max: 3.1, noNaN: true }),
        fc.double({ min: 0.1, max: 500, noNaN: true }),
        small,
        small,
        (angleRad, scale, tx, ty) => {
          const truth = { a: scale * Math.cos(angleRad), b: scale * Math.sin(angleRad), tx, ty }
          const fit = fitSimilarity(
            PALM,
            PALM.map((p) => applySimilarity(truth, p)),
          )
          expect(fit.a).toBeCloseTo(truth.a, 6)
          expect(fit.b).toBeCloseTo(truth.b, 6)
          expect(fit.tx).toBeCloseTo(tx, 6)
          expect(fit.ty).toBeCloseTo(ty, 6)
        },
      ),
    )
  })

  it('never mirrors: a mirrored palm leaves a rest', () => {
    const mirrored = PALM.map(({ x, y }) => ({ x: -x, y }))
    const fit = fitSimilarity(PALM, mirrored)
    const rest = PALM.reduce((sum, p, i) => {
      const q = applySimilarity(fit, p)
      return sum + Math.hypot(q.x - mirrored[i].x, q.y - mirrored[i].y)
    }, 0)
    expect(rest).toBeGreaterThan(0.5)
  })

  it('needs two different places', () => {
    expect(() => fitSimilarity([PALM[0], PALM[0]], [PALM[0], PALM[1]])).toThrow(RangeError)
  })
})

describe('fitAffine', () => {
  it('finds any affine map again', () => {
    fc.assert(
      fc.property(small, small, small, small, small, small, (a, b, c, d, e, f) => {
        const to = PALM.map(({ x, y }) => ({ x: a * x + b * y + c, y: d * x + e * y + f }))
        fitAffine(PALM, to).forEach((value, i) => {
          expect(value).toBeCloseTo([a, b, c, d, e, f][i], 5)
        })
      }),
    )
  })

  it('refuses places in a line', () => {
    const line = [0, 1, 2].map((x) => ({ x, y: 2 * x }))
    expect(() => fitAffine(line, line)).toThrow(RangeError)
  })
})

it('wraps angles into (−π, π]', () => {
  expect(wrapAngleRad(Math.PI)).toBeCloseTo(Math.PI)
  expect(wrapAngleRad(-Math.PI)).toBeCloseTo(Math.PI)
  expect(wrapAngleRad(7)).toBeCloseTo(7 - 2 * Math.PI)
})

it('measures the overlap of boxes', () => {
  const box = { leftPx: 0, topPx: 0, widthPx: 10, heightPx: 10 }
  expect(intersectionOverUnion(box, box)).toBe(1)
  expect(intersectionOverUnion(box, { ...box, leftPx: 5 })).toBeCloseTo(1 / 3)
  expect(intersectionOverUnion(box, { ...box, leftPx: 10 })).toBe(0)
})
