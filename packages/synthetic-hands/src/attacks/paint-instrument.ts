import { noiseFrom } from '../noise.ts'
import { type Projection, projectionOf } from '../projection.ts'
import type { Linear } from '../skin.ts'
import type { PointPx, Pose } from '../types.ts'
import { between, type HandForm } from './hand-form.ts'
import type { Instrument } from './instrument.ts'
import { lightAt } from './linear-picture.ts'
import { offAxis, type Room, screenLux, tintOfRoom } from './room.ts'
import type { Falling, Surface } from './surface.ts'
import type { ShownHand } from './types.ts'

/** Where the picture's pixels lie on the instrument: millimetres a pixel, and the pixel at the instrument's middle. */
export interface Layout {
  mmPerPx: number
  middle: PointPx
}

/** Lays the shown hand's middle on the instrument's middle, as long as the instrument says. */
export function layoutOf({ landmarks }: ShownHand, { handMm }: Instrument): Layout {
  const lengthPx = Math.hypot(landmarks[0].xPx - landmarks[12].xPx, landmarks[0].yPx - landmarks[12].yPx)
  const middle = {
    xPx: (landmarks[0].xPx + landmarks[12].xPx) / 2,
    yPx: (landmarks[0].yPx + landmarks[12].yPx) / 2,
  }
  return { mmPerPx: handMm / lengthPx, middle }
}

/** The instrument's plane before the camera. Its frame: x to the right, y up, millimetres from its middle. */
export function planeOf(
  { handMm, handShare }: Instrument,
  pose: Pose,
  size: { widthPx: number; heightPx: number },
): Projection {
  return projectionOf(
    { lengthMm: handMm },
    'R',
    { ...pose, handLengthShare: handShare * pose.handLengthShare },
    size.widthPx,
    size.heightPx,
  )
}

/** Light changes slowly over an instrument: it is worked out anew after so many pixels of a row. */
const LIGHT_STEP_PX = 8

/** The middle of the instrument lies where the projection has the middle of a palm. */
const originMm = ({ handMm }: Instrument) => 0.25 * handMm

export function pointOnCamera(plane: Projection, layout: Layout, instrument: Instrument, point: PointPx): PointPx {
  const xMm = (point.xPx - layout.middle.xPx) * layout.mmPerPx
  const yMm = (layout.middle.yPx - point.yPx) * layout.mmPerPx
  const { xPx, yPx } = plane.project(xMm, yMm + originMm(instrument), 0)
  return { xPx, yPx }
}

export interface Painting {
  shown: ShownHand
  /** Of the shown picture; only a cut-out needs it. */
  form: HandForm | null
  instrument: Instrument
  layout: Layout
  plane: Projection
  pose: Pose
  room: Room
  surface: Surface
  flash: Linear | null
}

/** Paints the instrument over a frame of luminances. */
export function paintInstrument(frame: Float32Array, widthPx: number, heightPx: number, painting: Painting): void {
  const { shown, form, instrument, layout, plane, surface } = painting
  const { picture } = shown
  const cutMm = instrument.kind === 'print' ? instrument.cutMm : null
  const cornerMm = instrument.kind === 'display' ? instrument.cornerMm : 0.3
  const [halfWide, halfHigh] = [instrument.widthMm / 2, instrument.heightMm / 2]
  const lightFalling = fallingOn(painting)
  // Without a margin it is all picture: what was beside the picture looks like its edge.
  const fills = instrument.marginMm === 0
  const place = new Float64Array(2)
  const light: Linear = [0, 0, 0]
  const out: Linear = [0, 0, 0]
  const falling: Falling = { lux: [0, 0, 0], mirrored: [0, 0, 0] }
  for (let y = 0, at = 0; y < heightPx; y++) {
    let stale = true
    for (let x = 0; x < widthPx; x++, at += 3) {
      plane.unproject(x + 0.5, y + 0.5, place)
      const xMm = place[0]
      const yMm = place[1] - originMm(instrument)
      const dx = Math.abs(xMm) - halfWide + cornerMm
      const dy = Math.abs(yMm) - halfHigh + cornerMm
      const beyond = Math.hypot(Math.max(0, dx), Math.max(0, dy)) + Math.min(0, Math.max(dx, dy)) - cornerMm
      let cover = Math.min(1, Math.max(0, 0.5 - beyond * plane.pxPerMm))
      if (cover <= 0) continue
      const sourceX = layout.middle.xPx + xMm / layout.mmPerPx
      const sourceY = layout.middle.yPx - yMm / layout.mmPerPx
      if (form && cutMm !== null) {
        const outsideMm = between(form, form.outside, sourceX, sourceY) * layout.mmPerPx
        cover *= Math.min(1, Math.max(0, 0.5 - (outsideMm - cutMm) * plane.pxPerMm))
        if (cover <= 0) continue
      }
      const inPicture =
        (fills || (sourceX >= 0 && sourceY >= 0 && sourceX < picture.widthPx && sourceY < picture.heightPx)) &&
        Math.max(dx, dy) - cornerMm < -instrument.marginMm
      if (inPicture) lightAt(picture, sourceX, sourceY, light)
      if (x % LIGHT_STEP_PX === 0 || stale) lightFalling(xMm, yMm, falling)
      stale = false
      surface(falling, inPicture ? light : null, xMm, yMm, out)
      for (let axis = 0; axis < 3; axis++) frame[at + axis] += (out[axis] - frame[at + axis]) * cover
    }
  }
}

/** Light on a place of the plane: the room's by the angle, the screen's by the distance from its axis, and the mirror images of both. */
function fallingOn({ instrument, pose, room, flash }: Painting): (xMm: number, yMm: number, into: Falling) => void {
  const tint = tintOfRoom(room)
  const screen = screenLux(room, room.distanceM)
  const [lx, ly, lz] = room.lightFrom
  const radians = Math.PI / 180
  const reflections = noiseFrom('reflections', room.seed)
  // The terminal's screen in the mirror: half its size, below the camera that sits at its edge, moved by the instrument's slant.
  const sideMm = 500 * Math.sqrt(room.screenAreaM2)
  const offX = 2000 * room.distanceM * Math.tan(pose.yawDeg * radians)
  const offY = -0.5 * sideMm + 2000 * room.distanceM * Math.tan(pose.pitchDeg * radians)
  const steps = 100
  return (xMm, yMm, into) => {
    const slantX = pose.yawDeg * radians + (instrument.bend * xMm) / 1000
    const slantY = pose.pitchDeg * radians
    const lit = Math.max(0, slantX * lx - slantY * ly + lz) / Math.hypot(slantX, slantY, 1)
    const fromRoom =
      (room.ambientLux * (1 - room.directed + room.directed * lit)) / (1 - room.directed + room.directed * lz)
    const fromScreen = (screen * offAxis(Math.hypot(xMm, yMm), room)) / Math.hypot(slantX, slantY, 1)
    const edge = Math.max(Math.abs(xMm - offX) / 1.2, Math.abs(yMm - offY) * 1.2) - sideMm / 2
    const inMirror = Math.min(1, Math.max(0, 0.5 - edge / 12))
    const around = (room.ambientLux / Math.PI) * Math.max(0.05, 0.4 + 0.6 * reflections(xMm / steps, yMm / steps))
    for (let axis = 0; axis < 3; axis++) {
      const colour = flash?.[axis] ?? 0
      into.lux[axis] = fromRoom * tint[axis] + fromScreen * colour
      into.mirrored[axis] = around * tint[axis] + inMirror * room.screenNits * colour
    }
  }
}
