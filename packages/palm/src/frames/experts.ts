import { lineCoder } from '../6-embedding/line-coder.ts'
import { openPalmNetwork } from '../6-embedding/palm-network.ts'
import { openHandNetworks } from '../networks/hand-networks.ts'
import type { FrameExperts } from './analyse-frame.ts'

/**
 * Everything the stages of a frame work with: the networks of `modelFolder` (default: those of the package), compiled and warm, and the two
 * palm experts. Throws ModelMissingError.
 */
export async function openFrameExperts(modelFolder?: string): Promise<FrameExperts> {
  const networks = await openHandNetworks(modelFolder)
  return { networks, embedder: await openPalmNetwork(modelFolder), coder: lineCoder }
}
