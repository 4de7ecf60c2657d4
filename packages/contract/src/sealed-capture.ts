import type { ScreenColour } from './flash.ts'
import type { HandSide } from './identifiers.ts'

/**
 * A sealed capture on the wire, `application/vnd.paume.sealed-capture`:
 *
 *     u32 BE header length | header (UTF-8 JSON, SealHeader) | HPKE ciphertext
 *
 * HPKE (RFC 9180) base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, info = SEAL_INFO. The additional data binds device,
 * capture, challenge, time and hand, so a capture moved to another place does not open. The plaintext is
 *
 *     u32 BE index length | index (UTF-8 JSON, FrameIndex) | the frames' bytes, one after the other
 *
 * A frame that has a near-infrared picture beside it is followed at once by the bytes of that picture.
 */
export const SEALED_CAPTURE_TYPE = 'application/vnd.paume.sealed-capture'
export const SEAL_INFO = 'paume sealed capture v1'
/** Whole request, bytes, near infrared included. Eight 1280×720 JPEG frames at high quality are about 3 MB. */
export const MAX_SEALED_BYTES = 12 * 1024 * 1024
export const MIN_FRAMES = 3
export const MAX_FRAMES = 8

export type SealHeader = {
  v: 1
  /** Which of the server's sealing keys was used. */
  keyId: string
  /** HPKE encapsulated key, base64url. */
  enc: string
  /** Device clock at the capture, ms since 1970. */
  capturedAtMs: number
  /** Which hand was asked for, or null where either will do. */
  hand: HandSide | null
}

export type FrameType = 'image/jpeg' | 'image/png' | 'image/webp'

export type FrameIndex = {
  frames: {
    bytes: number
    /** ms since the first frame of the burst. */
    offsetMs: number
    type: FrameType
    /** What the whole screen showed while the frame was exposed; null when nothing special. The server holds it against what it drew. */
    screenColour: ScreenColour | null
    /**
     * The picture of a near-infrared sensor beside the camera: the same field at the same moment, at any size. Left out where there is
     * none, so that captures of devices without one are byte for byte what they were.
     */
    nir?: { bytes: number; type: FrameType }
  }[]
}

export type SealBinding = {
  deviceId: string
  captureId: string
  challenge: string
  capturedAtMs: number
  hand: HandSide | null
}

/** The additional data of the seal. One spelling only: fixed order, no spaces. */
export function sealAad(binding: SealBinding): Uint8Array<ArrayBuffer> {
  const { deviceId, captureId, challenge, capturedAtMs, hand } = binding
  return new TextEncoder().encode(
    JSON.stringify(['paume-capture', 1, deviceId, captureId, challenge, capturedAtMs, hand]),
  )
}

function joinPrefixed(json: unknown, rest: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(JSON.stringify(json))
  const size = rest.reduce((sum, part) => sum + part.length, 4 + head.length)
  const out = new Uint8Array(size)
  new DataView(out.buffer).setUint32(0, head.length)
  out.set(head, 4)
  let at = 4 + head.length
  for (const part of rest) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Splits `u32 length | JSON | rest`; throws a RangeError or SyntaxError when the bytes are not of that form. */
function splitPrefixed(bytes: Uint8Array): { json: unknown; rest: Uint8Array } {
  if (bytes.length < 4) throw new RangeError('shorter than its length prefix')
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  if (length > 16_384 || 4 + length > bytes.length) throw new RangeError('length prefix out of range')
  const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + length)))
  return { json, rest: bytes.subarray(4 + length) }
}

export const joinSealed = (header: SealHeader, ciphertext: Uint8Array) => joinPrefixed(header, [ciphertext])
export const splitSealed = (bytes: Uint8Array) => splitPrefixed(bytes)
export const joinFrames = (index: FrameIndex, frames: Uint8Array[]) => joinPrefixed(index, frames)
export const splitFrames = (bytes: Uint8Array) => splitPrefixed(bytes)
