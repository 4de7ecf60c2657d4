import { describe, expect, it } from 'vitest'
import { addressesOf, checkUrl, publicOnly } from './target.ts'

const strict = publicOnly(false)
const trying = publicOnly(true)
const refusal = (text: string, policy = strict) => {
  try {
    checkUrl(text, policy)
    return null
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('where messages may be sent', () => {
  it.each([
    'https://hooks.example.com/paume',
    'https://hooks.example.com:8443/a?b=c',
    'https://hooks.example.com./',
    'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/',
  ])('%s', (url) => expect(refusal(url)).toBeNull())

  it.each([
    'hooks.example.com',
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'https://hooks.example.com:22/',
    'https://hooks.example.com:5432/',
    'https://user:secret@hooks.example.com/',
    'https://hooks.example.com/#part',
    'https://localhost/',
    'https://localhost./',
    'https://a.localhost/',
    'https://printer/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'http://127.0.0.1:8080/',
  ])('not %s', (url) => expect(refusal(url)).toBe('webhook_url_refused'))

  it('takes plain http to this machine by its number where that is allowed, and nothing else by it', () => {
    expect(refusal('http://127.0.0.1:8080/hooks', trying)).toBeNull()
    expect(refusal('http://[::1]:8080/', trying)).toBeNull()
    for (const url of [
      'http://localhost:8080/',
      'http://10.0.0.1/',
      'https://127.0.0.1/',
      'http://hooks.example.com/',
    ]) {
      expect(refusal(url, trying)).toBe('webhook_url_refused')
    }
  })

  it('refuses a name that leads both out and in', async () => {
    const url = new URL('https://hooks.example.com/')
    const lead =
      (...addresses: string[]) =>
      async () =>
        addresses.map((address) => ({ address, family: address.includes(':') ? (6 as const) : (4 as const) }))
    await expect(addressesOf(url, strict, lead('1.1.1.1', '10.0.0.1'))).rejects.toMatchObject({
      fault: 'address_refused',
    })
    await expect(addressesOf(url, strict, lead('::ffff:1.1.1.1'))).rejects.toMatchObject({ fault: 'address_refused' })
    // A name never profits from the permission for this machine's number.
    await expect(addressesOf(url, trying, lead('127.0.0.1'))).rejects.toMatchObject({ fault: 'address_refused' })
    await expect(addressesOf(url, strict, lead())).rejects.toMatchObject({ fault: 'unresolved' })
    expect(await addressesOf(url, strict, lead('1.1.1.1', '2606:4700::1'))).toHaveLength(2)
  })
})
