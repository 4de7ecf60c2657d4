/** When a picture came, as `requestVideoFrameCallback` tells it; both on the clock of `performance.now`. */
export type PictureTime = {
  nowMs: number
  /** When the camera took it. Browsers leave it out for some cameras. */
  captureTime?: number
  /** How many pictures have come until now: most of them nobody looked at. */
  presentedFrames: number
}

/** Pictures that a camera, its driver and the browser hold back together, where nobody tells when a picture was taken: 1 to 2 are usual. */
const HELD_BACK = 2
/** A picture is exposed for no longer than the time from one to the next; what is assumed before two have come: 30 a second. */
const FIRST_INTERVAL_MS = 33
/** Longer gaps are pauses of the page or lost pictures, not exposures: in the darkest scenes cameras give 5 a second. */
const LONGEST_INTERVAL_MS = 250
/** Shorter gaps are two pictures handed over at once. */
const SHORTEST_INTERVAL_MS = 8
/** Share of the newest gap in the running mean: settled after about five pictures. */
const NEWEST = 0.3

/**
 * Tells when the exposure of a picture began, at the latest guess: time stamps are set when a picture is read out or handed over, so a
 * whole exposure lies before them. Errs towards "earlier", which costs a picture of waiting and never takes one of the light before.
 */
export function exposureClock() {
  let intervalMs = FIRST_INTERVAL_MS
  let last: { takenMs: number; presentedFrames: number } | null = null
  return {
    beganMs({ nowMs, captureTime, presentedFrames }: PictureTime): number {
      const takenMs = captureTime ?? nowMs
      const gapMs = last === null ? 0 : (takenMs - last.takenMs) / Math.max(1, presentedFrames - last.presentedFrames)
      if (gapMs >= SHORTEST_INTERVAL_MS && gapMs <= LONGEST_INTERVAL_MS) intervalMs += NEWEST * (gapMs - intervalMs)
      last = { takenMs, presentedFrames }
      return takenMs - intervalMs - (captureTime === undefined ? HELD_BACK * intervalMs : 0)
    },
  }
}
