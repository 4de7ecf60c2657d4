import { describe, expect, it } from 'vitest'
import { exposureClock } from './exposure-clock.ts'

/** Times of a camera that delivers every `intervalMs`, each picture `heldMs` after it was taken. */
const camera = (intervalMs: number, heldMs: number) => (at: number) => ({
  nowMs: 1_000 + at * intervalMs + heldMs,
  captureTime: 1_000 + at * intervalMs,
  presentedFrames: at,
})

describe('when the exposure of a picture began', () => {
  it('is a whole picture before its time stamp, at the pace that the camera really has', () => {
    for (const intervalMs of [16.7, 33.3, 66.7]) {
      const clock = exposureClock()
      const picture = camera(intervalMs, 40)
      for (let at = 0; at < 20; at++) clock.beganMs(picture(at))
      const { captureTime } = picture(20)
      expect(captureTime - clock.beganMs(picture(20))).toBeCloseTo(intervalMs, 0)
    }
  })

  it('is earlier by what may be held back, where the browser does not tell when a picture was taken', () => {
    const told = exposureClock()
    const untold = exposureClock()
    const picture = camera(33, 0)
    for (let at = 0; at < 20; at++) {
      const seen = picture(at)
      expect(untold.beganMs({ ...seen, captureTime: undefined })).toBeLessThan(told.beganMs(seen))
    }
    const last = picture(20)
    expect(last.nowMs - untold.beganMs({ ...last, captureTime: undefined })).toBeCloseTo(3 * 33, 0)
  })

  it('does not learn from pauses of the page, nor from two pictures handed over at once', () => {
    const clock = exposureClock()
    const stamps = [0, 2_000, 2_001, 2_001]
    const began = stamps.map((nowMs, at) => clock.beganMs({ nowMs, captureTime: nowMs, presentedFrames: at }))
    expect(2_001 - began.at(-1)!).toBe(33)
  })

  it('counts the pictures that nobody looked at', () => {
    const clock = exposureClock()
    const picture = camera(33.3, 10)
    // One look every five pictures, as while a hand is guided.
    for (let at = 0; at <= 100; at += 5) clock.beganMs(picture(at))
    const last = picture(105)
    expect(last.captureTime - clock.beganMs(last)).toBeCloseTo(33.3, 0)
  })
})
