import { randomFrom } from '../random.ts'
import type { Linear } from '../skin.ts'
import type { PointPx, Raster } from '../types.ts'
import { cameraOf, expose } from './capture.ts'
import { between, type HandForm, handFormOf } from './hand-form.ts'
import { lightAt } from './linear-picture.ts'
import { inverse, middleOf, movedBy, type Similarity, similarityOf, swayFrom } from './motion.ts'
import { offAxis, type Room, roomOf, screenLux } from './room.ts'
import type { PresentationRequest, PresentedFrame, ShownHand } from './types.ts'

const DEFAULT_INTERVAL_MS = 100
const PALM_WIDTH_MM = 85
/** The hand's movement fades out over this many palm widths beside it, so that nothing is torn. */
const FADE_WIDTHS = 0.35

/**
 * The bona fide twin of a still picture: the same hand before the same background, swaying, lit by what lit it and by the terminal's
 * screen. The hand's form is guessed from its points (fingers as rolls, a palm with its mounds), so the fall of the screen's light is a
 * simulation, and what the picture shows as light of the room stays as it is.
 */
export function renderTwin({ picture, landmarks }: ShownHand, request: PresentationRequest): PresentedFrame[] {
  const { seed, flash, intervalMs = DEFAULT_INTERVAL_MS } = request
  const { widthPx, heightPx } = picture
  const random = randomFrom('twin', seed)
  const room = roomOf(random, request)
  const camera = cameraOf(random, seed, flash.length)
  const form = handFormOf(landmarks, widthPx, heightPx)
  const share = screenShare(form, room, middleOf(landmarks))
  const sway = swayFrom(random, random.between(0.5, 2))
  const frame = new Float32Array(widthPx * heightPx * 3)
  return flash.map((colour, index) => {
    const motion = similarityOf(sway(index * intervalMs), middleOf(landmarks), heightPx)
    const back = inverse(motion)
    relight(frame, picture, form, share, back, colour, screenLux(room, room.backgroundM) / room.ambientLux)
    const moved = landmarks.map((point) => movedBy(motion, point))
    const raster = expose(camera, frame, { widthPx, heightPx }, index, moved)
    return { raster, landmarks: moved, offsetMs: index * intervalMs }
  })
}

/** How strongly the screen at full white lights each node of the hand, in parts of the light that the room gives there. */
function screenShare(form: HandForm, room: Room, centre: PointPx): Float32Array {
  const { columns, rows, stepPx, height, palmWidthPx } = form
  const [lx, ly, lz] = room.lightFrom
  const mmPerPx = PALM_WIDTH_MM / palmWidthPx
  const strength = screenLux(room, room.distanceM) / room.ambientLux
  const share = new Float32Array(columns * rows)
  for (let row = 1; row < rows - 1; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const node = row * columns + column
      const slopeX = (height[node + 1] - height[node - 1]) / (2 * stepPx)
      const slopeY = (height[node + columns] - height[node - columns]) / (2 * stepPx)
      const per = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY)
      const lit = Math.max(0, (-slopeX * lx - slopeY * ly + lz) * per)
      // In parts of what a sheet facing the camera gets from the room; the screen stands about where the camera is.
      const own = (1 - room.directed + room.directed * lit) / (1 - room.directed + room.directed * lz)
      const aside = Math.hypot(column * stepPx - centre.xPx, row * stepPx - centre.yPx) * mmPerPx
      share[node] = (strength * per * offAxis(aside, room)) / Math.max(0.15, own)
    }
  }
  return share
}

/** Fills a frame with the picture, its hand moved and lit; `back` leads from where the hand is to where the picture has it. */
function relight(
  frame: Float32Array,
  picture: Raster,
  form: HandForm,
  share: Float32Array,
  back: Similarity,
  colour: Linear | null,
  behind: number,
): void {
  const light: Linear = [0, 0, 0]
  const fadePx = FADE_WIDTHS * form.palmWidthPx
  for (let y = 0.5, at = 0; y < picture.heightPx; y++) {
    for (let x = 0.5; x < picture.widthPx; x++, at += 3) {
      const outsidePx = between(form, form.outside, x, y)
      let [sourceX, sourceY] = [x, y]
      let strength = behind
      if (outsidePx < fadePx) {
        const moves = outsidePx <= 0 ? 1 : 1 - outsidePx / fadePx
        sourceX += moves * (back.a * x - back.b * y + back.tx - x)
        sourceY += moves * (back.b * x + back.a * y + back.ty - y)
        const onHand = Math.min(1, Math.max(0, 0.5 - between(form, form.outside, sourceX, sourceY) / 4))
        if (onHand > 0) strength += onHand * (between(form, share, sourceX, sourceY) - behind)
      }
      lightAt(picture, sourceX, sourceY, light)
      for (let axis = 0; axis < 3; axis++) {
        frame[at + axis] = light[axis] * (1 + (colour === null ? 0 : strength * colour[axis]))
      }
    }
  }
}
