import { EMBEDDING_DIMS, type OrientationCode } from '../6-embedding/embedding.ts'
import { NIR_DIMS } from '../6-embedding/nir-embedding.ts'
import { ROTATION_ID_CHARACTERS } from './rotation.ts'
import type { ProtectedEmbedding, ProtectedNir, ProtectedNirVector, ProtectedTemplate } from './template.ts'

/** Longest record, bytes; what is longer was not written by us. */
export const TEMPLATE_LIMIT_BYTES = 4096
/** 'PT'; the version of the layout follows. */
const HEAD = [0x50, 0x54] as const
const LAYOUT_AT = 2
/** A template with visible light alone, from before rotations had ids. */
const OLDEST = 1
/** Added where a near-infrared part stands behind it. */
const WITH_NIR = 1
/** Added where the id of its rotation stands at the end. */
const WITH_ID = 2
const EPOCH_AT = 3
const NAME_LENGTH_AT = 7
const NAME_AT = 8
/** The one int8 that no vector holds: rounding saturates at ±127. */
const NEVER = -128

/** A stored record that is not a template: damaged, cut short, or of a layout this program does not know. */
export class TemplateUnreadable extends Error {
  readonly code = 'template_unreadable'
  constructor(why: string) {
    super(`The stored template cannot be read: ${why}.`)
    this.name = 'TemplateUnreadable'
  }
}

/**
 * Layout, big-endian: 'P' 'T' 1 · epoch u32 · length of the model version u8 · model version (UTF-8) · 256 bytes of
 * vector · length of the code u16 · code. With a near-infrared part it says 1 more, and behind the code stand length of the head's name
 * u8 · its name (UTF-8) · 128 bytes of vector. With the id of its rotation it says 2 more, and 12 characters stand at the end. The caller
 * seals it; these bytes never touch a disk in the clear.
 */
export function templateToBytes(template: ProtectedTemplate): Uint8Array {
  const nir = template.nir === undefined ? new Uint8Array(0) : nirToBytes(template.nir)
  const name = new TextEncoder().encode(template.modelVersion)
  if (name.length === 0 || name.length > 255) throw new RangeError('a model version has 1…255 bytes')
  if (template.embedding.length !== EMBEDDING_DIMS) throw new RangeError(`a vector has ${EMBEDDING_DIMS} entries`)
  const id = new TextEncoder().encode(template.rotationId ?? '')
  if (id.length !== 0 && id.length !== ROTATION_ID_CHARACTERS) throw new RangeError('the id of a rotation is another')
  const codeAt = NAME_AT + name.length + EMBEDDING_DIMS
  const bytes = new Uint8Array(codeAt + 2 + template.code.length + nir.length + id.length)
  if (bytes.length > TEMPLATE_LIMIT_BYTES) throw new RangeError(`a template has at most ${TEMPLATE_LIMIT_BYTES} bytes`)
  const view = new DataView(bytes.buffer)
  bytes.set(HEAD)
  bytes[LAYOUT_AT] = OLDEST + (template.nir === undefined ? 0 : WITH_NIR) + (id.length === 0 ? 0 : WITH_ID)
  view.setUint32(EPOCH_AT, template.rotationEpoch)
  bytes[NAME_LENGTH_AT] = name.length
  bytes.set(name, NAME_AT)
  bytes.set(
    new Uint8Array(template.embedding.buffer, template.embedding.byteOffset, EMBEDDING_DIMS),
    NAME_AT + name.length,
  )
  view.setUint16(codeAt, template.code.length)
  bytes.set(template.code, codeAt + 2)
  bytes.set(nir, codeAt + 2 + template.code.length)
  bytes.set(id, bytes.length - id.length)
  return bytes
}

function nirToBytes({ modelName, vector }: ProtectedNir): Uint8Array {
  const name = new TextEncoder().encode(modelName)
  if (name.length === 0 || name.length > 255) throw new RangeError('the name of a head has 1…255 bytes')
  if (vector.length !== NIR_DIMS) throw new RangeError(`a near-infrared vector has ${NIR_DIMS} entries`)
  const bytes = new Uint8Array(1 + name.length + NIR_DIMS)
  bytes[0] = name.length
  bytes.set(name, 1)
  bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, NIR_DIMS), 1 + name.length)
  return bytes
}

/** Text read last: nearly all records of a gallery are of one version, and decoding text takes longer than all the rest. */
function textReader(what: string): (bytes: Uint8Array) => string {
  let last = { bytes: new Uint8Array(0), text: '' }
  return (bytes) => {
    if (bytes.length === last.bytes.length && bytes.every((value, i) => value === last.bytes[i])) return last.text
    try {
      last = { bytes: Uint8Array.from(bytes), text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
      return last.text
    } catch {
      throw new TemplateUnreadable(`${what} is no text`)
    }
  }
}

const modelVersionIn = textReader('its model version')
const rotationIdIn = textReader('the id of its rotation')
const nirNameIn = textReader('the name of its near-infrared head')

function nirFromBytes(bytes: Uint8Array): ProtectedNir {
  const vectorAt = 1 + (bytes[0] ?? 0)
  if (vectorAt === 1 || bytes.length !== vectorAt + NIR_DIMS) throw new TemplateUnreadable('its length does not fit')
  const vector = new Int8Array(bytes.buffer, bytes.byteOffset + vectorAt, NIR_DIMS)
  if (vector.includes(NEVER)) throw new TemplateUnreadable('its vector holds a number that rounding never makes')
  return { modelName: nirNameIn(bytes.subarray(1, vectorAt)), vector: vector as Int8Array as ProtectedNirVector }
}

/**
 * Vector and code look into `bytes`, which must stay as they are.
 * @throws TemplateUnreadable when the bytes are not exactly one record.
 */
export function templateFromBytes(bytes: Uint8Array): ProtectedTemplate {
  if (bytes.length > TEMPLATE_LIMIT_BYTES) throw new TemplateUnreadable('it is too long')
  if (bytes.length < NAME_AT) throw new TemplateUnreadable('it is too short')
  const parts = bytes[LAYOUT_AT] - OLDEST
  const isKnown = HEAD.every((value, i) => bytes[i] === value) && parts >= 0 && parts <= WITH_NIR + WITH_ID
  if (!isKnown) throw new TemplateUnreadable('its layout is unknown')
  const hasNir = (parts & WITH_NIR) !== 0
  const end = bytes.length - ((parts & WITH_ID) === 0 ? 0 : ROTATION_ID_CHARACTERS)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const vectorAt = NAME_AT + bytes[NAME_LENGTH_AT]
  const codeAt = vectorAt + EMBEDDING_DIMS
  if (vectorAt === NAME_AT || end < codeAt + 2) throw new TemplateUnreadable('it is cut short')
  const codeLength = view.getUint16(codeAt)
  const codeTo = codeAt + 2 + codeLength
  const fits = hasNir ? end > codeTo : end === codeTo
  if (!fits) throw new TemplateUnreadable('its length does not fit')
  const embedding = new Int8Array(bytes.buffer, bytes.byteOffset + vectorAt, EMBEDDING_DIMS)
  if (embedding.includes(NEVER)) throw new TemplateUnreadable('its vector holds a number that rounding never makes')
  return {
    embedding: embedding as Int8Array as ProtectedEmbedding,
    code: new Uint8Array(bytes.buffer, bytes.byteOffset + codeAt + 2, codeLength) as Uint8Array as OrientationCode,
    modelVersion: modelVersionIn(bytes.subarray(NAME_AT, vectorAt)),
    rotationEpoch: view.getUint32(EPOCH_AT),
    ...(end === bytes.length ? {} : { rotationId: rotationIdIn(bytes.subarray(end)) }),
    ...(hasNir ? { nir: nirFromBytes(bytes.subarray(codeTo, end)) } : {}),
  }
}
