import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import {
  type DevicePublicKey,
  SIGNATURE_ALGORITHM,
  SIGNATURE_LABEL,
  SIGNATURE_SKEW_MS,
  SIGNED_COMPONENTS,
  SIGNED_COMPONENTS_WITH_BODY,
} from '@paume/contract'
import { httpbis } from 'http-message-signatures'
import { Failure } from '../failure.ts'

export type SignedRequest = {
  method: string
  /** Path and query as they came in. */
  target: string
  headers: Record<string, string | string[] | undefined>
  body: Uint8Array
}

export type VerifiedSignature = { deviceId: string; nonce: string; createdMs: number }

/** Exactly one signature, over exactly what the contract lists: a parameter more or a component less is another protocol. */
const covered = (components: readonly string[]) => `(${components.map((name) => `"${name}"`).join(' ')})`
const INPUT_PREFIX = {
  plain: `${SIGNATURE_LABEL}=${covered(SIGNED_COMPONENTS)};`,
  withBody: `${SIGNATURE_LABEL}=${covered(SIGNED_COMPONENTS_WITH_BODY)};`,
}
const MIN_NONCE_LENGTH = 22
const MAX_NONCE_LENGTH = 86

/**
 * Verifies the RFC 9421 signature of a request and the RFC 9530 digest of its body, and answers who made it. Whether the nonce is
 * fresh is for the store to say. Throws `signature_missing`, `signature_invalid`, `content_altered`, `clock_skew`, and what `keyOf`
 * throws.
 */
export async function verifySignature(
  request: SignedRequest,
  keyOf: (deviceId: string) => Promise<KeyObject>,
  nowMs: number,
): Promise<VerifiedSignature> {
  const input = single(request.headers['signature-input'])
  const signature = single(request.headers.signature)
  if (input === undefined || signature === undefined) throw new Failure('signature_missing')
  const digest = single(request.headers['content-digest'])
  const hasBody = request.body.length > 0 || digest !== undefined
  // A comma would start a second signature; structured strings of ours hold none.
  if (!input.startsWith(hasBody ? INPUT_PREFIX.withBody : INPUT_PREFIX.plain) || input.includes(',')) {
    throw new Failure('signature_invalid')
  }
  const seen: { deviceId?: string; nonce?: string; createdMs?: number } = {}
  const headers = {
    'signature-input': input,
    signature,
    ...(digest === undefined ? {} : { 'content-digest': digest }),
  }
  let keyFailure: unknown
  const valid = await httpbis
    .verifyMessage(
      {
        requiredParams: ['created', 'keyid', 'nonce', 'alg'],
        // The library knows one sentence for every date that is off; we tell clocks apart ourselves, below.
        notAfter: Number.MAX_SAFE_INTEGER,
        keyLookup: async ({ keyid, nonce, created }) => {
          if (typeof keyid !== 'string' || typeof nonce !== 'string' || !(created instanceof Date)) return null
          Object.assign(seen, { deviceId: keyid, nonce, createdMs: created.getTime() })
          const key = await keyOf(keyid).catch((failure: unknown) => {
            keyFailure = failure
            return undefined
          })
          if (key === undefined) return null
          return {
            id: keyid,
            algs: [SIGNATURE_ALGORITHM],
            verify: async (data, bytes) => verifyP256(key, data, bytes),
          }
        },
      },
      { method: request.method, url: `http://paume.invalid${request.target}`, headers },
    )
    .catch(() => false)
  if (keyFailure !== undefined) throw keyFailure
  if (valid !== true || seen.deviceId === undefined) throw new Failure('signature_invalid')
  const { deviceId, nonce, createdMs } = seen as VerifiedSignature
  if (!/^[A-Za-z0-9_-]+$/.test(nonce) || nonce.length < MIN_NONCE_LENGTH || nonce.length > MAX_NONCE_LENGTH) {
    throw new Failure('signature_invalid', { detail: 'The nonce must be at least 16 random bytes in base64url.' })
  }
  if (hasBody) checkDigest(digest, request.body)
  if (!(Math.abs(nowMs - createdMs) <= SIGNATURE_SKEW_MS)) throw new Failure('clock_skew', { serverTimeMs: nowMs })
  return { deviceId, nonce, createdMs }
}

/** WebCrypto and RFC 9421 write an ECDSA signature as r | s, 32 bytes each. */
const verifyP256 = (publicKey: KeyObject, data: Buffer, signature: Buffer) =>
  signature.length === 64 && verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)

function checkDigest(header: string | undefined, body: Uint8Array): void {
  const match = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(header ?? '')
  const claimed = Buffer.from(match?.[1] ?? '', 'base64')
  const actual = createHash('sha256').update(body).digest()
  if (claimed.length !== actual.length || !timingSafeEqual(claimed, actual)) throw new Failure('content_altered')
}

const single = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(', ') : value)

/** A JWK of the right form may still name a point that is not on the curve. */
export function assertOnCurve(key: DevicePublicKey): void {
  try {
    createPublicKey({ key: key as JsonWebKey, format: 'jwk' })
  } catch (cause) {
    const problems = [{ path: 'body/publicKey', message: 'is not a point of P-256' }]
    throw new Failure('request_malformed', { problems }, { cause })
  }
}
