import { describe, expect, it } from 'vitest'
import { MOTION_HEIGHT_PX, MOTION_START, MOTION_WIDTH_PX, observeMotion } from './motion-guide.ts'

/** A dark scene with a bright square of the given side, its left edge at `left`. */
function scene(side: number, left = 10): Uint8Array {
  const grey = new Uint8Array(MOTION_WIDTH_PX * MOTION_HEIGHT_PX).fill(40)
  for (let y = 4; y < Math.min(4 + side, MOTION_HEIGHT_PX); y += 1) {
    grey.fill(200, y * MOTION_WIDTH_PX + left, y * MOTION_WIDTH_PX + left + side)
  }
  return grey
}
function outcomes(frames: Uint8Array[], everyMs = 100) {
  let state = MOTION_START
  return frames.map((grey, index) => {
    const step = observeMotion(state, grey, index * everyMs)
    state = step.state
    return step.seen.outcome
  })
}

describe('guidance without networks', () => {
  it('waits for something, then for it to be still', () => {
    const frames = [scene(0), scene(0), scene(28, 2), scene(28, 24), scene(28, 24), scene(28, 24)]
    expect(outcomes(frames)).toEqual(['no_hand', 'no_hand', 'adjust', 'adjust', 'good', 'good'])
  })

  it('takes a hand that was there from the start after a while', () => {
    const still = Array.from({ length: 70 }, () => scene(28))
    const seen = outcomes(still)
    expect(seen.indexOf('good')).toBe(60)
    expect(seen.slice(0, 60).every((outcome) => outcome === 'no_hand')).toBe(true)
  })
})
