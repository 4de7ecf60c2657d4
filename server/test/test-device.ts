import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { DeviceKind, DevicePublicKey } from '@paume/contract'
import { SIGNATURE_LABEL, SIGNED_COMPONENTS, SIGNED_COMPONENTS_WITH_BODY } from '@paume/contract'
import { httpbis } from 'http-message-signatures'

export type Reply<T = any> = { status: number; body: T; headers: Headers }

export type CallOptions = {
  headers?: Record<string, string>
  /** Device clock minus the real one, ms. */
  clockOffMs?: number
  /** Sign as if the body were this one. */
  signedBody?: Uint8Array
  nonce?: string
  contentType?: string
}

/** A device whose key lies in this process: it pairs and signs as a real one does, over real HTTP. */
export class TestDevice {
  readonly url: string
  readonly kind: DeviceKind
  readonly publicKey: DevicePublicKey
  readonly privateKey: KeyObject
  id = ''
  constructor(url: string, kind: DeviceKind) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { kty, crv, x, y } = pair.publicKey.export({ format: 'jwk' })
    this.url = url
    this.kind = kind
    this.privateKey = pair.privateKey
    this.publicKey = { kty, crv, x, y } as DevicePublicKey
  }

  /** Headers that sign a request as the contract says. */
  async sign(method: string, path: string, body: Uint8Array | undefined, options: CallOptions = {}) {
    const headers: Record<string, string> = { ...options.headers }
    const signed = options.signedBody ?? body
    if (signed !== undefined) {
      headers['content-digest'] = `sha-256=:${createHash('sha256').update(signed).digest('base64')}:`
    }
    const message = await httpbis.signMessage(
      {
        key: {
          id: this.id,
          alg: 'ecdsa-p256-sha256',
          sign: async (data: Buffer) => sign('sha256', data, { key: this.privateKey, dsaEncoding: 'ieee-p1363' }),
        },
        name: SIGNATURE_LABEL,
        fields: [...(signed === undefined ? SIGNED_COMPONENTS : SIGNED_COMPONENTS_WITH_BODY)],
        params: ['created', 'nonce', 'keyid', 'alg'],
        paramValues: {
          created: new Date(Date.now() + (options.clockOffMs ?? 0)),
          nonce: options.nonce ?? randomBytes(18).toString('base64url'),
        },
      },
      { method, url: `${this.url}${path}`, headers },
    )
    return message.headers as Record<string, string>
  }

  /** One signed request. A `Uint8Array` goes as it is, anything else as JSON. */
  async call<T = any>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Reply<T>> {
    const raw = body instanceof Uint8Array
    const bytes = body === undefined ? undefined : raw ? body : Buffer.from(JSON.stringify(body))
    const headers = await this.sign(method, path, bytes, options)
    if (bytes !== undefined)
      headers['content-type'] = options.contentType ?? (raw ? 'application/octet-stream' : 'application/json')
    return send<T>(`${this.url}${path}`, { method, headers, body: bytes as BodyInit | undefined })
  }
}

/** `fetch`, with the reply's JSON already read. */
export async function send<T = any>(url: string, init: RequestInit = {}): Promise<Reply<T>> {
  const reply = await fetch(url, init)
  const text = await reply.text()
  return { status: reply.status, body: (text === '' ? null : JSON.parse(text)) as T, headers: reply.headers }
}

/** An unsigned JSON request. */
export const post = <T = any>(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply<T>> =>
  send<T>(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
