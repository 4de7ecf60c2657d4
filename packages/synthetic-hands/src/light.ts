import type { Field } from './field.ts'
import { noiseFrom } from './noise.ts'
import { randomFrom } from './random.ts'
import type { HandShape } from './shape.ts'
import type { Linear, Skin } from './skin.ts'
import { type Tissue, tissueOf } from './tissue.ts'
import type { Hand, Scene, Side } from './types.ts'

/** Lights as directions in the picture (x right, y down, z to the camera) and linear colours. */
export interface Lights {
  direction: Linear
  main: Linear
  flash: Linear
  ambient: Linear
}

const DEGREE = Math.PI / 180

/** Turns a scene into lights whose sum on a flat white sheet is about 1 before exposure. */
export function lightsOf(scene: Scene): Lights {
  const azimuth = scene.lightAzimuthDeg * DEGREE
  const elevation = scene.lightElevationDeg * DEGREE
  const tint: Linear = [1 + 0.16 * scene.warmth, 1, 1 - 0.24 * scene.warmth]
  const share = (1 - scene.flash) * 0.72
  const [red, green, blue] = scene.screen ?? [0, 0, 0]
  return {
    direction: [Math.cos(azimuth) * Math.cos(elevation), -Math.sin(azimuth) * Math.cos(elevation), Math.sin(elevation)],
    main: [tint[0] * share * 1.1, tint[1] * share * 1.1, tint[2] * share * 1.1],
    flash: [scene.flash * 0.72 + red, scene.flash * 0.74 + green, scene.flash * 0.78 + blue],
    ambient: [0.27 * tint[0], 0.28 * tint[1], 0.29 * tint[2]],
  }
}

/** How skin takes the light, for the whole picture. */
export interface Covering {
  skin: Skin
  /** Colour of the sleeve, or of the whole hand under a glove. */
  cloth: Linear
  person: number
  hand: Hand
  side: Side
}

/** Linear colour of each node: skin, blotches, relief and light, without creases and fine grain. */
export function nodeColours(
  field: Field,
  shape: HandShape,
  covering: Covering,
  lights: Lights,
  pxPerMm: number,
): Float32Array {
  const { skin, cloth } = covering
  const colours = new Float32Array(field.columns * field.rows * 3)
  const broad = noiseFrom('mottle-broad', covering.person, covering.hand)
  const fine = noiseFrom('mottle-fine', covering.person, covering.hand)
  const folds = noiseFrom('cloth', covering.person)
  const random = randomFrom('blood', covering.person, covering.hand)
  const [warmTips, warmMounds] = [random.between(0.02, 0.12), random.between(0.02, 0.1)]
  const { columns, rows, distance } = field
  const tissue = tissueOf(covering.person, covering.hand)
  const height = unevenHeights(field, tissue, pxPerMm)
  const palmTop = shape.fingers[2].rootY + 0.4 * shape.fingers[2].lengths[0]
  const ground = covering.side === 'palm' ? skin.palm : skin.back
  for (let row = 1; row < rows - 1; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const node = row * columns + column
      if (distance[node] > 2.5 * field.stepPx) continue
      const [x, y] = [field.skinX[node], field.skinY[node]]
      const onCloth = field.onCloth[node]
      let slopeX = (height[node + 1] - height[node - 1]) / (2 * field.stepPx)
      let slopeY = (height[node + columns] - height[node - columns]) / (2 * field.stepPx)
      if (onCloth > 0) slopeX += onCloth * 0.5 * folds(x / 9 + 3, y / 16)
      const steep = Math.hypot(slopeX, slopeY)
      const limit = steep > 1.9 ? 1.9 / steep : 1
      slopeX *= limit
      slopeY *= limit
      const shade = shadeOf(slopeX, slopeY, lights)
      const open = 1 - 0.62 * occlusionAt(field, node, row, column)
      // Light that grazes the rim has gone through the more pigmented skin of the side.
      const rim = Math.max(0, Math.min(1, 1 + distance[node] / (3.2 * pxPerMm)))
      const blotch = skin.mottling * (0.6 * broad(x / 11, y / 11) + 0.55 * fine(x / 3.6, y / 3.6))
      const tip = Math.max(0, Math.min(1, (y - palmTop - 25) / 45)) * field.onFinger[node]
      const red = 0.06 * blotch + warmTips * tip + warmMounds * Math.max(0, Math.min(1, shade.relief * 2))
      const pale = (1 + 0.045 * skin.mottling * broad(x / 7 + 31, y / 7 + 17)) * (1 - tissue.shadow(x, y))
      for (let axis = 0; axis < 3; axis++) {
        const base = ground[axis] + (skin.back[axis] - ground[axis]) * rim * 0.55
        const blood = axis === 0 ? 1 + red * 0.25 : 1 - red * (axis === 1 ? 0.85 : 0.6)
        const fabric = cloth[axis] * (1 + 0.12 * folds(x * 1.3, y * 1.3))
        const surface = base * blood * pale * (1 - onCloth) + fabric * onCloth
        // Skin scatters red light past the terminator.
        const lit = axis === 0 ? shade.soft[0] : shade.soft[1]
        const light =
          lights.ambient[axis] * open + lights.main[axis] * lit * open + lights.flash[axis] * shade.facing * open
        const gloss = skin.shine * (1 - onCloth) * shade.gloss * lights.main[axis]
        colours[3 * node + axis] = surface * light + gloss
      }
    }
  }
  return colours
}

/** Heights with the cushions and lumps under bare skin, pixels. */
function unevenHeights({ height, distance, skinX, skinY, onCloth }: Field, tissue: Tissue, pxPerMm: number) {
  return height.map((smooth, node) =>
    distance[node] > 0 ? smooth : smooth + pxPerMm * (1 - onCloth[node]) * tissue.heightMm(skinX[node], skinY[node]),
  )
}

const shade = { soft: [0, 0], facing: 0, gloss: 0, relief: 0 }

function shadeOf(slopeX: number, slopeY: number, lights: Lights): typeof shade {
  const per = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY)
  const [lx, ly, lz] = lights.direction
  const cosine = (-slopeX * lx - slopeY * ly + lz) * per
  shade.soft[0] = Math.max(0, (cosine + 0.28) / 1.28)
  shade.soft[1] = Math.max(0, (cosine + 0.14) / 1.14)
  shade.facing = per
  const halfZ = (lz + 1) / Math.sqrt(2 + 2 * lz)
  const halfPer = 1 / Math.sqrt(2 + 2 * lz)
  const half = Math.max(0, (-slopeX * lx * halfPer - slopeY * ly * halfPer + halfZ) * per)
  shade.gloss = half ** 24
  shade.relief = 1 - per
  return shade
}

const REACHES = [2, 5, 9] as const

/** How much of the sky its surroundings hide from a node, 0…1: between fingers, in the hollow, at the web. */
function occlusionAt(field: Field, node: number, row: number, column: number): number {
  const { columns, rows, height, distance } = field
  let hidden = 0
  for (const reach of REACHES) {
    for (let side = 0; side < 8; side++) {
      const stepX = side === 2 || side === 6 ? 0 : side > 2 && side < 6 ? -reach : reach
      const stepY = side === 0 || side === 4 ? 0 : side < 4 ? reach : -reach
      const [c, r] = [column + stepX, row + stepY]
      if (c < 0 || r < 0 || c >= columns || r >= rows) continue
      const other = r * columns + c
      if (distance[other] > 0) continue
      const rise = (height[other] - height[node]) / (reach * field.stepPx)
      if (rise > 0) hidden += Math.min(1, rise * 0.8)
    }
  }
  return Math.min(1, (hidden / 24) * 1.6)
}
