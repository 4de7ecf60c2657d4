import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import {
  type CaptureChallenge,
  type FrameIndex,
  SEAL_INFO,
  type SealBinding,
  type SealHeader,
  sealAad,
  splitFrames,
  splitSealed,
} from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { type FrameToSeal, sealCapture } from './seal.ts'

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
const base64url = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('base64url')

async function challengeAndKey() {
  const recipient = await suite.kem.generateKeyPair()
  const challenge: CaptureChallenge = {
    captureId: 'cap_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    challenge: base64url(crypto.getRandomValues(new Uint8Array(32)).buffer),
    hand: 'L',
    flash: null,
    expiresAt: '2026-11-23T12:00:00Z',
    sealKey: { keyId: 'key-1', publicKey: base64url(await suite.kem.serializePublicKey(recipient.publicKey)) },
  }
  return { challenge, recipient }
}

const frame = (fill: number, offsetMs: number): FrameToSeal => ({
  bytes: new Uint8Array(1000 + fill).fill(fill),
  type: 'image/jpeg',
  offsetMs,
  screenColour: null,
})
const FRAMES = [frame(1, 0), frame(2, 120.4), frame(3, 300)]
const CONTEXT = { deviceId: 'dev_01ARZ3NDEKTSV4RRFFQ69G5FAV', hand: 'L' as const, capturedAtMs: 1_795_000_000_000 }

/** Opens as RFC 9180 says, with nothing of `seal.ts`. */
async function open(sealed: Uint8Array, key: CryptoKeyPair, binding: SealBinding) {
  const { json, rest } = splitSealed(sealed)
  const header = json as SealHeader
  const context = await suite.createRecipientContext({
    recipientKey: key.privateKey,
    enc: Buffer.from(header.enc, 'base64url'),
    info: new TextEncoder().encode(SEAL_INFO),
  })
  return { header, plain: splitFrames(new Uint8Array(await context.open(Uint8Array.from(rest), sealAad(binding)))) }
}

describe('a sealed capture', () => {
  it('opens for the right key and binding, with every frame as it was', async () => {
    const { challenge, recipient } = await challengeAndKey()
    const sealed = await sealCapture(challenge, FRAMES, CONTEXT)
    const binding = { ...CONTEXT, captureId: challenge.captureId, challenge: challenge.challenge }
    const { header, plain } = await open(sealed, recipient, binding)
    expect(header).toMatchObject({ v: 1, keyId: 'key-1', capturedAtMs: CONTEXT.capturedAtMs, hand: 'L' })
    const { frames } = plain.json as FrameIndex
    expect(frames.map(({ offsetMs }) => offsetMs)).toEqual([0, 120, 300])
    let at = 0
    for (const [index, { bytes }] of frames.entries()) {
      expect(plain.rest.subarray(at, at + bytes)).toEqual(FRAMES[index]!.bytes)
      at += bytes
    }
    expect(at).toBe(plain.rest.length)
  })

  it('opens nowhere else', async () => {
    const { challenge, recipient } = await challengeAndKey()
    const sealed = await sealCapture(challenge, FRAMES, CONTEXT)
    const binding: SealBinding = { ...CONTEXT, captureId: challenge.captureId, challenge: challenge.challenge }
    const moved: Partial<SealBinding>[] = [
      { deviceId: 'dev_other' },
      { captureId: 'cap_other' },
      { challenge: 'other' },
      { hand: 'R' },
      { hand: null },
      { capturedAtMs: CONTEXT.capturedAtMs + 1 },
    ]
    for (const change of moved) {
      await expect(open(sealed, recipient, { ...binding, ...change })).rejects.toThrow()
    }
    await expect(open(sealed, await suite.kem.generateKeyPair(), binding)).rejects.toThrow()
    const bent = Uint8Array.from(sealed)
    bent[bent.length - 1] ^= 1
    await expect(open(bent, recipient, binding)).rejects.toThrow()
  })

  it('is different each time, although the frames are the same', async () => {
    const { challenge } = await challengeAndKey()
    const [one, other] = await Promise.all([
      sealCapture(challenge, FRAMES, CONTEXT),
      sealCapture(challenge, FRAMES, CONTEXT),
    ])
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false)
  })

  it('is not made of too few or too many frames, nor for a key that is none', async () => {
    const { challenge } = await challengeAndKey()
    await expect(sealCapture(challenge, FRAMES.slice(0, 2), CONTEXT)).rejects.toThrow(RangeError)
    await expect(sealCapture(challenge, Array(9).fill(FRAMES[0]), CONTEXT)).rejects.toThrow(RangeError)
    const bad = { ...challenge, sealKey: { keyId: 'k', publicKey: 'AAAA' } }
    await expect(sealCapture(bad, FRAMES, CONTEXT)).rejects.toThrow()
  })
})
