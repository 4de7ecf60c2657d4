import type { FastifyRequest } from 'fastify'
import { Failure } from '../failure.ts'

/** Where the console is opened, as a browser sees it. Passkeys are bound to it. */
export type ConsoleAddress = {
  /** Scheme, host and port. */
  origin: string
  /** The host alone: what a passkey is made for (Web Authentication, "RP ID"). */
  rpId: string
  /** Name of the session's cookie. */
  cookie: string
  secure: boolean
}

/**
 * The address that a request was made to: the public one, and on a sandbox also http://localhost at any port. No page but ours can have
 * that name, and browsers know no passkeys for an address of numbers. Throws `console_address` for any other.
 */
export function consoleAddressOf(
  { publicUrl, sandbox }: { publicUrl: string | null; sandbox: boolean },
  { headers }: Pick<FastifyRequest, 'headers'>,
): ConsoleAddress {
  const host = headers.host ?? ''
  const local = sandbox && /^localhost(:\d{1,5})?$/.test(host)
  if (!local && publicUrl === null) throw new Failure('console_address')
  const { origin, hostname, protocol } = new URL(local ? `http://${host}` : (publicUrl as string))
  const secure = protocol === 'https:'
  // The prefix has the browser refuse a cookie of that name that a neighbouring host sets, or that came without TLS.
  return { origin, rpId: hostname, cookie: secure ? '__Host-paume-staff' : 'paume-staff', secure }
}

/**
 * Holds what changes something to pages of ours: a browser names the page's origin with such requests, and no page can have it say
 * otherwise. Throws `origin_refused`.
 */
export function requireOwnOrigin(
  address: ConsoleAddress,
  { method, headers }: Pick<FastifyRequest, 'method' | 'headers'>,
): void {
  if (method === 'GET' || method === 'HEAD') return
  if (headers.origin !== address.origin) throw new Failure('origin_refused')
}

/** The session's token of a request; null: none, or not of our form. */
export function tokenOf(address: ConsoleAddress, { headers }: Pick<FastifyRequest, 'headers'>): string | null {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value = ''] = part.trim().split('=')
    if (name === address.cookie) return /^[\w-]{43}$/.test(value) ? value : null
  }
  return null
}

/** A header that sets the cookie until `endsInMs`, or takes it away. */
export function cookieOf({ cookie, secure }: ConsoleAddress, token: string | null, endsInMs = 0): string {
  const age = token === null ? 0 : Math.floor(endsInMs / 1000)
  return `${cookie}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? '; Secure' : ''}`
}
