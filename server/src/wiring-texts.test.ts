import { afterAll, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { makeSecrets, openSecrets } from './secrets.ts'
import { ACCOUNT, FROM, KEY, startCarrier } from './shoppers/carrier-stand-in.test-data.ts'
import type { PhoneNumber } from './shoppers/phone.ts'
import { wireTexts } from './wiring-texts.ts'

const carrier = await startCarrier()
afterAll(carrier.stop)
const TO = '+14155550123' as PhoneNumber
const secretsWith = (more: object) => openSecrets(JSON.stringify({ ...makeSecrets(), ...more }))
const set = { PAUME_SMS_ACCOUNT: ACCOUNT, PAUME_SMS_FROM: FROM, PAUME_SMS_URL: carrier.url }

it('sends by the carrier that is set, with the key of the secrets file', async () => {
  const texts = wireTexts(readConfig([], set, '/house'), secretsWith({ textCarrierKey: KEY }))
  expect(await texts.send(TO, 'hello')).toBe('sent')
  expect(carrier.taken).toEqual([{ to: TO, from: FROM, body: 'hello' }])
})

it('does not start without that key', () => {
  expect(() => wireTexts(readConfig([], set, '/house'), secretsWith({}))).toThrow('textCarrierKey')
})

it('prints nobody’s codes outside a sandbox: without a carrier it says so', async () => {
  const texts = wireTexts(readConfig([], { PAUME_SANDBOX: '0' }, '/house'), secretsWith({}))
  await expect(texts.send(TO, 'hello')).rejects.toMatchObject({ code: 'text_unavailable' })
})
