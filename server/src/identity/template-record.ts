import type { OrientationField, ProtectedEmbedding, ProtectedNir, ProtectedProbe, ProtectedTemplate } from '@paume/palm'
import { TemplateUnreadable, templateFromBytes, templateToBytes } from '@paume/palm'
import type { ProtectedSample } from './palm-engine.ts'

type ProbeRecord = Pick<ProtectedProbe, 'modelVersion' | 'rotationEpoch' | 'rotationId' | 'quality'> & {
  embedding: string
  field: string
  nir?: { modelName: string; vector: string }
}
type SampleRecord = { template: string; probes: ProbeRecord[] }

/** First byte of a record: its layout. Records of 0.1.0 were JSON and began with a bracket. */
const LAYOUT = 1
const JSON_LAYOUT = '['.charCodeAt(0)
/** Layout and number of templates. */
const HEAD_BYTES = 2
/** Length before each template. */
const LENGTH_BYTES = 2

const base64 = (bytes: Uint8Array | Int8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

/** Templates of one palm and model as bytes, to be sealed: layout u8 · count u8 · (length u16, big-endian · template)… */
export function encodeTemplates(templates: readonly ProtectedTemplate[]): Buffer {
  const parts: Uint8Array[] = [Uint8Array.of(LAYOUT, templates.length)]
  for (const template of templates) {
    const bytes = templateToBytes(template)
    parts.push(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes)
  }
  return Buffer.concat(parts)
}

/** The templates look into `bytes`: these must stay as they are. Throws TemplateUnreadable. */
export function decodeTemplates(bytes: Uint8Array): ProtectedTemplate[] {
  if (bytes[0] === JSON_LAYOUT) return decodeJson(bytes)
  if (bytes[0] !== LAYOUT || bytes.length < HEAD_BYTES) throw new TemplateUnreadable('its record is of no known layout')
  const templates: ProtectedTemplate[] = []
  let at = HEAD_BYTES
  for (let i = 0; i < bytes[1]; i++) {
    const from = at + LENGTH_BYTES
    at = from + ((bytes[from - 2] << 8) | bytes[from - 1])
    if (!(at <= bytes.length)) throw new TemplateUnreadable('its record is cut short')
    templates.push(templateFromBytes(bytes.subarray(from, at)))
  }
  if (templates.length === 0 || at !== bytes.length)
    throw new TemplateUnreadable('the length of its record does not fit')
  return templates
}

function decodeJson(bytes: Uint8Array): ProtectedTemplate[] {
  const texts = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')) as string[]
  return texts.map((text) => templateFromBytes(bytesOf(text)))
}

/**
 * A frame of a registration that is under way, to be sealed. It carries what it is searched with too, so that the 1:N check can be
 * made at the moment of completion; it is destroyed then.
 */
export const encodeSample = ({ template, probe, earlier }: ProtectedSample): Buffer =>
  Buffer.from(
    JSON.stringify({
      template: base64(templateToBytes(template)),
      probes: [probe, ...earlier].map(({ embedding, field, nir, ...rest }) => ({
        ...rest,
        embedding: base64(embedding),
        field: base64(field),
        ...(nir ? { nir: { modelName: nir.modelName, vector: base64(nir.vector) } } : {}),
      })),
    } satisfies SampleRecord),
  )

export function decodeSample(bytes: Buffer): ProtectedSample {
  const record = JSON.parse(bytes.toString('utf8')) as SampleRecord
  const [probe, ...earlier] = record.probes.map(probeOf)
  return { template: templateFromBytes(bytesOf(record.template)), probe, earlier }
}

const int8Of = (text: string) => new Int8Array(bytesOf(text).buffer)

const probeOf = ({ embedding, field, nir, ...rest }: ProbeRecord): ProtectedProbe => ({
  ...rest,
  embedding: int8Of(embedding) as Int8Array as ProtectedEmbedding,
  field: bytesOf(field) as OrientationField,
  ...(nir ? { nir: { modelName: nir.modelName, vector: int8Of(nir.vector) as ProtectedNir['vector'] } } : {}),
})
