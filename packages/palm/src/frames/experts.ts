import { lineCoder } from '../6-embedding/line-coder.ts'
import { pooledVector } from '../6-embedding/pooled-vector.ts'
import { openHandNetworks } from '../networks/hand-networks.ts'
import type { FrameExperts } from './analyse-frame.ts'

/** Everything the stages of a frame work with: the networks, compiled, and the two palm experts. Throws ModelMissingError. */
export async function openFrameExperts(): Promise<FrameExperts> {
  return { networks: await openHandNetworks(), embedder: pooledVector, coder: lineCoder }
}
