import { quantised } from '../6-embedding/quantised.ts'
import type { ProtectedProbe } from '../7-protection/template.ts'
import { weightsOf } from './rescore.ts'
import type { SearchFrame } from './search-messages.ts'

/**
 * Frames for rescoring, best first: the first one decides which palms the others look at. Near-infrared vectors of another head than
 * the gallery's are left out.
 */
export function searchFrames(probes: readonly ProtectedProbe[], nirName: string | null): SearchFrame[] {
  const best = probes.toSorted((a, b) => qualityOf(b) - qualityOf(a))
  const weights = weightsOf(best.map(qualityOf))
  return best.map(({ embedding: vector, field, nir }, i) => ({
    vector,
    field,
    weight: weights[i],
    nir: nir !== undefined && nir.modelName === nirName ? nir.vector : null,
  }))
}

const qualityOf = ({ quality }: ProtectedProbe) => quality ?? 1

/**
 * What a shortlist is searched with: the mean direction of all frames, each with its weight. One pass over the gallery instead of one
 * a frame, and it loses no more: `docs/decisions/0015`. Frames that say nothing (all zeroes) add nothing.
 */
export function meanVector(frames: readonly Pick<SearchFrame, 'vector' | 'weight'>[]): Int8Array {
  const [first, ...others] = frames
  if (others.length === 0) return first.vector
  const sum = new Float32Array(first.vector.length)
  for (const { vector, weight } of frames) {
    const length = Math.hypot(...vector)
    if (length === 0) continue
    for (let i = 0; i < sum.length; i++) sum[i] += (weight * vector[i]) / length
  }
  return quantised(sum)
}
