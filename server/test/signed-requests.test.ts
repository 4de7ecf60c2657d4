import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import { send, TestDevice } from './test-device.ts'

let house: TestHouse
let kiosk: TestDevice
beforeAll(async () => {
  house = await startHouse()
  kiosk = await house.pair('kiosk')
})
afterAll(() => house.stop())

const beat = { appVersion: '1', camera: 'ready', deviceTimeMs: 1 }
const path = '/v1/devices/self/heartbeat'

describe('a signed request', () => {
  it('is taken once, and not a second time', async () => {
    const headers = await kiosk.sign('GET', '/v1/devices/self', undefined)
    expect((await send(`${house.url}/v1/devices/self`, { headers })).status).toBe(200)
    const again = await send(`${house.url}/v1/devices/self`, { headers })
    expect([again.status, again.body.code]).toEqual([401, 'signature_replayed'])
  })

  it('is refused without a signature', async () => {
    expect((await send(`${house.url}/v1/devices/self`)).body.code).toBe('signature_missing')
  })

  it('is refused when the body was altered', async () => {
    const reply = await kiosk.call('POST', path, beat, { signedBody: Buffer.from('{"other":1}') })
    expect([reply.status, reply.body.code]).toEqual([401, 'content_altered'])
  })

  it('is refused when the path, the query or the method is another than the signed one', async () => {
    const headers = await kiosk.sign('GET', '/v1/devices/self', undefined)
    expect((await send(`${house.url}/v1/devices/self?x=1`, { headers })).body.code).toBe('signature_invalid')
    const posted = await send(`${house.url}${path}`, { method: 'POST', headers })
    expect(posted.body.code).toBe('signature_invalid')
  })

  it('is refused with a clock that is off by five minutes, and told the time', async () => {
    for (const clockOffMs of [-300_000, 300_000]) {
      const reply = await kiosk.call('POST', path, beat, { clockOffMs })
      expect([reply.status, reply.body.code]).toEqual([401, 'clock_skew'])
      expect(Math.abs(reply.body.serverTimeMs - Date.now())).toBeLessThan(5_000)
    }
    expect((await kiosk.call('POST', path, beat, { clockOffMs: 50_000 })).status).toBe(200)
    expect((await kiosk.call('POST', path, beat, { clockOffMs: -50_000 })).status).toBe(200)
  })

  it('is refused from another key, an unknown device, a short nonce', async () => {
    const stranger = new TestDevice(house.url, 'kiosk')
    stranger.id = kiosk.id
    expect((await stranger.call('GET', '/v1/devices/self')).body.code).toBe('signature_invalid')
    stranger.id = 'dev_00000000000000000000000000'
    expect((await stranger.call('GET', '/v1/devices/self')).body.code).toBe('device_unknown')
    expect((await kiosk.call('GET', '/v1/devices/self', undefined, { nonce: 'short' })).body.code).toBe(
      'signature_invalid',
    )
  })

  it('is refused when it covers less, or carries two signatures', async () => {
    const headers = await kiosk.sign('GET', '/v1/devices/self', undefined)
    const key = Object.keys(headers).find((name) => name.toLowerCase() === 'signature-input')!
    const less = { ...headers, [key]: headers[key].replace(' "@query"', '') }
    expect((await send(`${house.url}/v1/devices/self`, { headers: less })).body.code).toBe('signature_invalid')
    const twice = { ...headers, [key]: `${headers[key]}, other=("@method");created=1` }
    expect((await send(`${house.url}/v1/devices/self`, { headers: twice })).body.code).toBe('signature_invalid')
  })

  it('is refused as soon as the device is revoked', async () => {
    const register = await house.pair('register', 1)
    expect((await register.call('GET', '/v1/devices/self')).status).toBe(200)
    await send(`${house.url}/v1/devices/${register.id}/revoke`, { method: 'POST', headers: house.operator })
    const reply = await register.call('GET', '/v1/devices/self')
    expect([reply.status, reply.body.code]).toEqual([403, 'device_revoked'])
  })
})
