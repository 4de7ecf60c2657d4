import { defocus, develop } from '../camera.ts'
import type { Random } from '../random.ts'
import type { Linear } from '../skin.ts'
import type { PointPx, Raster } from '../types.ts'

/** One camera for one burst: exposure is set once, white balance drifts a little from frame to frame. */
export interface Camera {
  blurPx: number
  noiseLevels: number
  /** Green of the hand after exposure, linear. */
  aim: number
  /** Factors on the colours of each frame. */
  drift: readonly Linear[]
  /** How much of each other colour leaks into a colour (negative: too much was taken off), by rows. */
  leak: readonly Linear[]
  gain: number | null
  seed: number
}

/** White balance and exposure that follow the scene change by about this much between frames. */
const DRIFT = 0.004

export function cameraOf(random: Random, seed: number, frames: number): Camera {
  const start: Linear = [random.normal(1, 0.05), 1, random.normal(1, 0.06)]
  const drift: Linear[] = []
  for (let frame = 0; frame < frames; frame++) {
    const before: Linear = drift[frame - 1] ?? start
    const brightness = 1 + random.normal(0, 2 * DRIFT)
    drift.push([
      before[0] * (1 + random.normal(0, DRIFT)) * brightness,
      before[1] * brightness,
      before[2] * (1 + random.normal(0, DRIFT)) * brightness,
    ])
  }
  return {
    blurPx: random.between(0.45, 0.95),
    noiseLevels: random.between(1, 3),
    aim: random.between(0.2, 0.4),
    drift,
    leak: [0, 1, 2].map(
      (row) => [0, 1, 2].map((column) => (row === column ? 0 : random.normal(0.02, 0.035))) as Linear,
    ),
    gain: null,
    seed,
  }
}

/** Turns luminances into the picture of one frame; the first frame sets the exposure by the palm's brightness. */
export function expose(
  camera: Camera,
  frame: Float32Array,
  size: { widthPx: number; heightPx: number },
  index: number,
  landmarks: readonly PointPx[],
): Raster {
  const { widthPx, heightPx } = size
  camera.gain ??= camera.aim / Math.max(1e-6, greenOfPalm(frame, widthPx, heightPx, landmarks))
  const factors = camera.drift[index].map((factor) => factor * (camera.gain ?? 1))
  const [redFactor, greenFactor, blueFactor] = factors
  const [[, rg, rb], [gr, , gb], [br, bg]] = camera.leak
  for (let at = 0; at < frame.length; at += 3) {
    const red = frame[at]
    const green = frame[at + 1]
    const blue = frame[at + 2]
    frame[at] = Math.max(0, red + rg * (green - red) + rb * (blue - red)) * redFactor
    frame[at + 1] = Math.max(0, green + gr * (red - green) + gb * (blue - green)) * greenFactor
    frame[at + 2] = Math.max(0, blue + br * (red - blue) + bg * (green - blue)) * blueFactor
  }
  defocus(frame, widthPx, { x0: 0, y0: 0, width: widthPx, height: heightPx }, camera.blurPx)
  return develop(frame, widthPx, heightPx, camera.noiseLevels, 'presentation', camera.seed, index)
}

function greenOfPalm(frame: Float32Array, widthPx: number, heightPx: number, landmarks: readonly PointPx[]): number {
  let sum = 0
  let count = 0
  for (let step = 0; step < 64; step++) {
    const root = landmarks[5 + 4 * (step % 4)]
    const share = 0.2 + (0.7 * Math.floor(step / 4)) / 16
    const x = Math.round(landmarks[0].xPx + share * (root.xPx - landmarks[0].xPx))
    const y = Math.round(landmarks[0].yPx + share * (root.yPx - landmarks[0].yPx))
    if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) continue
    sum += frame[(y * widthPx + x) * 3 + 1]
    count++
  }
  return count === 0 ? 1 : sum / count
}
