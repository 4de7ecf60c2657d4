import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import {
  type CaptureChallenge,
  type FrameIndex,
  type FrameType,
  type HandSide,
  joinFrames,
  joinSealed,
  MAX_FRAMES,
  MAX_SEALED_BYTES,
  MIN_FRAMES,
  type ScreenColour,
  SEAL_INFO,
  sealAad,
} from '@paume/contract'

/** One picture to seal; a `CapturedFrame` of a burst is one. */
export type FrameToSeal = {
  bytes: Uint8Array
  type: FrameType
  offsetMs: number
  screenColour: ScreenColour | null
  /** The near-infrared picture beside it, on devices that have such a sensor. */
  nir?: { bytes: Uint8Array; type: FrameType } | null
}
/** What the seal binds besides the challenge: a capture moved to another device, time or hand does not open. */
export type SealContext = {
  deviceId: string
  hand: HandSide | null
  capturedAtMs: number
  /** Fewer than the usual three only for a server that measures on single pictures. */
  fewestFrames?: number
}

const SUITE = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
function toBase64Url(bytes: ArrayBuffer): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/**
 * Seals the frames of one burst for the server's key (HPKE, RFC 9180; layout in the contract) and answers the request body.
 * Throws a RangeError for fewer or more frames, or more bytes, than the server takes; a DeserializeError of @hpke/core
 * when the challenge's key is no P-256 point.
 */
export async function sealCapture(
  challenge: CaptureChallenge,
  frames: readonly FrameToSeal[],
  { deviceId, hand, capturedAtMs, fewestFrames = MIN_FRAMES }: SealContext,
): Promise<Uint8Array<ArrayBuffer>> {
  if (frames.length < fewestFrames || frames.length > MAX_FRAMES) {
    throw new RangeError(`a capture has ${fewestFrames} to ${MAX_FRAMES} frames, not ${frames.length}`)
  }
  const index: FrameIndex = {
    frames: frames.map(({ bytes, offsetMs, type, screenColour, nir }) => ({
      bytes: bytes.length,
      offsetMs: Math.round(offsetMs),
      type,
      screenColour,
      ...(nir ? { nir: { bytes: nir.bytes.length, type: nir.type } } : {}),
    })),
  }
  const plain = joinFrames(
    index,
    frames.flatMap(({ bytes, nir }) => (nir ? [bytes, nir.bytes] : [bytes])),
  )
  const recipientPublicKey = await SUITE.kem.deserializePublicKey(fromBase64Url(challenge.sealKey.publicKey))
  const sender = await SUITE.createSenderContext({ recipientPublicKey, info: new TextEncoder().encode(SEAL_INFO) })
  const { captureId } = challenge
  const aad = sealAad({ deviceId, captureId, challenge: challenge.challenge, capturedAtMs, hand })
  const ciphertext = new Uint8Array(await sender.seal(plain, aad))
  const { keyId } = challenge.sealKey
  const sealed = joinSealed({ v: 1, keyId, enc: toBase64Url(sender.enc), capturedAtMs, hand }, ciphertext)
  if (sealed.length > MAX_SEALED_BYTES) throw new RangeError(`a sealed capture has at most ${MAX_SEALED_BYTES} bytes`)
  return sealed
}
