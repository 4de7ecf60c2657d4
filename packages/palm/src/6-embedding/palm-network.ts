import { REGION_SIDE_PX, type Region, regionOf } from '../3-region/region.ts'
import { ModelMissingError, type Network } from '../networks/network.ts'
import { readOnnxModel } from '../networks/onnx-models.ts'
import { openOnnx } from '../networks/onnx-network.ts'
import { EMBEDDING_DIMS, type Embedder, type Embedding } from './embedding.ts'
import { palmModel, palmNetworkName } from './palm-model.ts'
import { quantised } from './quantised.ts'
import { unitVectors } from './unit-vectors.ts'

const REGION_NUMBERS = REGION_SIDE_PX * REGION_SIDE_PX
/** Regions a run of the network; more at once save nothing on one thread and only take memory. */
const REGIONS_A_RUN = 8

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
  const vectors = await unitVectors(network, regions, EMBEDDING_DIMS)
  return vectors.map((vector) => quantised(vector) as Embedding)
}
