import { REGION_SIDE_PX, type Region, regionOf } from '../3-region/region.ts'
import { ModelMissingError, type Network } from '../networks/network.ts'
import { readOnnxModel } from '../networks/onnx-models.ts'
import { openOnnx } from '../networks/onnx-network.ts'
import { EMBEDDING_DIMS, type Embedder, type Embedding } from './embedding.ts'
import { palmModel, palmNetworkName } from './palm-model.ts'
import { quantised } from './quantised.ts'

const REGION_NUMBERS = REGION_SIDE_PX * REGION_SIDE_PX
/** Regions a run of the network; more at once save nothing on one thread and only take memory. */
const REGIONS_A_RUN = 8
/** The network ends in a division by the length: further from 1 than this, something is broken. */
const MAX_LENGTH_ERROR = 1e-3

/**
 * The learnt embedder, trained on synthetic palms only (`training/`). Takes grey regions as they are; light and contrast are taken
 * out inside the network. Throws ModelMissingError when the weights are missing, altered or of another shape.
 */
export async function openPalmNetwork(modelFolder?: string): Promise<Embedder> {
  const model = palmModel()
  const network = await openOnnx(model.name, readOnnxModel(model, modelFolder), [1, REGION_SIDE_PX, REGION_SIDE_PX])
  const embedder = embedderOf(network, palmNetworkName(model))
  const rgb = new Uint8Array(3 * REGION_NUMBERS).fill(128)
  const flat = regionOf(rgb, { mirrored: false, sourceSidePx: REGION_SIDE_PX, tiltDeg: 0, hand: null })
  try {
    await embedder.embed([flat])
  } catch (cause) {
    throw new ModelMissingError(model.name, 'it makes no vectors', { cause })
  }
  return embedder
}

/** A network that answers anything but vectors of unit length is a broken invariant: `embed` throws, and the frame fails. */
export function embedderOf(network: Network, name: string): Embedder {
  return {
    name,
    dims: EMBEDDING_DIMS,
    async embed(regions) {
      const made: Embedding[] = []
      for (let first = 0; first < regions.length; first += REGIONS_A_RUN) {
        made.push(...(await embedOnce(network, regions.slice(first, first + REGIONS_A_RUN))))
      }
      return made
    },
  }
}

async function embedOnce(network: Network, regions: readonly Region[]): Promise<Embedding[]> {
  const input = new Float32Array(regions.length * REGION_NUMBERS)
  regions.forEach(({ grey }, i) => {
    if (grey.length !== REGION_NUMBERS)
      throw new RangeError(`a region has ${REGION_NUMBERS} pixels, not ${grey.length}`)
    input.set(grey, i * REGION_NUMBERS)
  })
  const [values] = await network.run(input)
  if (values?.length !== regions.length * EMBEDDING_DIMS) {
    throw new Error(`the palm network answered ${values?.length} numbers for ${regions.length} regions`)
  }
  return regions.map((_, i) => {
    const vector = values.subarray(i * EMBEDDING_DIMS, (i + 1) * EMBEDDING_DIMS)
    let square = 0
    for (const value of vector) square += value * value
    // Written so that a value that is no number fails as well.
    if (!(Math.abs(Math.sqrt(square) - 1) <= MAX_LENGTH_ERROR)) {
      throw new Error(`the palm network answered a vector of length ${Math.sqrt(square)}`)
    }
    return quantised(vector) as Embedding
  })
}
