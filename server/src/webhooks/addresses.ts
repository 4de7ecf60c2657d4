import { BlockList, isIP, isIPv4 } from 'node:net'

/** IPv4 networks that are not the public internet (IANA special-purpose registry), and one platform address inside it. */
const NOT_PUBLIC_V4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // The wire server of Azure: a public number that every machine there reaches, and that hands out its settings.
  ['168.63.129.16', 32],
]
/** Of IPv6 only global unicast is public, and of that not what carries another address in it or is set aside (RFC 6890). */
const GLOBAL_V6: [string, number] = ['2000::', 3]
const NOT_PUBLIC_V6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const blocked = new BlockList()
for (const [network, bits] of NOT_PUBLIC_V4) blocked.addSubnet(network, bits, 'ipv4')
const blockedV6 = new BlockList()
for (const [network, bits] of NOT_PUBLIC_V6) blockedV6.addSubnet(network, bits, 'ipv6')
const globalV6 = new BlockList()
globalV6.addSubnet(...GLOBAL_V6, 'ipv6')
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * True for addresses of the public internet only. Private, loopback, link-local, shared (CGNAT), documentation, multicast and metadata
 * addresses are not, nor any IPv6 address that stands for an IPv4 one; what is not an address is not either.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !blocked.check(address, 'ipv4')
  // A zone means link-local.
  if (family !== 6 || address.includes('%')) return false
  return globalV6.check(address, 'ipv6') && !blockedV6.check(address, 'ipv6')
}

/** This machine itself: 127.0.0.0/8 and ::1. */
export const isLoopbackAddress = (address: string): boolean =>
  isIP(address) !== 0 && loopback.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
