/**
 * How a device signs a request: RFC 9421 HTTP message signatures, ecdsa-p256-sha256, label `paume`.
 * Every request is signed over method, path and query; one with a body also over its `content-digest` (RFC 9530, sha-256).
 * `keyid` is the device id, `created` in seconds, `nonce` at least 16 random bytes in base64url, used once.
 */
export const SIGNATURE_LABEL = 'paume'
export const SIGNATURE_ALGORITHM = 'ecdsa-p256-sha256'
export const SIGNED_COMPONENTS = ['@method', '@path', '@query'] as const
export const SIGNED_COMPONENTS_WITH_BODY = [...SIGNED_COMPONENTS, 'content-digest'] as const
/** A signature older or newer than this is refused (people.md: ±60 s). */
export const SIGNATURE_SKEW_MS = 60_000
