import { SIGNATURE_ALGORITHM, SIGNATURE_LABEL, SIGNED_COMPONENTS, SIGNED_COMPONENTS_WITH_BODY } from '@paume/contract'
import { createSignature } from 'http-message-sig'
import { toBase64, toBase64Url } from './base64.ts'
import type { DeviceKey } from './device-key.ts'

const NONCE_BYTES = 18

export type Signer = { deviceId: string; key: DeviceKey }
export type Unsigned = { method: string; url: string; headers?: Record<string, string>; body?: Uint8Array<ArrayBuffer> }

/** `content-digest` of a body (RFC 9530, sha-256). */
export async function contentDigest(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return `sha-256=:${toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', body)))}:`
}

/**
 * The headers of a request with its signature (RFC 9421) added, made anew for every try: a nonce is good once.
 * `url` must be absolute and in the form the network sends it. `created` is this machine's own clock, uncorrected: a device
 * with a wrong clock is to be noticed and set, not helped past the check.
 */
export async function signedHeaders(request: Unsigned, { deviceId, key }: Signer): Promise<Record<string, string>> {
  const headers = { ...request.headers }
  if (request.body) headers['content-digest'] = await contentDigest(request.body)
  const signed = await createSignature(
    {
      kind: 'request',
      method: request.method,
      targetUri: request.url,
      fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
    },
    {
      label: SIGNATURE_LABEL,
      components: request.body ? SIGNED_COMPONENTS_WITH_BODY : SIGNED_COMPONENTS,
      parameters: {
        created: Math.floor(Date.now() / 1000),
        nonce: toBase64Url(crypto.getRandomValues(new Uint8Array(NONCE_BYTES))),
        keyid: deviceId,
        alg: SIGNATURE_ALGORITHM,
      },
      signer: { algorithm: SIGNATURE_ALGORITHM, sign: (base) => key.sign(Uint8Array.from(base)) },
    },
  )
  return { ...headers, 'signature-input': signed.signatureInput, signature: signed.signature }
}

/** Sends one signed request; the reply as `fetch` gives it. For what the typed calls do not cover. */
export async function signedFetch(
  request: Unsigned,
  signer: Signer,
  { signal, send = fetch }: { signal?: AbortSignal; send?: typeof fetch } = {},
): Promise<Response> {
  const { method, url, body } = request
  return send(url, { method, headers: await signedHeaders(request, signer), body, signal, redirect: 'error' })
}
