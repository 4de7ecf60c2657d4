import type { Rotation } from './rotation.ts'
import type { ProtectedEmbedding, ProtectedProbe, ProtectedTemplate } from './template.ts'

/**
 * Turns a vector from one epoch's rotation to another's, without the person: back with the old key, on with the new one, rounded once.
 * Each turn costs less than 0.005 of cosine, so templates outlive many keys.
 */
const turn = (vector: ProtectedEmbedding, from: Rotation, to: Rotation): ProtectedEmbedding =>
  Int8Array.from(to.apply(from.undo(vector)), (value) =>
    Math.max(-127, Math.min(127, Math.round(value))),
  ) as Int8Array as ProtectedEmbedding

function mustBeOf(from: Rotation, { rotationEpoch }: { readonly rotationEpoch: number }): void {
  if (rotationEpoch !== from.epoch) {
    throw new RangeError(`made in epoch ${rotationEpoch}: the rotation of epoch ${from.epoch} does not turn it back`)
  }
}

/** The same template under another key. Throws a RangeError when it was not made under `from`. */
export function rerotateTemplate(template: ProtectedTemplate, from: Rotation, to: Rotation): ProtectedTemplate {
  mustBeOf(from, template)
  return { ...template, embedding: turn(template.embedding, from, to), rotationEpoch: to.epoch }
}

/** The same probe under another key. Throws a RangeError when it was not made under `from`. */
export function rerotateProbe(probe: ProtectedProbe, from: Rotation, to: Rotation): ProtectedProbe {
  mustBeOf(from, probe)
  return { ...probe, embeddings: probe.embeddings.map((vector) => turn(vector, from, to)), rotationEpoch: to.epoch }
}
