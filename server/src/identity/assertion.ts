import { type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Branded } from '../ids.ts'
import { createPseudonyms } from '../pseudonyms.ts'
import { deriveKey, type Secrets } from '../secrets.ts'
import { openBytes, sealBytes } from './data-key.ts'

/** A signed statement "this shopper stands at this terminal for this payment". A string to everyone but its maker. */
export type IdentityAssertion = Branded<string, 'IdentityAssertion'>

export type AssertionClaims = {
  /** Whoever takes the assertion spends it: once. */
  nonce: string
  shopperId: string
  terminalId: string
  organisationId: string
  /** The shop that is paid. */
  payeeId: string
  paymentId: string
  amountMinor: bigint
  currency: string
  expiresAt: Date
}

/** Long enough to reach the payment in this process or the next machine, too short to be carried off, ms. */
export const ASSERTION_TTL_MS = 10_000
/** It names the shopper as the organisation knows them; who that is in the network is sealed inside. */
const PREFIX = 'paume-assertion-2'
/** It said the network's own identifier in the clear: still read, never shown. */
const OLDEST_PREFIX = 'paume-assertion-1'

export type Assertions = {
  mint(claims: Omit<AssertionClaims, 'nonce' | 'expiresAt'>): IdentityAssertion
  /** Form, signature and time. What it is bound to is for whoever spends it. Throws `assertion_invalid`, `assertion_expired`. */
  verify(assertion: IdentityAssertion): AssertionClaims
  /** A statement of any age, for the record: what it says and by which key it is signed; null when the signature is not ours. */
  read(assertion: string): SignedStatement | null
}

export type SignedStatement = {
  claims: AssertionClaims
  signedAt: Date
  publicKey: string
  /** What the organisation knows the shopper by. */
  pseudonym: string
  /** Whether it may be shown to the organisation: one of before says the network's own identifier. */
  mayLeave: boolean
}

/** Ed25519 (RFC 8032) over the prefix and the claims; every node holds the same keys. */
export function createAssertions(secrets: Pick<Secrets, 'assertionKey' | 'contactKey'>, clock: Clock): Assertions {
  const { privateKey, publicKey } = secrets.assertionKey
  const pseudonymOf = createPseudonyms(secrets)
  const hidingKey = deriveKey(secrets.contactKey, 'shoppers in assertions')
  const hide = (shopperId: string, nonce: string) =>
    sealBytes(hidingKey, Buffer.from(shopperId), nonce).toString('base64url')
  const signedClaims = (assertion: string): AssertionClaims | null => {
    const raw = signedPayload(publicKey, assertion)
    if (raw === null) return null
    const { hidden, shopper: _pseudonym, ...claims } = raw
    const shopperId =
      hidden === undefined
        ? raw.shopperId
        : openBytes(hidingKey, Buffer.from(hidden, 'base64url'), raw.nonce).toString('utf8')
    return { ...claims, shopperId, amountMinor: BigInt(raw.amountMinor), expiresAt: new Date(raw.expiresAt) }
  }
  return {
    mint({ shopperId, ...claims }) {
      const nonce = randomBytes(16).toString('base64url')
      const expiresAt = clock.nowMs() + ASSERTION_TTL_MS
      const text = JSON.stringify({
        ...claims,
        shopper: pseudonymOf(claims.organisationId, shopperId),
        hidden: hide(shopperId, nonce),
        amountMinor: claims.amountMinor.toString(),
        nonce,
        expiresAt,
      })
      const body = `${PREFIX}.${Buffer.from(text).toString('base64url')}`
      return `${body}.${sign(null, Buffer.from(body), privateKey).toString('base64url')}` as IdentityAssertion
    },
    verify(assertion) {
      const claims = signedClaims(assertion)
      if (claims === null) throw new Failure('assertion_invalid')
      if (!(clock.nowMs() < claims.expiresAt.getTime())) throw new Failure('assertion_expired')
      return claims
    },
    read(assertion) {
      const claims = signedClaims(assertion)
      if (claims === null) return null
      const signedAt = new Date(claims.expiresAt.getTime() - ASSERTION_TTL_MS)
      return {
        claims,
        signedAt,
        publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
        pseudonym: pseudonymOf(claims.organisationId, claims.shopperId),
        mayLeave: assertion.startsWith(`${PREFIX}.`),
      }
    },
  }
}

type Payload = Omit<AssertionClaims, 'amountMinor' | 'expiresAt'> & {
  amountMinor: string
  expiresAt: number
  shopper?: string
  hidden?: string
}

function signedPayload(publicKey: KeyObject, assertion: string): Payload | null {
  const [prefix, claims, signature, more] = assertion.split('.')
  if ((prefix !== PREFIX && prefix !== OLDEST_PREFIX) || !claims || !signature || more !== undefined) return null
  const signed = Buffer.from(`${prefix}.${claims}`)
  if (!verify(null, signed, publicKey, Buffer.from(signature, 'base64url'))) return null
  return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Payload
}
