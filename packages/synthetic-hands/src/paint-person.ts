import { backLinesOf } from './back-lines.ts'
import type { Crease } from './crease.ts'
import { creasesOf } from './creases.ts'
import { type Field, fieldOf, type Sleeve } from './field.ts'
import { groovesOf, type Window } from './grooves.ts'
import { type Covering, lightsOf, nodeColours } from './light.ts'
import { paintKnuckles, paintNails } from './nails.ts'
import { isNearInfrared, nearInfraredLines, nearInfraredSkin } from './near-infrared.ts'
import { paintHand, windowOf } from './paint.ts'
import { tiltDegOf } from './pose.ts'
import { projectionOf } from './projection.ts'
import { type Random, randomFrom } from './random.ts'
import type { Setting } from './setting.ts'
import { type HandShape, shapeOf } from './shape.ts'
import { FOLDING_CURL, skeletonOf } from './skeleton.ts'
import { type Linear, skinOf } from './skin.ts'
import type { Scene, Side, Truth } from './types.ts'
import { veinsOf } from './veins.ts'
import { type Stretch, stretchOf, wornCreases } from './wear.ts'

/** What covers the hand, and which side of it is seen. */
export interface Dress {
  side: Side
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
  const { side } = dress
  const shape = shapeOf(person, hand)
  // The back of a right hand has the outline of a left palm.
  const outline = side === 'palm' ? hand : hand === 'R' ? 'L' : 'R'
  const projection = projectionOf(shape, outline, pose, widthPx, heightPx)
  const skeleton = skeletonOf(shape, pose, projection, side)
  const clothes = clothesOf(person, view, scene)
  const field = fieldOf(shape, skeleton, projection, { widthPx, heightPx, sleeve: clothes.sleeve, side })
  const stretch = stretchOf(person, hand, view)
  stretchSkin(field, stretch)
  const window = windowOf(field, widthPx, heightPx)
  const skin = isNearInfrared(request) ? nearInfraredSkin(skinOf(person)) : skinOf(person)
  const covering: Covering = { skin, cloth: dress.glove ?? clothes.colour, person, hand, side }
  if (dress.glove) field.onCloth.fill(1)
  const lights = lightsOf(scene)
  const colours = nodeColours(field, shape, covering, lights, projection.pxPerMm)
  if (side === 'back' && !dress.glove) {
    paintKnuckles(colours, field, shape)
    paintNails(colours, field, shape, skin)
  }
  const lines = linesOf(setting, dress, shape)
  paintHand(frame, widthPx, field, window, {
    colours,
    grooves: groovesOf(lines, skeleton.fingers, projection, stretch, window),
    creaseFactor: skin.crease,
    lights,
    gain,
    pxPerMm: projection.pxPerMm,
    person,
    hand,
    grain: dress.glove ? 0.4 : 1,
    ridged: side === 'palm' && !dress.glove,
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

/** The furrows that show: none under a glove. */
function linesOf({ request, pose }: Setting, { side, glove }: Dress, shape: HandShape): Crease[] {
  const { person, hand, view } = request
  if (glove) return []
  if (side === 'back') return backLinesOf(person, hand, shape)
  const creases = wornCreases(creasesOf(person, hand, shape), person, hand, view)
  if (isNearInfrared(request)) return nearInfraredLines(creases, veinsOf(person, hand, shape))
  if (pose.curl <= FOLDING_CURL) return creases
  // Folded fingers hide the palm's upper part and show their backs.
  const heelMm = 0.13 * shape.lengthMm
  return creases.filter(({ finger, points }) => finger === -1 && points.every(([, y]) => y < heelMm))
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
