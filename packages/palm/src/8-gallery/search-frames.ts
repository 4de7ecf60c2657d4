import { EMBEDDING_DIMS } from '../6-embedding/embedding.ts'
import type { ProtectedEmbedding, ProtectedProbe } from '../7-protection/template.ts'
import { weightsOf } from './rescore.ts'
import type { SearchFrame } from './search-messages.ts'

/**
 * Frames for rescoring, best first: the first one decides which palms the others look at. Near-infrared vectors of another head than
 * the gallery's are left out.
 */
export function searchFrames(probes: readonly ProtectedProbe[], nirName: string | null): SearchFrame[] {
  const best = probes.toSorted((a, b) => qualityOf(b) - qualityOf(a))
  const weights = weightsOf(best.map(qualityOf))
  return best.map(({ embeddings: [vector], field, nir }, i) => ({
    vector,
    field,
    weight: weights[i],
    nir: nir !== undefined && nir.modelName === nirName ? nir.vector : null,
  }))
}

const qualityOf = ({ quality }: ProtectedProbe) => quality ?? 1

/** Vectors one after the other. */
export function joined(embeddings: readonly ProtectedEmbedding[]): Int8Array {
  const all = new Int8Array(embeddings.length * EMBEDDING_DIMS)
  embeddings.forEach((embedding, i) => {
    all.set(embedding, i * EMBEDDING_DIMS)
  })
  return all
}
