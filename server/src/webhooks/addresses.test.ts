import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLoopbackAddress, isPublicAddress } from './addresses.ts'

const INNER = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '168.63.129.16',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.168.1.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.250',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:169.254.169.254',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '100::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  '5f00::1',
]

describe('addresses', () => {
  it.each(INNER)('%s is not on the public internet', (address) => expect(isPublicAddress(address)).toBe(false))
  it.each(['1.1.1.1', '8.8.8.8', '100.63.255.255', '172.32.0.1', '193.0.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
    '%s is',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )
  it.each(['', 'localhost', '1.1.1', '0x7f.1', '1.1.1.1.', '[::1]', '1.1.1.1 ', '2606:4700::1%eth0'])(
    '"%s" is no address',
    (text) => expect(isPublicAddress(text)).toBe(false),
  )

  it('finds no way in by an IPv6 address that carries an IPv4 one', () => {
    const half = fc.integer({ min: 0, max: 0xffff }).map((part) => part.toString(16))
    const prefix = fc.constantFrom('::', '::ffff:', '::ffff:0:', '64:ff9b::', '2002:', '2001:0:')
    fc.assert(
      fc.property(prefix, half, half, (start, high, low) => {
        const address =
          start === '2002:' || start === '2001:0:' ? `${start}${high}:${low}::1` : `${start}${high}:${low}`
        expect(isPublicAddress(address)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  it('knows this machine', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopbackAddress)).toBe(true)
    expect(['10.0.0.1', '::ffff:10.0.0.1', 'localhost', '::2', ''].some(isLoopbackAddress)).toBe(false)
  })
})
