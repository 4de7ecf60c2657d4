import { EMBEDDING_DIMS, type OrientationCode } from '../6-embedding/embedding.ts'
import type { ProtectedEmbedding, ProtectedTemplate } from './template.ts'

/** Longest record, bytes; what is longer was not written by us. */
export const TEMPLATE_LIMIT_BYTES = 4096
/** 'PT' and the version of this layout. */
const HEAD = [0x50, 0x54, 1] as const
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
 * vector · length of the code u16 · code. The caller seals it; these bytes never touch a disk in the clear.
 */
export function templateToBytes(template: ProtectedTemplate): Uint8Array {
  const name = new TextEncoder().encode(template.modelVersion)
  if (name.length === 0 || name.length > 255) throw new RangeError('a model version has 1…255 bytes')
  if (template.embedding.length !== EMBEDDING_DIMS) throw new RangeError(`a vector has ${EMBEDDING_DIMS} entries`)
  const codeAt = NAME_AT + name.length + EMBEDDING_DIMS
  const bytes = new Uint8Array(codeAt + 2 + template.code.length)
  if (bytes.length > TEMPLATE_LIMIT_BYTES) throw new RangeError(`a template has at most ${TEMPLATE_LIMIT_BYTES} bytes`)
  const view = new DataView(bytes.buffer)
  bytes.set(HEAD)
  view.setUint32(EPOCH_AT, template.rotationEpoch)
  bytes[NAME_LENGTH_AT] = name.length
  bytes.set(name, NAME_AT)
  bytes.set(
    new Uint8Array(template.embedding.buffer, template.embedding.byteOffset, EMBEDDING_DIMS),
    NAME_AT + name.length,
  )
  view.setUint16(codeAt, template.code.length)
  bytes.set(template.code, codeAt + 2)
  return bytes
}

/** The version read last: nearly all records of a gallery are of one, and decoding text takes longer than all the rest. */
let lastVersion = { bytes: new Uint8Array(0), text: '' }

function modelVersionIn(bytes: Uint8Array): string {
  if (bytes.length === lastVersion.bytes.length && bytes.every((value, i) => value === lastVersion.bytes[i])) {
    return lastVersion.text
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    lastVersion = { bytes: Uint8Array.from(bytes), text }
    return text
  } catch {
    throw new TemplateUnreadable('its model version is no text')
  }
}

/**
 * Vector and code look into `bytes`, which must stay as they are.
 * @throws TemplateUnreadable when the bytes are not exactly one record.
 */
export function templateFromBytes(bytes: Uint8Array): ProtectedTemplate {
  if (bytes.length > TEMPLATE_LIMIT_BYTES) throw new TemplateUnreadable('it is too long')
  if (bytes.length < NAME_AT) throw new TemplateUnreadable('it is too short')
  if (HEAD.some((value, i) => bytes[i] !== value)) throw new TemplateUnreadable('its layout is unknown')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const vectorAt = NAME_AT + bytes[NAME_LENGTH_AT]
  const codeAt = vectorAt + EMBEDDING_DIMS
  if (vectorAt === NAME_AT || bytes.length < codeAt + 2) throw new TemplateUnreadable('it is cut short')
  const codeLength = view.getUint16(codeAt)
  if (bytes.length !== codeAt + 2 + codeLength) throw new TemplateUnreadable('its length does not fit')
  const embedding = new Int8Array(bytes.buffer, bytes.byteOffset + vectorAt, EMBEDDING_DIMS)
  if (embedding.includes(NEVER)) throw new TemplateUnreadable('its vector holds a number that rounding never makes')
  return {
    embedding: embedding as Int8Array as ProtectedEmbedding,
    code: new Uint8Array(bytes.buffer, bytes.byteOffset + codeAt + 2, codeLength) as Uint8Array as OrientationCode,
    modelVersion: modelVersionIn(bytes.subarray(NAME_AT, vectorAt)),
    rotationEpoch: view.getUint32(EPOCH_AT),
  }
}
