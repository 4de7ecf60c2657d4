import { describe, expect, it } from 'vitest'
import { DETECTOR_SIDE_PX, palmAnchors } from './anchors.ts'
import type { PalmBox } from './hand.ts'
import { squareToPicture } from './network-input.ts'
import { decodePalms } from './palm-detector.ts'
import { squareFromLandmarks, squareFromPalm } from './squares.ts'
import { mergeOverlapping } from './suppression.ts'

const box = (leftPx: number, topPx: number, sidePx: number, confidence: number): PalmBox => ({
  box: { leftPx, topPx, widthPx: sidePx, heightPx: sidePx },
  points: Array.from({ length: 7 }, (_, i) => ({ x: leftPx + i, y: topPx })),
  confidence,
})

describe('palmAnchors', () => {
  it('lays 2016 boxes: 24² cells with two, then 12² cells with six', () => {
    const anchors = palmAnchors()
    expect(anchors.length).toBe(2 * 2016)
    expect([...anchors.subarray(0, 6)].map((v) => Math.round(v * 48))).toEqual([1, 1, 1, 1, 3, 1])
    expect([...anchors.subarray(2 * 1152, 2 * 1152 + 2)].map((v) => Math.round(v * 24))).toEqual([1, 1])
    expect(anchors.at(-1)).toBeCloseTo(23 / 24)
  })
})

describe('decodePalms', () => {
  const boxes = new Float32Array(2016 * 18)
  const logits = new Float32Array(2016).fill(-20)
  // The first anchor of the cell in row 6, column 6 of the fine layer: its middle is at (6.5 / 24) · 192 = 52.
  const anchor = 2 * (6 * 24 + 6)
  boxes.set([4, -4, 40, 48, 1, 2], anchor * 18)
  logits[anchor] = 3

  it('adds offsets to the anchor and maps to the picture', () => {
    const square = { centre: { x: 192, y: 192 }, sidePx: 2 * DETECTOR_SIDE_PX, angleRad: 0 }
    const [found, ...more] = decodePalms(boxes, logits, squareToPicture(square, DETECTOR_SIDE_PX), 0.5)
    expect(more).toEqual([])
    expect(found.confidence).toBeCloseTo(1 / (1 + Math.exp(-3)))
    expect(found.box.widthPx).toBeCloseTo(80)
    expect(found.box.heightPx).toBeCloseTo(96)
    expect(found.box.leftPx + 40).toBeCloseTo(2 * 56)
    expect(found.box.topPx + 48).toBeCloseTo(2 * 48)
    expect(found.points[0].x).toBeCloseTo(106, 3)
    expect(found.points[0].y).toBeCloseTo(108, 3)
  })

  it('turns places with the square it looked through', () => {
    const square = { centre: { x: 96, y: 96 }, sidePx: DETECTOR_SIDE_PX, angleRad: Math.PI }
    const [found] = decodePalms(boxes, logits, squareToPicture(square, DETECTOR_SIDE_PX), 0.5)
    expect(found.box.leftPx + found.box.widthPx / 2).toBeCloseTo(192 - 56)
    expect(found.box.topPx + found.box.heightPx / 2).toBeCloseTo(192 - 48)
  })

  it('leaves out what is less sure than asked', () => {
    expect(decodePalms(boxes, logits, [1, 0, 0, 0, 1, 0], 0.96)).toEqual([])
  })
})

describe('mergeOverlapping', () => {
  it('averages overlapping boxes by confidence and keeps the best confidence', () => {
    const [one, ...more] = mergeOverlapping([box(0, 0, 100, 0.6), box(10, 0, 100, 0.9)])
    expect(more).toEqual([])
    expect(one.confidence).toBe(0.9)
    expect(one.box.leftPx).toBeCloseTo(6)
    expect(one.points[3].x).toBeCloseTo(9)
  })

  it('keeps boxes apart that hardly overlap, surest first', () => {
    const merged = mergeOverlapping([box(0, 0, 100, 0.6), box(80, 0, 100, 0.9), box(500, 0, 10, 0.7)])
    expect(merged.map(({ confidence }) => confidence)).toEqual([0.9, 0.7, 0.6])
  })

  it('merges nothing into nothing', () => {
    expect(mergeOverlapping([])).toEqual([])
  })
})

describe('the square about a hand', () => {
  it('stands upright over an upright palm and lies toward the fingers', () => {
    const palm = box(100, 100, 50, 0.9)
    palm.points[0] = { x: 125, y: 160 }
    palm.points[2] = { x: 125, y: 100 }
    const square = squareFromPalm(palm)
    expect(square.angleRad).toBeCloseTo(0)
    expect(square.centre.x).toBeCloseTo(125)
    expect(square.centre.y).toBeCloseTo(100)
    expect(square.sidePx).toBeCloseTo(130)
  })

  it('turns with the hand', () => {
    const palm = box(100, 100, 50, 0.9)
    palm.points[0] = { x: 90, y: 125 }
    palm.points[2] = { x: 150, y: 125 }
    const square = squareFromPalm(palm)
    expect(square.angleRad).toBeCloseTo(Math.PI / 2)
    expect(square.centre.x).toBeCloseTo(150)
  })

  it('is the same, turned, about turned landmarks', () => {
    const upright = Array.from({ length: 21 }, (_, i) => ({ x: 100 + 9 * (i % 5), y: 300 - 13 * i }))
    const turned = upright.map(({ x, y }) => ({ x: -y, y: x }))
    const first = squareFromLandmarks(upright)
    const second = squareFromLandmarks(turned)
    expect(second.sidePx).toBeCloseTo(first.sidePx)
    expect(second.centre.x).toBeCloseTo(-first.centre.y)
    expect(second.centre.y).toBeCloseTo(first.centre.x)
    expect(second.angleRad).toBeCloseTo(first.angleRad + Math.PI / 2)
  })
})
