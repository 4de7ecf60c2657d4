import { type Random, randomFrom } from '../random.ts'
import type { Linear } from '../skin.ts'
import type { Pose, Raster } from '../types.ts'
import { cameraOf, expose } from './capture.ts'
import { handFormOf } from './hand-form.ts'
import { type Instrument, instrumentOf } from './instrument.ts'
import { lightAt } from './linear-picture.ts'
import { inverse, middleOf, movedBy, type Shift, similarityOf, swayFrom } from './motion.ts'
import { layoutOf, paintInstrument, planeOf, pointOnCamera } from './paint-instrument.ts'
import { renderTwin } from './render-twin.ts'
import { paintRoom, roomOf } from './room.ts'
import { displaySurface, printSurface } from './surface.ts'
import type { PresentationRequest, PresentedFrame, ShownHand, Species } from './types.ts'

const DEFAULT_INTERVAL_MS = 100

/**
 * A burst of an attack with one picture of a hand, as a terminal's camera would take it. One seed is one room, instrument and camera.
 * Pure: the same request gives the same bytes.
 */
export function renderAttack(species: Species, shown: ShownHand, request: PresentationRequest): PresentedFrame[] {
  switch (species) {
    case 'injected-still':
      return fedIn(shown, request, 0)
    case 'injected-tinted':
      return fedIn(shown, request, randomFrom('tint', request.seed).between(0.3, 1.5))
    case 'injected-film':
      return renderTwin(shown, { ...request, flash: request.flash.map(() => null) })
    case 'injected-old-flash':
      return renderTwin(shown, { ...request, flash: shiftedColours(request) })
    case 'replayed-film': {
      const film = renderTwin(shown, { ...request, seed: request.seed + 1, flash: request.flash.map(() => null) })
      return presented(species, (index) => ({ picture: film[index].raster, landmarks: film[index].landmarks }), request)
    }
    default:
      return presented(species, () => shown, request)
  }
}

function presented(
  species: Species,
  shownAt: (index: number) => ShownHand,
  request: PresentationRequest,
): PresentedFrame[] {
  const { seed, flash, intervalMs = DEFAULT_INTERVAL_MS, widthPx = 1280, heightPx = 720 } = request
  const random = randomFrom('attack', species, seed)
  const room = roomOf(random, request)
  const camera = cameraOf(random, seed, flash.length)
  const instrument = instrumentOf(species, random)
  const place = placeOf(random)
  // On a stand, or in a hand that sways as any hand does.
  const sway = swayFrom(random, random.chance(0.2) ? 0 : random.between(0.5, 2))
  const lensSigmaPx = random.between(0.25, 0.6)
  const frame = new Float32Array(widthPx * heightPx * 3)
  const first = shownAt(0)
  const layout = layoutOf(first, instrument)
  // What is cut out shows a still.
  const form = isCutOut(instrument) ? handFormOf(first.landmarks, first.picture.widthPx, first.picture.heightPx) : null
  return flash.map((colour, index) => {
    const shown = shownAt(index)
    const pose = swayed(place, sway(index * intervalMs))
    const plane = planeOf(instrument, pose, { widthPx, heightPx })
    const surface =
      instrument.kind === 'print'
        ? printSurface(instrument, plane.pxPerMm, lensSigmaPx, seed)
        : displaySurface(instrument, plane.pxPerMm, lensSigmaPx)
    paintRoom(frame, widthPx, heightPx, room, colour)
    paintInstrument(frame, widthPx, heightPx, {
      shown,
      form,
      instrument,
      layout,
      plane,
      pose,
      room,
      surface,
      flash: colour,
    })
    const landmarks = shown.landmarks.map((point) => pointOnCamera(plane, layout, instrument, point))
    const raster = expose(camera, frame, { widthPx, heightPx }, index, landmarks)
    return { raster, landmarks, offsetMs: index * intervalMs }
  })
}

const isCutOut = (instrument: Instrument) => instrument.kind === 'print' && instrument.cutMm !== null

function placeOf(random: Random): Pose {
  return {
    rollDeg: random.normal(0, 5),
    pitchDeg: random.normal(0, 5),
    yawDeg: random.normal(0, 5),
    handLengthShare: 1,
    centreX: 0.5 + random.normal(0, 0.02),
    centreY: 0.5 + random.normal(0, 0.015),
    spread: 1,
    curl: 0,
  }
}

const swayed = (pose: Pose, { x, y, rollDeg, pitchDeg, yawDeg, growth }: Shift): Pose => ({
  ...pose,
  rollDeg: pose.rollDeg + rollDeg,
  pitchDeg: pose.pitchDeg + pitchDeg,
  yawDeg: pose.yawDeg + yawDeg,
  handLengthShare: pose.handLengthShare * growth,
  centreX: pose.centreX + 0.56 * x,
  centreY: pose.centreY + y,
})

/**
 * One picture fed in, moved about a little as a whole, with a little noise so that no frame equals another, and tinted by so much of the
 * asked colours.
 */
function fedIn({ picture, landmarks }: ShownHand, request: PresentationRequest, tint: number): PresentedFrame[] {
  const { seed, flash, intervalMs = DEFAULT_INTERVAL_MS } = request
  const random = randomFrom('fed-in', seed)
  const camera = { ...cameraOf(random, seed, flash.length), blurPx: 0, gain: 1 }
  const sway = swayFrom(random, random.between(0.3, 1.5))
  return flash.map((colour, index) => {
    const motion = similarityOf(sway(index * intervalMs), middleOf(landmarks), picture.heightPx)
    const back = inverse(motion)
    const frame = linearMoved(picture, back)
    const { widthPx, heightPx } = picture
    const still = { ...camera, drift: flash.map(() => tintOf(colour, tint)), leak: NO_LEAK }
    const moved = landmarks.map((point) => movedBy(motion, point))
    return {
      raster: expose(still, frame, { widthPx, heightPx }, index, moved),
      landmarks: moved,
      offsetMs: index * intervalMs,
    }
  })
}

const NO_LEAK: readonly Linear[] = [
  [0, 0, 0],
  [0, 0, 0],
  [0, 0, 0],
]
/** Factors of a tint that leave brightness about as it is. */
const tintOf = (colour: Linear | null, tint: number): Linear =>
  [0, 1, 2].map((axis) => (1 + tint * (colour?.[axis] ?? 0)) / (1 + 0.5 * tint)) as Linear

function linearMoved(picture: Raster, back: ReturnType<typeof inverse>): Float32Array {
  const frame = new Float32Array(picture.widthPx * picture.heightPx * 3)
  const light: Linear = [0, 0, 0]
  for (let y = 0, at = 0; y < picture.heightPx; y++) {
    for (let x = 0; x < picture.widthPx; x++, at += 3) {
      const { xPx, yPx } = movedBy(back, { xPx: x + 0.5, yPx: y + 0.5 })
      lightAt(picture, xPx, yPx, light)
      frame.set(light, at)
    }
  }
  return frame
}

/** The sequence one step late: what an attacker has who recorded another capture. A frame without neighbour keeps its colour. */
const shiftedColours = ({ flash }: PresentationRequest) => flash.map((_, index) => flash[(index + 1) % flash.length])
