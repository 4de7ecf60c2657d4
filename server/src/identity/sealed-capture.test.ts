import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { sealCapture } from '@paume/camera/seal'
import { joinFrames, joinSealed, SEAL_INFO, type SealHeader, sealAad, splitSealed } from '@paume/contract'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeSecrets, openSecrets, type SealKey } from '../secrets.ts'
import { type CaptureOpener, createCaptureOpener } from './sealed-capture.ts'

const NOW_MS = 1_795_000_000_000
const clock = { nowMs: () => NOW_MS }
const newKey = (): SealKey => openSecrets(JSON.stringify(makeSecrets())).sealKeys[0]
const place = {
  deviceId: 'dev_1',
  captureId: 'cap_1',
  challenge: 'abc',
  hand: 'L' as const,
  flash: null,
  unlit: 'one_palm' as const,
}
const basis = { presentedPaymentId: 'pay_1' }
const frame = (text: string) => ({
  bytes: Buffer.from(text),
  type: 'image/jpeg' as const,
  offsetMs: 0,
  screenColour: null,
})
const frames = [frame('one'), frame('two'), frame('three')]

let old: SealKey
let opener: CaptureOpener
let before: CaptureOpener
beforeAll(async () => {
  old = newKey()
  before = await createCaptureOpener([old], { clock })
  opener = await createCaptureOpener([old, newKey()], { clock })
})
const challengeOf = (from: CaptureOpener) =>
  ({ captureId: 'cap_1', challenge: 'abc', hand: 'L', expiresAt: '', sealKey: from.current }) as never
const seal = (from: CaptureOpener, context = {}) =>
  sealCapture(challengeOf(from), frames, { deviceId: 'dev_1', hand: 'L', capturedAtMs: NOW_MS, ...context })

describe('a sealed capture', () => {
  it('opens into the frames that were sealed', async () => {
    const opened = await opener.open(basis, await seal(opener), place)
    expect(opened.capturedAtMs).toBe(NOW_MS)
    expect(opened.frames.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['one', 'two', 'three'])
  })

  it('opens with the key of yesterday while that is kept, and not after', async () => {
    const sealed = await seal(before)
    expect((await opener.open(basis, sealed, place)).frames).toHaveLength(3)
    const after = await createCaptureOpener([newKey()], { clock })
    await expect(after.open(basis, sealed, place)).rejects.toMatchObject({ code: 'seal_key_unknown' })
  })

  it('does not open in another place, time or hand', async () => {
    const sealed = await seal(opener)
    for (const other of [
      { deviceId: 'dev_2' },
      { captureId: 'cap_2' },
      { challenge: 'x' },
      { hand: 'R' as const },
      { hand: null },
    ]) {
      await expect(opener.open(basis, sealed, { ...place, ...other })).rejects.toMatchObject({
        code: 'capture_unreadable',
      })
    }
    const { json, rest } = splitSealed(sealed)
    const later = joinSealed({ ...(json as SealHeader), capturedAtMs: NOW_MS + 1 }, rest)
    await expect(opener.open(basis, later, place)).rejects.toMatchObject({ code: 'capture_unreadable' })
  })

  it('is refused when it was taken more than a minute before or after, and says what time it is', async () => {
    for (const offMs of [-60_000, 0, 60_000]) {
      const sealed = await seal(opener, { capturedAtMs: NOW_MS + offMs })
      expect((await opener.open(basis, sealed, place)).capturedAtMs).toBe(NOW_MS + offMs)
    }
    for (const offMs of [-300_000, -60_001, 60_001, 300_000]) {
      const sealed = await seal(opener, { capturedAtMs: NOW_MS + offMs })
      const refused = { code: 'clock_skew', extras: { serverTimeMs: NOW_MS } }
      await expect(opener.open(basis, sealed, place)).rejects.toMatchObject(refused)
    }
  })

  it('does not open when bytes are missing, added or changed', async () => {
    const sealed = await seal(opener)
    const header = (change: object) => {
      const { json, rest } = splitSealed(sealed)
      return joinSealed({ ...(json as SealHeader), ...change }, rest)
    }
    const bad = [
      new Uint8Array(),
      Buffer.of(0, 0, 0, 1),
      Buffer.of(255, 255, 255, 255, 1),
      sealed.subarray(0, 100),
      sealed.subarray(0, sealed.length - 1),
      Buffer.concat([sealed, Buffer.of(0)]),
      header({ v: 2 }),
      header({ enc: 'AAAA' }),
      header({ enc: 5 }),
      header({ capturedAtMs: 'now' }),
    ]
    for (const bytes of bad) {
      await expect(opener.open(basis, bytes, place)).rejects.toMatchObject({ code: 'capture_unreadable' })
    }
  })

  it('holds three to eight frames, as its index says', async () => {
    const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
    const sealPlain = async (plain: Uint8Array<ArrayBuffer>) => {
      const point = Buffer.from(opener.current.publicKey, 'base64url')
      const recipientPublicKey = await suite.kem.deserializePublicKey(Uint8Array.from(point))
      const sender = await suite.createSenderContext({ recipientPublicKey, info: new TextEncoder().encode(SEAL_INFO) })
      const ciphertext = new Uint8Array(await sender.seal(plain, sealAad({ ...place, capturedAtMs: NOW_MS })))
      const enc = Buffer.from(sender.enc).toString('base64url')
      return joinSealed({ v: 1, keyId: opener.current.keyId, enc, capturedAtMs: NOW_MS, hand: 'L' }, ciphertext)
    }
    const index = (count: number, bytes = 2, type = 'image/jpeg') => ({
      frames: Array.from({ length: count }, () => ({
        bytes,
        offsetMs: 0,
        type: type as 'image/jpeg',
        screenColour: null,
      })),
    })
    const data = (count: number) => Array.from({ length: count }, () => Buffer.from('ab'))
    const cases: [Uint8Array<ArrayBuffer>, string][] = [
      [joinFrames(index(2), data(2)), 'frames_too_few'],
      [joinFrames(index(0), []), 'frames_too_few'],
      [joinFrames(index(9), data(9)), 'frames_too_many'],
      [joinFrames(index(3), data(4)), 'capture_unreadable'],
      [joinFrames(index(3, -1), data(3)), 'capture_unreadable'],
      [joinFrames(index(3, 2, 'image/svg+xml'), data(3)), 'capture_unreadable'],
      [joinFrames({ frames: 5 } as never, data(3)), 'capture_unreadable'],
      [Uint8Array.from([1, 2, 3]), 'capture_unreadable'],
    ]
    for (const [plain, code] of cases) {
      await expect(opener.open(basis, await sealPlain(plain), place)).rejects.toMatchObject({ code })
    }
    expect((await opener.open(basis, await sealPlain(joinFrames(index(8), data(8))), place)).frames).toHaveLength(8)
  })
})
