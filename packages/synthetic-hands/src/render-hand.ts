import { paintBackground } from './background.ts'
import { defocus, develop, motionSmear } from './camera.ts'
import { creasesOf } from './creases.ts'
import { type Field, fieldOf, type Sleeve } from './field.ts'
import { groovesOf, type Window } from './grooves.ts'
import { type Covering, lightsOf, nodeColours } from './light.ts'
import { paintHand, windowOf } from './paint.ts'
import { poseOf, tiltDegOf } from './pose.ts'
import { projectionOf } from './projection.ts'
import { type Random, randomFrom } from './random.ts'
import { sceneOf } from './scene.ts'
import { shapeOf } from './shape.ts'
import { skeletonOf } from './skeleton.ts'
import { type Linear, skinOf } from './skin.ts'
import type { HandRequest, Pose, RenderedHand, Scene, Truth } from './types.ts'
import { type Stretch, stretchOf, wornCreases } from './wear.ts'

export const DEFAULT_WIDTH_PX = 1280
export const DEFAULT_HEIGHT_PX = 720

/** Everything that was drawn for one picture before any pixel is painted. */
export interface Setting {
  request: HandRequest
  widthPx: number
  heightPx: number
  pose: Pose
  scene: Scene
  gain: number
}

/** Draws pose, light and exposure for a request. */
export function settingOf(request: HandRequest): Setting {
  const widthPx = request.widthPx ?? DEFAULT_WIDTH_PX
  const heightPx = request.heightPx ?? DEFAULT_HEIGHT_PX
  if (!(widthPx >= 64 && heightPx >= 64 && widthPx <= 4096 && heightPx <= 4096)) {
    throw new RangeError(`picture of ${widthPx}×${heightPx} pixels; sides must be 64–4096`)
  }
  const scene = sceneOf(request)
  return { request, widthPx, heightPx, pose: poseOf(request, widthPx, heightPx), scene, gain: gainOf(request, scene) }
}

/** Auto exposure: brightens dark palms part of the way, then errs by the scene's stops. */
function gainOf(request: HandRequest, scene: Scene): number {
  const { palm } = skinOf(request.person)
  const level = 0.3 * palm[0] + 0.6 * palm[1] + 0.1 * palm[2]
  return 1.02 * (0.36 / level) ** 0.62 * 2 ** scene.exposureStops
}

/** What covers the hand, and which side of it is seen. */
export interface Dress {
  side: 'palm' | 'back'
  /** Colour of a glove, or null for bare skin. */
  glove: Linear | null
}

const BARE: Dress = { side: 'palm', glove: null }

/** Paints one hand with its arm over a linear frame and says where its points are. */
export function paintPerson(
  frame: Float32Array,
  setting: Setting,
  dress: Dress = BARE,
): { truth: Truth; window: Window } {
  const { request, widthPx, heightPx, pose, scene, gain } = setting
  const { person, hand, view } = request
  const shape = shapeOf(person, hand)
  const projection = projectionOf(shape, hand, pose, widthPx, heightPx)
  const skeleton = skeletonOf(shape, pose, projection)
  const clothes = clothesOf(person, view, scene)
  const field = fieldOf(shape, skeleton, projection, { widthPx, heightPx, sleeve: clothes.sleeve })
  const stretch = stretchOf(person, hand, view)
  stretchSkin(field, stretch)
  const window = windowOf(field, widthPx, heightPx)
  const skin = skinOf(person)
  const covering: Covering = { skin, cloth: dress.glove ?? clothes.colour, person, hand, side: dress.side }
  if (dress.glove) field.onCloth.fill(1)
  const creases =
    dress.glove || dress.side === 'back' ? [] : wornCreases(creasesOf(person, hand, shape), person, hand, view)
  const lights = lightsOf(scene)
  paintHand(frame, widthPx, field, window, {
    colours: nodeColours(field, shape, covering, lights, projection.pxPerMm),
    grooves: groovesOf(creases, skeleton.fingers, projection, stretch, window),
    creaseFactor: skin.crease,
    lights,
    gain,
    pxPerMm: projection.pxPerMm,
    person,
    hand,
    grain: dress.glove ? 0.4 : 1,
  })
  const { landmarks } = skeleton
  const palmWidthPx = Math.hypot(landmarks[5].xPx - landmarks[17].xPx, landmarks[5].yPx - landmarks[17].yPx)
  const truth: Truth = {
    hand,
    person,
    view,
    landmarks,
    tiltDeg: tiltDegOf(pose),
    rollDeg: pose.rollDeg,
    palmWidthPx,
    pose,
    scene,
  }
  return { truth, window }
}

function clothesOf(person: number, view: number, scene: Scene): { sleeve: Sleeve | null; colour: Linear } {
  const random: Random = randomFrom('clothes', person, view)
  const level = random.between(0.02, 0.5)
  const colour = [0, 1, 2].map(() => level * random.between(0.5, 1.4)) as Linear
  if (scene.arm === 'bare') return { sleeve: null, colour }
  const fromMm = scene.arm === 'sleeve' ? random.between(8, 22) : random.between(24, 45)
  return { sleeve: { fromMm, thickMm: random.between(2, 6) }, colour }
}

const moved = new Float64Array(2)

function stretchSkin(field: Field, stretch: Stretch): void {
  for (let node = 0; node < field.skinX.length; node++) {
    if (field.distance[node] > 3 * field.stepPx) continue
    stretch(field.skinX[node], field.skinY[node], moved)
    field.skinX[node] += moved[0]
    field.skinY[node] += moved[1]
  }
}

/** One frame is kept to draw in: eleven megabytes are slow to ask for anew for every picture. */
let drawingFrame = new Float32Array(0)

/** The drawing frame, filled with the surroundings of a setting; the next picture overwrites it. */
export function frameOf(
  setting: Setting,
  seed: string = `${setting.request.person}/${setting.request.view}`,
): Float32Array {
  const size = setting.widthPx * setting.heightPx * 3
  if (drawingFrame.length !== size) drawingFrame = new Float32Array(size)
  const frame = drawingFrame
  paintBackground(frame, setting.widthPx, setting.heightPx, setting.scene.background, seed, setting.gain)
  return frame
}

/** Lens, shutter and sensor. `moment` seeds the noise of one picture of a burst. */
export function photograph(frame: Float32Array, setting: Setting, window: Window, moment = 0): RenderedHand['raster'] {
  const { widthPx, heightPx, scene, request } = setting
  motionSmear(frame, widthPx, window, scene.motionBlurPx, scene.motionDirectionDeg)
  defocus(frame, widthPx, window, scene.blurPx)
  return develop(frame, widthPx, heightPx, scene.noiseLevels, request.person, request.hand, request.view, moment)
}

/**
 * Renders the palm side of one hand of a person who does not exist.
 * Pure: the same request gives the same bytes. About 100 ms for 1280×720 on one core.
 */
export function renderHand(request: HandRequest): RenderedHand {
  const setting = settingOf(request)
  const frame = frameOf(setting)
  const { truth, window } = paintPerson(frame, setting)
  return { raster: photograph(frame, setting, window), truth }
}
