import { lineCoder } from '../6-embedding/line-coder.ts'
import { type NirModel, nirModel, openNirNetwork } from '../6-embedding/nir-network.ts'
import { openPalmNetwork } from '../6-embedding/palm-network.ts'
import { openHandNetworks } from '../networks/hand-networks.ts'
import type { FrameExperts } from './analyse-frame.ts'

/**
 * Everything the stages of a frame work with: the networks of `modelFolder` (default: those of the package), compiled and warm, and the two
 * palm experts, and the near-infrared head where there is one: `nir` says which, null none. Throws ModelMissingError.
 */
export async function openFrameExperts(
  modelFolder?: string,
  nir: NirModel | null = nirModel(modelFolder),
): Promise<FrameExperts> {
  const networks = await openHandNetworks(modelFolder)
  const embedder = await openPalmNetwork(modelFolder)
  return { networks, embedder, coder: lineCoder, nir: nir && (await openNirNetwork(nir)) }
}
