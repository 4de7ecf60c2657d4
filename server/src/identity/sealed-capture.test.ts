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

describe('a sealed capture with near infrared', () => {
  const veins = (text: string) => ({ bytes: Buffer.from(text), type: 'image/jpeg' as const })
  const pairs = frames.map((visible, i) => (i === 1 ? visible : { ...visible, nir: veins(`veins ${i}`) }))
  const sealPairs = (from: CaptureOpener) =>
    sealCapture(challengeOf(from), pairs, { deviceId: 'dev_1', hand: 'L', capturedAtMs: NOW_MS })
  const texts = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString()

  it('opens into frames and the pictures beside them, from a device that has the sensor', async () => {
    const asked: string[] = []
    const hasNearInfrared = async (deviceId: string) => asked.push(deviceId) > 0
    const seeing = await createCaptureOpener([newKey()], { clock, hasNearInfrared })
    const opened = await seeing.open(basis, await sealPairs(seeing), place)
    expect(opened.frames.map(({ bytes }) => texts(bytes))).toEqual(['one', 'two', 'three'])
    expect(opened.frames.map(({ nir }) => texts(nir))).toEqual(['veins 0', null, 'veins 2'])
    // nobody is asked about a capture without one
    await seeing.open(basis, await seal(seeing), place)
    expect(asked).toEqual(['dev_1'])
  })

  it('of a device without the sensor opens without them', async () => {
    const opened = await opener.open(basis, await sealPairs(opener), place)
    expect(opened.frames.map(({ bytes, nir }) => [texts(bytes), nir])).toEqual([
      ['one', null],
      ['two', null],
      ['three', null],
    ])
  })

  it('whose index does not fit is refused', async () => {
    const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
    const point = Buffer.from(opener.current.publicKey, 'base64url')
    const recipientPublicKey = await suite.kem.deserializePublicKey(
      point.buffer.slice(point.byteOffset, point.byteOffset + point.length) as ArrayBuffer,
    )
    const type = 'image/jpeg'
    for (const nir of [null, 7, { bytes: 0, type }, { bytes: 6, type }, { bytes: 5, type: 'text/html' }, { type }]) {
      const index = { frames: frames.map(({ bytes }) => ({ bytes: bytes.length, offsetMs: 0, type, nir })) }
      const plain = joinFrames(
        index as never,
        frames.flatMap(({ bytes }) => [bytes, Buffer.from('veins')]),
      )
      const sender = await suite.createSenderContext({ recipientPublicKey, info: new TextEncoder().encode(SEAL_INFO) })
      const aad = sealAad({ ...place, capturedAtMs: NOW_MS })
      const header = {
        v: 1 as const,
        keyId: opener.current.keyId,
        enc: Buffer.from(sender.enc).toString('base64url'),
        capturedAtMs: NOW_MS,
        hand: 'L' as const,
      }
      const sealed = joinSealed(header, new Uint8Array(await sender.seal(plain, aad)))
      await expect(opener.open(basis, sealed, place), JSON.stringify(nir)).rejects.toMatchObject({
        code: 'capture_unreadable',
      })
    }
  })

  it('is, without them, byte for byte what older devices send', async () => {
    const plain = { ...frame('one'), nir: null }
    const index = (nir: object) =>
      JSON.stringify({ bytes: 3, offsetMs: 0, type: 'image/jpeg', screenColour: null, ...nir })
    const sealedAlike = await sealCapture(challengeOf(opener), [plain, plain, plain], {
      deviceId: 'dev_1',
      hand: 'L',
      capturedAtMs: NOW_MS,
    })
    const length = (sealed: Uint8Array) => splitSealed(sealed).rest.length
    const content = joinFrames(
      { frames: [1, 2, 3].map(() => JSON.parse(index({}))) },
      [plain, plain, plain].map((f) => f.bytes),
    )
    // AES-GCM adds 16 bytes to the length of what it seals
    expect(length(sealedAlike)).toBe(content.length + 16)
  })
})

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
