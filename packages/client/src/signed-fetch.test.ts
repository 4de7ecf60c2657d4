import { createPublicKey, verify } from 'node:crypto'
import { SIGNATURE_LABEL, SIGNED_COMPONENTS, SIGNED_COMPONENTS_WITH_BODY } from '@paume/contract'
import fc from 'fast-check'
import { httpbis } from 'http-message-signatures'
import { describe, expect, it } from 'vitest'
import { createDeviceKey, type DeviceKey } from './device-key.ts'
import { contentDigest, signedFetch, signedHeaders } from './signed-fetch.ts'
import { json, scriptedServer } from './test-server.ts'

const DEVICE = 'dev_01ARZ3NDEKTSV4RRFFQ69G5FAV'

/** Verifies with Node's own crypto and another library than the one that signed. */
async function verified(key: DeviceKey, method: string, url: string, headers: Record<string, string>, body: boolean) {
  const publicKey = createPublicKey({ key: key.publicKey, format: 'jwk' })
  return httpbis.verifyMessage(
    {
      requiredFields: body ? [...SIGNED_COMPONENTS_WITH_BODY] : [...SIGNED_COMPONENTS],
      requiredParams: ['created', 'nonce', 'keyid', 'alg'],
      keyLookup: async ({ keyid }) =>
        keyid === DEVICE
          ? {
              id: DEVICE,
              algs: ['ecdsa-p256-sha256'],
              verify: async (data, signature) =>
                verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature),
            }
          : null,
    },
    { method, url, headers },
  )
}

describe('signedHeaders', () => {
  it('signs what another implementation verifies, whatever path, query and body', async () => {
    const key = await createDeviceKey()
    const segment = fc.stringMatching(/^[A-Za-z0-9 _~é%-]{1,12}$/).map(encodeURIComponent)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'DELETE'),
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.option(fc.dictionary(segment, segment, { minKeys: 1, maxKeys: 3 })),
        fc.option(fc.uint8Array({ maxLength: 200 })),
        async (method, segments, query, bytes) => {
          const url = new URL(`https://pay.example/${segments.join('/')}`)
          for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
          const body = bytes ? Uint8Array.from(bytes) : undefined
          const headers = await signedHeaders({ method, url: url.href, body }, { deviceId: DEVICE, key })
          expect(await verified(key, method, url.href, headers, body !== undefined)).toBe(true)
          const elsewhere = `${url.origin}/elsewhere${url.search}`
          expect(await verified(key, method, elsewhere, headers, body !== undefined)).toBe(false)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('writes components and label as the contract lists them, with a new nonce each time', async () => {
    const signer = { deviceId: DEVICE, key: await createDeviceKey() }
    const request = { method: 'POST', url: 'https://pay.example/v1/x', body: new TextEncoder().encode('{}') }
    const inputs = [await signedHeaders(request, signer), await signedHeaders(request, signer)].map(
      (headers) => headers['signature-input']!,
    )
    for (const input of inputs) {
      expect(input).toMatch(
        new RegExp(`^${SIGNATURE_LABEL}=\\("@method" "@path" "@query" "content-digest"\\);created=`),
      )
      expect(input).toMatch(/;nonce="[A-Za-z0-9_-]{22,}"/)
    }
    expect(new Set(inputs.map((input) => /nonce="([^"]+)"/.exec(input)?.[1])).size).toBe(2)
  })

  it('digests a body as RFC 9530 shows it', async () => {
    // The example of RFC 9530, appendix D.
    const body = new TextEncoder().encode('{"hello": "world"}\n')
    expect(await contentDigest(body)).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:')
  })

  it('arrives over real HTTP as it was signed', async () => {
    const server = await scriptedServer([json({ ok: true })])
    const key = await createDeviceKey()
    const url = `${server.baseUrl}/v1/terminals/a%20b/payment?wait=25&after=x%3A1`
    const body = new TextEncoder().encode('{"a":1}')
    await signedFetch(
      { method: 'POST', url, headers: { 'content-type': 'application/json' }, body },
      { deviceId: DEVICE, key },
    )
    const [heard] = server.heard
    await server.close()
    const { signature, 'signature-input': input, 'content-digest': digest } = heard!.headers as Record<string, string>
    const headers = { signature, 'signature-input': input, 'content-digest': digest }
    expect(digest).toBe(await contentDigest(body))
    expect(await verified(key, 'POST', `http://any.example${heard!.target}`, headers, true)).toBe(true)
  })
})
