import { isIP } from 'node:net'
import { Failure } from '../failure.ts'
import { isLoopbackAddress, isPublicAddress } from './addresses.ts'
import type { Resolve } from './ports.ts'

/** What messages may be sent to. */
export type TargetPolicy = {
  /** An address that may be connected to. */
  permits(address: string): boolean
  /** Plain http to this machine by its number, any port: for trying out on a sandbox. */
  loopback: boolean
}

export const publicOnly = (loopback: boolean): TargetPolicy => ({ permits: isPublicAddress, loopback })

/** Ports of https servers; others are somebody's inner services. */
const PORTS = ['', '443', '8443']
/** Names that mean this network and not the internet (RFC 6761, 6762, 8375, ICANN's `.internal`). */
const INNER_NAMES =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|localdomain|home\.arpa|in-addr\.arpa|ip6\.arpa)$/

const refuse = (detail: string): never => {
  throw new Failure('webhook_url_refused', { detail })
}

/** The host as it is looked up: without the brackets of IPv6 and the last dot. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

const isLoopbackUrl = (url: URL, policy: TargetPolicy) =>
  policy.loopback && url.protocol === 'http:' && isLoopbackAddress(hostOf(url))

/** True when that address may be connected to for this URL. */
export const permitted = (url: URL, address: string, policy: TargetPolicy): boolean =>
  isLoopbackUrl(url, policy) ? isLoopbackAddress(address) : policy.permits(address)

/** The form of an address for messages. Throws `webhook_url_refused`. Says nothing of where its name leads: that is asked at every attempt. */
export function checkUrl(text: string, policy: TargetPolicy): URL {
  const url = URL.canParse(text) ? new URL(text) : refuse('This is not an absolute URL.')
  if (url.username !== '' || url.password !== '') refuse('A URL with a name or password is not kept.')
  if (url.hash !== '') refuse('A fragment is never sent.')
  if (isLoopbackUrl(url, policy)) return url
  if (url.protocol !== 'https:') refuse('Only https is sent to.')
  if (!PORTS.includes(url.port)) refuse('Only the ports 443 and 8443 are sent to.')
  const host = hostOf(url)
  if (isIP(host) !== 0) return policy.permits(host) ? url : refuse('This address is not on the public internet.')
  if (!host.includes('.') || INNER_NAMES.test(host)) refuse('This name is not on the public internet.')
  return url
}

/**
 * Where a URL leads now, to be connected to as it is. Throws `address_refused` when a single address of the name is not permitted: a name
 * that leads both out and in is no accident.
 */
export async function addressesOf(url: URL, policy: TargetPolicy, resolve: Resolve) {
  const host = hostOf(url)
  const family = isIP(host) as 0 | 4 | 6
  const addresses = family === 0 ? await resolve(host).catch(unresolved) : [{ address: host, family }]
  if (addresses.length === 0) return unresolved()
  if (!addresses.every(({ address }) => permitted(url, address, policy))) throw new TargetRefused('address_refused')
  return addresses
}

/** Nothing was connected to. */
export class TargetRefused extends Error {
  override name = 'TargetRefused'
  readonly fault: 'address_refused' | 'unresolved'
  constructor(fault: 'address_refused' | 'unresolved', cause?: unknown) {
    super(fault, { cause })
    this.fault = fault
  }
}

const unresolved = (cause?: unknown): never => {
  throw new TargetRefused('unresolved', cause)
}
