import { REGION_SIDE_PX, regionOf } from '../3-region/region.ts'
import { ModelMissingError, type Network } from '../networks/network.ts'
import { listedOnnxModel, type OnnxModel, readOnnxModel } from '../networks/onnx-models.ts'
import { openOnnx } from '../networks/onnx-network.ts'
import { NIR_DIMS, type NirEmbedder, type NirEmbedding } from './nir-embedding.ts'
import { quantised } from './quantised.ts'
import { unitVectors } from './unit-vectors.ts'

/** int8 per unit of length: an entry of a unit vector of 128 is about 0.088, so a typical entry is 26 of 127. */
const NIR_QUANTUM = 300

/** The weights of a near-infrared head: what they must be, and where they lie (default: in this package). */
export type NirModel = { readonly model: OnnxModel; readonly folder?: string }

/** The head that `models.json` lists; null where it lists none: near infrared is optional. */
export function nirModel(folder?: string): NirModel | null {
  const model = listedOnnxModel('palm-nir')
  return model === null ? null : { model, folder }
}

/** Vectors of other weights are never compared with those of these: the name holds the beginning of their SHA-256. */
export const nirNameOf = ({ model }: NirModel) => `palmnir1-${model.sha256.slice(0, 8)}`

/** Opens the head. Throws ModelMissingError when weights that are listed are missing, altered or of another shape. */
export async function openNirNetwork(nir: NirModel): Promise<NirEmbedder> {
  const { model, folder } = nir
  const rgb = Uint8Array.from({ length: 3 * REGION_SIDE_PX * REGION_SIDE_PX }, (_, i) => 60 + (((i / 3) | 0) % 97))
  const striped = regionOf(rgb, { mirrored: false, sourceSidePx: REGION_SIDE_PX, tiltDeg: 0, hand: null })
  const network = await openOnnx(
    model.name,
    readOnnxModel(model, folder),
    [1, REGION_SIDE_PX, REGION_SIDE_PX],
    striped.grey,
  )
  const embedder = nirEmbedderOf(network, nirNameOf(nir))
  try {
    await embedder.embed([striped])
  } catch (cause) {
    throw new ModelMissingError(model.name, 'it makes no vectors', { cause })
  }
  return embedder
}

/** A network as near-infrared embedder. */
export const nirEmbedderOf = (network: Network, name: string): NirEmbedder => ({
  name,
  async embed(regions) {
    if (regions.length === 0) return []
    const vectors = await unitVectors(network, regions, NIR_DIMS)
    return vectors.map((vector) => quantised(vector, NIR_QUANTUM) as NirEmbedding)
  },
})
