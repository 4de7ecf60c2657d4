import { renderHand } from '@paume/synthetic-hands'
import { place } from './3-region/cut.ts'
import { REGION_SIDE_PX, type Region, regionOf } from './3-region/region.ts'
import { CODE_SIDE } from './6-embedding/code-planes.ts'
import type { Embedder, Embedding, OrientationCode } from './6-embedding/embedding.ts'
import { lineCoder } from './6-embedding/line-coder.ts'
import { draws } from './6-embedding/line-texture.test-data.ts'
import { quantised } from './6-embedding/quantised.ts'
import { sampleAffine } from './resample.ts'

const PICTURE = { widthPx: 640, heightPx: 480, difficulty: 0.1 } as const
/** The palm of a near hand is then sharper than the region that is cut from it. */
const NEAR = { handLengthShare: 0.95, centreX: 0.5, centreY: 0.5 } as const

/** The right palm of somebody who does not exist, cut where the renderer knows that it is. */
export function handRegion(person: number, view = 1): Region {
  const { raster, truth } = renderHand({ person, view, hand: 'R', pose: NEAR, ...PICTURE })
  const landmarks = truth.landmarks.map(({ xPx, yPx }) => ({ x: xPx, y: yPx }))
  const { map, sidePx } = place({ hand: 'R', landmarks })
  const rgb = sampleAffine(raster, map, REGION_SIDE_PX, REGION_SIDE_PX)
  return regionOf(rgb, { mirrored: false, sourceSidePx: sidePx, tiltDeg: truth.tiltDeg, hand: 'R' })
}

export type Stranger = { readonly embedding: Embedding; readonly code: OrientationCode }

/** Palms, besides the two a stranger is made of, that have a say in the vector. */
const OTHERS = 6
/** Of the variance of a vector, what the two palms bring; the others bring the rest. */
const SHARE_OF_TWO = 0.5
/** Rows of a code that each of the two palms keeps at least. */
const FEWEST_ROWS = 8

/**
 * Strangers by the hundred thousand from some hundreds of rendered hands, as alike as those are: the code is the upper part of one hand's
 * and the lower part of another's, so that lines, gaps and lengths are those of palms; the vector leans to the same two hands and is
 * otherwise a chance mixture of all, so that the mean and the covariance over strangers are those over hands. Each is drawn anew.
 */
export async function strangersOf(hands: readonly Region[], embedder: Embedder): Promise<() => Stranger> {
  const vectors = await embedder.embed(hands)
  const codes = hands.map(lineCoder.code)
  const mean = Float32Array.from(
    vectors[0],
    (_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / hands.length,
  )
  const draw = draws(11)
  const anyone = () => Math.floor(draw() * hands.length)
  const bell = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
  return () => {
    const [upper, lower] = [anyone(), anyone()]
    const rows = FEWEST_ROWS + Math.floor(draw() * (CODE_SIDE - 2 * FEWEST_ROWS + 1))
    const vector = mean.slice()
    const lean = (to: number, weight: number) => {
      for (let i = 0; i < vector.length; i++) vector[i] += weight * (vectors[to][i] - mean[i])
    }
    lean(upper, Math.sqrt((SHARE_OF_TWO * rows) / CODE_SIDE))
    lean(lower, Math.sqrt(SHARE_OF_TWO * (1 - rows / CODE_SIDE)))
    for (let i = 0; i < OTHERS; i++) lean(anyone(), bell() * Math.sqrt((1 - SHARE_OF_TWO) / OTHERS))
    // Four bytes a row, plane after plane.
    const code = codes[upper].map((byte, at) => ((at >> 2) % CODE_SIDE < rows ? byte : codes[lower][at]))
    return { embedding: quantised(vector) as Embedding, code: code as OrientationCode }
  }
}
