import type { Rotation, Turn } from './rotation.ts'
import type {
  ProtectedEmbedding,
  ProtectedNir,
  ProtectedNirVector,
  ProtectedProbe,
  ProtectedTemplate,
} from './template.ts'

/**
 * Turns a vector from one epoch's rotation to another's, without the person: back with the old key, on with the new one, rounded once.
 * Each turn costs less than 0.005 of cosine, so templates outlive many keys.
 */
const turned = (vector: Int8Array, from: Turn, to: Turn): Int8Array =>
  Int8Array.from(to.apply(from.undo(vector)), (value) => Math.max(-127, Math.min(127, Math.round(value))))

const turn = (vector: ProtectedEmbedding, from: Rotation, to: Rotation) =>
  turned(vector, from, to) as ProtectedEmbedding

const turnNir = (nir: ProtectedNir | undefined, from: Rotation, to: Rotation): { nir?: ProtectedNir } =>
  nir === undefined ? {} : { nir: { ...nir, vector: turned(nir.vector, from.nir, to.nir) as ProtectedNirVector } }

function mustBeOf(from: Rotation, { rotationEpoch, rotationId }: { rotationEpoch: number; rotationId?: string }): void {
  if (rotationEpoch !== from.epoch) {
    throw new RangeError(`made in epoch ${rotationEpoch}: the rotation of epoch ${from.epoch} does not turn it back`)
  }
  if (rotationId !== undefined && rotationId !== from.id) throw new RangeError('made under another key of that epoch')
}

/** The same template under another key. Throws a RangeError when it was not made under `from`. */
export function rerotateTemplate(template: ProtectedTemplate, from: Rotation, to: Rotation): ProtectedTemplate {
  mustBeOf(from, template)
  const embedding = turn(template.embedding, from, to)
  return { ...template, embedding, rotationEpoch: to.epoch, rotationId: to.id, ...turnNir(template.nir, from, to) }
}

/** The same probe under another key. Throws a RangeError when it was not made under `from`. */
export function rerotateProbe(probe: ProtectedProbe, from: Rotation, to: Rotation): ProtectedProbe {
  mustBeOf(from, probe)
  const embedding = turn(probe.embedding, from, to)
  return { ...probe, embedding, rotationEpoch: to.epoch, rotationId: to.id, ...turnNir(probe.nir, from, to) }
}
