import { openPublic } from '@paume/client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { post, TestDevice } from '../../server/test/test-device.ts'
import { auditPage } from './audit-page.ts'
import { openBrowser, shootEveryScreen } from './browser.ts'
import { type RunningPaume, startPaume } from './paume.ts'
import { demoShop, openDevicePage, press, reach } from './shop.ts'

let paume: RunningPaume
let browser: Browser
beforeAll(async () => {
  paume = await startPaume()
  browser = await openBrowser({ camera: 'page' })
})
afterAll(async () => {
  await browser?.close()
  if (paume) expect(await paume.stop()).toBe(0)
})

/** A till that speaks nexo to one terminal, with a key that its register made. */
async function nexoTill(terminalId: string, registerId: string) {
  const { pairingCode } = await openPublic({ baseUrl: paume.url }).sandbox.pairingCode(registerId)
  const register = new TestDevice(paume.url, 'register')
  const pairing = { code: pairingCode, kind: 'register', publicKey: register.publicKey }
  register.id = (await post(`${paume.url}/v1/pairings/redeem`, pairing)).body.id
  const { apiKey } = (await register.call('POST', '/v1/devices/self/nexo-keys', {})).body
  let count = 0
  return async (MessageCategory: string, body: object) => {
    const MessageHeader = {
      ProtocolVersion: '3.0',
      MessageClass: 'Device',
      MessageCategory,
      MessageType: 'Request',
      ServiceID: `s${++count}`,
      SaleID: 'POS-1',
      POIID: terminalId,
    }
    const message = { SaleToPOIRequest: { MessageHeader, [`${MessageCategory}Request`]: body } }
    const reply = await post(`${paume.url}/sync`, message, { 'x-api-key': apiKey })
    return reply.body.SaleToPOIResponse[`${MessageCategory}Response`]
  }
}

const output = (lines: string[], more: object = {}) => ({
  Device: 'CustomerDisplay',
  InfoQualify: 'Display',
  OutputContent: { OutputFormat: 'Text', OutputText: lines.map((Text) => ({ Text })), ...more },
})
const asks = (InputCommand: string, lines: string[], more: object = {}) => ({
  DisplayOutput: output(lines),
  InputData: { Device: 'CustomerInput', InfoQualify: 'Input', InputCommand, ...more },
})

it('a terminal shows what its till wants shown and asks what it asks, in good form on every screen', {
  timeout: 150_000,
}, async () => {
  const shop = await demoShop(paume)
  const ask = await nexoTill(shop.terminal.id, shop.register.id)
  const context = await browser.newContext({ locale: 'en-US' })
  const { page } = await openDevicePage(context, paume, shop.terminal, 'phone')
  await reach(page, 'idle')
  // The terminal has told that it is there.
  await expect.poll(async () => (await ask('Diagnosis', {})).POIStatus.GlobalStatus, { timeout: 20_000 }).toBe('OK')

  const shown = await ask('Display', { DisplayOutput: [output(['Welcome', 'Two coffees', '<b>6.40</b>'])] })
  expect(shown.OutputResult[0].Response).toEqual({ Result: 'Success' })
  expect(await (await reach(page, 'till-screen')).textContent()).toContain('<b>6.40</b>')
  await shootEveryScreen(page, '14-terminal-till-text')

  const OutputBarcode = { BarcodeType: 'QRCode', BarcodeValue: 'https://shop.example/join?from=till' }
  await ask('Display', { DisplayOutput: [output(['Join us'], { OutputFormat: 'BarCode', OutputBarcode })] })
  await page.getByRole('img', { name: 'QR code of the shop' }).waitFor()
  expect(await auditPage(page, 'en')).toEqual([])
  await shootEveryScreen(page, '14-terminal-till-qr')

  const yes = ask('Input', asks('GetConfirmation', ['Receipt', 'Do you want it on paper?', 'No thanks', 'Yes please']))
  await page.getByRole('button', { name: 'Yes please' }).waitFor()
  expect(await auditPage(page, 'en')).toEqual([])
  await shootEveryScreen(page, '14-terminal-till-question')
  await press(page, 'Yes please')
  expect((await yes).InputResult).toMatchObject({ Response: { Result: 'Success' }, Input: { ConfirmedFlag: true } })
  await reach(page, 'idle')

  const digits = ask('Input', asks('DigitString', ['Your table'], { MinLength: 2, MaxLength: 3 }))
  await page.getByRole('button', { name: 'Done' }).waitFor()
  expect(await page.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true)
  for (const digit of ['0', '4', '2', '9']) await press(page, digit)
  expect(await auditPage(page, 'en')).toEqual([])
  await shootEveryScreen(page, '14-terminal-till-digits')
  await press(page, 'Done')
  expect((await digits).InputResult.Input).toEqual({ InputCommand: 'DigitString', DigitInput: '042' })

  const cancelled = ask('Input', asks('GetConfirmation', ['Sure?']))
  await press(page, 'Cancel, no answer')
  expect((await cancelled).InputResult.Response).toMatchObject({ ErrorCondition: 'Cancel' })
  await reach(page, 'idle')
  await context.close()
})
