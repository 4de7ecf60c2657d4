import type { Coder, Embedder, Embedding, OrientationCode, OrientationField } from '../6-embedding/embedding.ts'
import { lineCoder } from '../6-embedding/line-coder.ts'
import type { NirSample } from '../6-embedding/nir-embedding.ts'
import { palmNetworkName } from '../6-embedding/palm-model.ts'
import { pooledVector } from '../6-embedding/pooled-vector.ts'
import type { Rotation } from './rotation.ts'
import type {
  ProtectedEmbedding,
  ProtectedNir,
  ProtectedNirVector,
  ProtectedProbe,
  ProtectedTemplate,
} from './template.ts'

/** The embedder and coder in use. Another pair is another model version, and its templates are never compared. */
export type Model = { readonly embedder: Pick<Embedder, 'name'>; readonly coder: Coder }

/** Its embedder by name only: the frame workers open the network, and nobody else needs it. */
export const MODEL: Model = { embedder: { name: palmNetworkName() }, coder: lineCoder }

/**
 * Models whose templates are still recognised, newest first. Who changes `MODEL` puts the one it replaces here: people
 * enrolled with it are renewed at their next hover, and it costs nothing once none of its templates is left.
 */
export const EARLIER_MODELS: readonly (Model & { readonly embedder: Embedder })[] = [
  { embedder: pooledVector, coder: lineCoder },
]

export const modelVersionOf = ({ embedder, coder }: Model) => `${embedder.name}+${coder.name}`

const CODERS: readonly Coder[] = [lineCoder]

/** The coder that made, and compares, the codes of a model version. Throws RangeError when there is none here. */
export function coderOf(modelVersion: string): Coder {
  const coder = CODERS.find(({ name }) => modelVersion.endsWith(`+${name}`))
  if (!coder) throw new RangeError(`no coder here compares the codes of ${modelVersion}`)
  return coder
}

/** Rotates a vector and rounds it to int8 again; saturates, which a vector of usual length does not reach. */
export function protect(embedding: Embedding, rotation: Rotation): ProtectedEmbedding {
  return rounded(rotation.apply(embedding)) as Int8Array as ProtectedEmbedding
}

const rounded = (values: Float32Array) =>
  Int8Array.from(values, (value) => Math.max(-127, Math.min(127, Math.round(value))))

/** The near-infrared part of a sample, turned by its own key; nothing where there is none. */
const protectNir = (nir: NirSample | undefined, rotation: Rotation): { nir?: ProtectedNir } =>
  nir === undefined
    ? {}
    : {
        nir: {
          modelName: nir.modelName,
          vector: rounded(rotation.nir.apply(nir.embedding)) as Int8Array as ProtectedNirVector,
        },
      }

/**
 * What is kept of one enrolled picture. The orientation code is not rotated: no keyed change of it that hides anything
 * would survive the search over shifts and turns (`docs/decisions/`). It is protected at rest by sealing alone.
 */
export function protectTemplate(
  sample: { readonly embedding: Embedding; readonly code: OrientationCode; readonly nir?: NirSample },
  rotation: Rotation,
  modelVersion: string = modelVersionOf(MODEL),
): ProtectedTemplate {
  return {
    embedding: protect(sample.embedding, rotation),
    code: sample.code,
    modelVersion,
    rotationEpoch: rotation.epoch,
    rotationId: rotation.id,
    ...protectNir(sample.nir, rotation),
  }
}

/** One frame of a hover, made ready for a search. Never stored in the clear. */
export function protectProbe(
  sample: {
    readonly embedding: Embedding
    readonly field: OrientationField
    readonly quality?: number
    readonly nir?: NirSample
  },
  rotation: Rotation,
  modelVersion: string = modelVersionOf(MODEL),
): ProtectedProbe {
  return {
    embedding: protect(sample.embedding, rotation),
    field: sample.field,
    quality: sample.quality,
    modelVersion,
    rotationEpoch: rotation.epoch,
    rotationId: rotation.id,
    ...protectNir(sample.nir, rotation),
  }
}
