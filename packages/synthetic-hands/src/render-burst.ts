import { isNearInfrared } from './near-infrared.ts'
import { paintPerson } from './paint-person.ts'
import { randomFrom } from './random.ts'
import { frameOf, photograph } from './render-hand.ts'
import { type Setting, settingOf } from './setting.ts'
import type { BurstRequest, Pose, RenderedHand } from './types.ts'

export const DEFAULT_INTERVAL_MS = 80
const MAX_FRAMES = 60

/** How far a hand that tries to hold still sways: shares of the picture, degrees, share of its size. */
const SWAY = { centre: 0.006, turnDeg: 0.9, tiltDeg: 0.7, size: 0.006 }
/** It sways to and fro about once in this time. */
const SWAY_MS = 900

/** One hand held over the camera: the same light and place, a little sway, and the sensor's noise anew each time. */
export function renderBurst(request: BurstRequest): RenderedHand[] {
  return [...burstFrames(request)]
}

/** The same, one picture at a time, for callers that cannot hold a whole burst in memory (2.8 MB a picture). */
export function* burstFrames(request: BurstRequest): Generator<RenderedHand> {
  const { frames, intervalMs = DEFAULT_INTERVAL_MS } = request
  if (!(Number.isInteger(frames) && frames >= 1 && frames <= MAX_FRAMES)) {
    throw new RangeError(`a burst of ${frames} frames; 1–${MAX_FRAMES} are possible`)
  }
  const setting = settingOf(request)
  const { screens } = request
  if (screens && screens.length !== frames) throw new RangeError(`${screens.length} lights for ${frames} frames`)
  const sway = swayOf(request)
  for (let index = 0; index < frames; index++) {
    const lit =
      screens && !isNearInfrared(request)
        ? { ...setting, scene: { ...setting.scene, screen: screens[index] } }
        : setting
    yield renderMoment(lit, sway(setting.pose, index * intervalMs), index)
  }
}

/** One picture of a setting at another pose; `moment` seeds its noise. */
export function renderMoment(setting: Setting, pose: Pose, moment: number): RenderedHand {
  const now = { ...setting, pose }
  const frame = frameOf(now)
  const { truth, window } = paintPerson(frame, now)
  return { raster: photograph(frame, now, window, moment), truth }
}

/** The involuntary movement of a held hand: a sum of two slow waves for each freedom. */
export function swayOf(request: Pick<BurstRequest, 'person' | 'view' | 'hand'>): (pose: Pose, atMs: number) => Pose {
  const random = randomFrom('sway', request.person, request.hand, request.view)
  const wave = (): ((atMs: number) => number) => {
    const [first, second] = [random.between(0, 6.28), random.between(0, 6.28)]
    const [slow, fast] = [random.between(0.7, 1.3), random.between(1.7, 2.9)]
    return (atMs) => {
      const turns = (atMs / SWAY_MS) * 2 * Math.PI
      return 0.75 * Math.sin(first + slow * turns) + 0.4 * Math.sin(second + fast * turns)
    }
  }
  const [x, y, roll, pitch, yaw, size] = [wave(), wave(), wave(), wave(), wave(), wave()]
  return (pose, atMs) => ({
    ...pose,
    centreX: pose.centreX + SWAY.centre * 0.56 * x(atMs),
    centreY: pose.centreY + SWAY.centre * y(atMs),
    rollDeg: pose.rollDeg + SWAY.turnDeg * roll(atMs),
    pitchDeg: pose.pitchDeg + SWAY.tiltDeg * pitch(atMs),
    yawDeg: pose.yawDeg + SWAY.tiltDeg * yaw(atMs),
    handLengthShare: pose.handLengthShare * (1 + SWAY.size * size(atMs)),
  })
}
