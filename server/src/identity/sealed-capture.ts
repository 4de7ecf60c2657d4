import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import {
  type CaptureChallenge,
  type FrameIndex,
  type HandSide,
  MAX_FRAMES,
  MIN_FRAMES,
  SCREEN_COLOURS,
  type ScreenColour,
  SEAL_INFO,
  type SealHeader,
  SIGNATURE_SKEW_MS,
  sealAad,
  splitFrames,
  splitSealed,
} from '@paume/contract'
import type { Clock } from '../clock.ts'
import type { ConsentGrant } from '../consent-grant.ts'
import { Failure } from '../failure.ts'
import type { SealKey } from '../secrets.ts'
import { checkFlash, type LivenessDemand } from './flash.ts'

/**
 * Why a picture may be looked at: consent of the person who registers, or a hand held deliberately over a terminal that shows shop
 * and amount.
 */
export type CaptureBasis = ConsentGrant | { readonly presentedPaymentId: string }

/** The frames of an opened capture. They live in memory while they are analysed, and nowhere else. */
export type OpenedCapture = {
  frames: { bytes: Uint8Array; offsetMs: number; screenColour: ScreenColour | null; nir: Uint8Array | null }[]
  capturedAtMs: number
  /** The device that the seal is bound to. */
  deviceId: string
}

export type CaptureOpener = {
  /** The key devices are to seal to now. */
  current: CaptureChallenge['sealKey']
  /** Throws `capture_unreadable`, `seal_key_unknown`, `clock_skew`, `frames_too_few`, `frames_too_many`, `flash_mismatch`. */
  open(basis: CaptureBasis, sealed: Uint8Array, place: CapturePlace): Promise<OpenedCapture>
}

/** Where and for what a capture was asked; the seal binds it, what was asked besides the palm by way of the challenge. */
export type CapturePlace = {
  deviceId: string
  captureId: string
  challenge: string
  hand: HandSide | null
  flash: readonly ScreenColour[] | null
  unlit: LivenessDemand['unlit']
}

const FRAME_TYPES = new Set(['image/jpeg', 'image/png', 'image/webp'])
const info = new TextEncoder().encode(SEAL_INFO)

type OpenerOptions = {
  clock: Clock
  fewestFrames?: number
  /** Whether a device has a near-infrared sensor; pictures of one are dropped where it has none. Default: no device has. */
  hasNearInfrared?: (deviceId: string) => Promise<boolean>
}

/** Several keys may open, so that devices holding yesterday's key still can pay; the newest is given out. */
export async function createCaptureOpener(
  keys: readonly SealKey[],
  { clock, fewestFrames = MIN_FRAMES, hasNearInfrared = async () => false }: OpenerOptions,
): Promise<CaptureOpener> {
  const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
  const privateKeys = new Map<string, CryptoKey>()
  for (const { keyId, privateJwk } of keys) {
    privateKeys.set(keyId, await suite.kem.importKey('jwk', privateJwk, false))
  }
  const newest = keys.at(-1)
  if (newest === undefined) throw new Error('invariant broken: no sealing key')
  return {
    current: { keyId: newest.keyId, publicKey: uncompressedPoint(newest.publicJwk) },
    async open(_basis, sealed, place) {
      const { header, ciphertext } = readHeader(sealed)
      const recipientKey = privateKeys.get(header.keyId)
      if (recipientKey === undefined) throw new Failure('seal_key_unknown')
      let plain: Uint8Array
      try {
        const enc = Buffer.from(header.enc, 'base64url')
        const context = await suite.createRecipientContext({ recipientKey, enc: exactBuffer(enc), info })
        const aad = sealAad({ ...place, capturedAtMs: header.capturedAtMs })
        plain = new Uint8Array(await context.open(exactBuffer(ciphertext), aad))
      } catch (cause) {
        throw new Failure('capture_unreadable', {}, { cause })
      }
      // After opening: until then the time is only what somebody wrote on the envelope.
      checkTime(header.capturedAtMs, clock.nowMs())
      const frames = readFrames(plain, fewestFrames)
      checkFlash(place.flash, frames)
      // What a device without such a sensor sends was made by somebody: it may not speak for a palm.
      const sent = frames.some(({ nir }) => nir !== null)
      if (sent && !(await hasNearInfrared(place.deviceId))) dropNearInfrared(frames)
      return { frames, capturedAtMs: header.capturedAtMs, deviceId: place.deviceId }
    },
  }
}

function readHeader(sealed: Uint8Array): { header: SealHeader; ciphertext: Uint8Array } {
  try {
    const { json, rest } = splitSealed(sealed)
    const header = json as SealHeader
    const wellFormed =
      header?.v === 1 &&
      typeof header.keyId === 'string' &&
      typeof header.enc === 'string' &&
      Number.isSafeInteger(header.capturedAtMs)
    if (!wellFormed) throw new RangeError('header is not of version 1')
    return { header, ciphertext: rest }
  } catch (cause) {
    throw new Failure('capture_unreadable', {}, { cause })
  }
}

/** A challenge lives for a minute: pictures that are older were not taken for it, whatever its seal says. */
function checkTime(capturedAtMs: number, nowMs: number): void {
  if (Math.abs(nowMs - capturedAtMs) > SIGNATURE_SKEW_MS) throw new Failure('clock_skew', { serverTimeMs: nowMs })
}

function readFrames(plain: Uint8Array, fewestFrames: number): OpenedCapture['frames'] {
  let index: FrameIndex
  let rest: Uint8Array
  try {
    const split = splitFrames(plain)
    index = split.json as FrameIndex
    rest = split.rest
    const wellFormed =
      Array.isArray(index?.frames) &&
      index.frames.every(
        ({ nir, offsetMs, ...frame }) =>
          isPicture(frame) && Number.isFinite(offsetMs) && (nir === undefined || isPicture(nir)),
      )
    const total = wellFormed ? index.frames.reduce((sum, { bytes, nir }) => sum + bytes + (nir?.bytes ?? 0), 0) : -1
    if (total !== rest.length) throw new RangeError('the index does not fit the frames')
  } catch (cause) {
    throw new Failure('capture_unreadable', {}, { cause })
  }
  if (index.frames.length < fewestFrames) throw new Failure('frames_too_few')
  if (index.frames.length > MAX_FRAMES) throw new Failure('frames_too_many')
  let at = 0
  const take = (bytes: number) => {
    at += bytes
    return rest.subarray(at - bytes, at)
  }
  return index.frames.map(({ bytes, offsetMs, screenColour, nir }) => ({
    bytes: take(bytes),
    offsetMs,
    screenColour: isScreenColour(screenColour) ? screenColour : null,
    nir: nir === undefined ? null : take(nir.bytes),
  }))
}

const isPicture = (picture: { bytes: unknown; type: unknown } | null): boolean =>
  typeof picture?.bytes === 'number' &&
  Number.isSafeInteger(picture.bytes) &&
  picture.bytes > 0 &&
  FRAME_TYPES.has(picture.type as string)

function dropNearInfrared(frames: OpenedCapture['frames']): void {
  for (const frame of frames) {
    frame.nir?.fill(0)
    frame.nir = null
  }
}

/** Pictures do not wait for the garbage collector. */
export function wipe(frames: OpenedCapture['frames']): void {
  for (const { bytes, nir } of frames) {
    bytes.fill(0)
    nir?.fill(0)
  }
}

const isScreenColour = (value: unknown): value is ScreenColour =>
  typeof value === 'string' && Object.hasOwn(SCREEN_COLOURS, value)

/** SEC 1, 2.3.3: 04 | x | y. */
const uncompressedPoint = ({ x, y }: JsonWebKey) =>
  Buffer.concat([Buffer.of(4), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]).toString('base64url')

/** A view into a larger buffer would hand its neighbours over too. */
const exactBuffer = (bytes: Uint8Array): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
