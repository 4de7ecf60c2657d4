import type { OrientationField, ProtectedEmbedding, ProtectedProbe, ProtectedTemplate } from '@paume/palm'
import { templateFromBytes, templateToBytes } from '@paume/palm'
import type { ProtectedSample } from './palm-engine.ts'

type SampleRecord = {
  template: string
  embeddings: string[]
  field: string
  modelVersion: string
  rotationEpoch: number
}

const base64 = (bytes: Uint8Array | Int8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

/** Templates of one palm as bytes, to be sealed. */
export const encodeTemplates = (templates: readonly ProtectedTemplate[]): Buffer =>
  Buffer.from(JSON.stringify(templates.map((template) => base64(templateToBytes(template)))))

export const decodeTemplates = (bytes: Buffer): ProtectedTemplate[] =>
  (JSON.parse(bytes.toString('utf8')) as string[]).map((text) => templateFromBytes(bytesOf(text)))

/**
 * A frame of a registration that is under way, to be sealed. It carries what it is searched with too, so that the 1:N check can be
 * made at the moment of completion; it is destroyed then.
 */
export const encodeSample = ({ template, probe }: ProtectedSample): Buffer =>
  Buffer.from(
    JSON.stringify({
      template: base64(templateToBytes(template)),
      embeddings: probe.embeddings.map(base64),
      field: base64(probe.field),
      modelVersion: probe.modelVersion,
      rotationEpoch: probe.rotationEpoch,
    } satisfies SampleRecord),
  )

export function decodeSample(bytes: Buffer): ProtectedSample {
  const record = JSON.parse(bytes.toString('utf8')) as SampleRecord
  const probe: ProtectedProbe = {
    embeddings: record.embeddings.map((text) => new Int8Array(bytesOf(text).buffer) as Int8Array as ProtectedEmbedding),
    field: bytesOf(record.field) as OrientationField,
    modelVersion: record.modelVersion,
    rotationEpoch: record.rotationEpoch,
  }
  return { template: templateFromBytes(bytesOf(record.template)), probe }
}
