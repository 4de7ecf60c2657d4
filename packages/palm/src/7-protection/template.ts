import type { OrientationCode, OrientationField } from '../6-embedding/embedding.ts'

/** A compact vector after the keyed rotation: comparable only with vectors rotated by the same key and epoch. */
export type ProtectedEmbedding = Int8Array & { readonly __brand: 'ProtectedEmbedding' }

/** A near-infrared vector after its own keyed rotation, and the head that made it. */
export type ProtectedNir = { readonly modelName: string; readonly vector: ProtectedNirVector }
export type ProtectedNirVector = Int8Array & { readonly __brand: 'ProtectedNirVector' }

/** One enrolled picture of a palm, as it may be kept (sealed by the server) and searched. */
export type ProtectedTemplate = {
  readonly embedding: ProtectedEmbedding
  readonly code: OrientationCode
  /** `embedder+coder` that made it; templates of another version are re-enrolled, never compared. */
  readonly modelVersion: string
  readonly rotationEpoch: number
  /** The rotation it was turned by; absent in records from before there were several galleries. */
  readonly rotationId?: string
  /** Absent where the device took no near-infrared picture, or none that says anything. */
  readonly nir?: ProtectedNir
}

/** One frame of a hover, rotated like the templates it is to be compared with. Never stored. */
export type ProtectedProbe = {
  readonly embedding: ProtectedEmbedding
  readonly field: OrientationField
  /** 0…1, how much the frame counts among others; absent where nobody said: all alike. */
  readonly quality?: number
  readonly modelVersion: string
  readonly rotationEpoch: number
  /** The rotation it was turned by: it is compared with templates of this one only. */
  readonly rotationId?: string
  /** As in a template: compared only where both have one, of the same head. */
  readonly nir?: ProtectedNir
}
