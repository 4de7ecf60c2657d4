import { describe, expect, it } from 'vitest'
import { exposureClock } from './exposure-clock.ts'

/** Times of a camera that delivers every `intervalMs`, each picture `heldMs` after it was taken. */
const camera = (intervalMs: number, heldMs: number) => (at: number) => ({
  nowMs: 1_000 + at * intervalMs + heldMs,
  captureTime: 1_000 + at * intervalMs,
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
      const { nowMs, captureTime } = picture(at)
      expect(untold.beganMs({ nowMs })).toBeLessThan(told.beganMs({ nowMs, captureTime }))
    }
    const { nowMs } = picture(20)
    expect(nowMs - untold.beganMs({ nowMs })).toBeCloseTo(3 * 33, 0)
  })

  it('does not learn from pauses of the page, nor from two pictures handed over at once', () => {
    const clock = exposureClock()
    clock.beganMs({ nowMs: 0, captureTime: 0 })
    clock.beganMs({ nowMs: 2_000, captureTime: 2_000 })
    clock.beganMs({ nowMs: 2_001, captureTime: 2_001 })
    expect(2_001 - clock.beganMs({ nowMs: 2_001, captureTime: 2_001 })).toBe(33)
  })
})
