import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBrowser, shootEveryScreen as see } from './browser.ts'
import { walkToPalms } from './enrol.ts'
import { giveLitCamera } from './lit-camera.ts'
import { type RunningPaume, startPaume } from './paume.ts'
import { type DemoShop, demoShop, openDevicePage, press, reach } from './shop.ts'

/** Seed of the person before the camera: nobody. */
const PERSON = 41
/** A story of many screens, on a machine that may be busy. */
const STORY_MS = 180_000

let paume: RunningPaume
let browser: Browser
let context: BrowserContext
let shop: DemoShop

beforeAll(async () => {
  paume = await startPaume()
  shop = await demoShop(paume)
  browser = await openBrowser({ camera: 'page' })
  context = await browser.newContext({ locale: 'en-US' })
  await giveLitCamera(context, PERSON)
})
afterAll(async () => {
  await browser?.close()
  if (paume) expect(await paume.stop()).toBe(0)
})

it(
  'gives back without a receipt, by the hand that paid',
  async () => {
    const kiosk = await openDevicePage(context, paume, shop.kiosk, 'kiosk')
    await walkToPalms(kiosk.page, 1)
    await reach(kiosk.page, 'done', 80_000)
    await kiosk.page.close()
    const terminal = await openDevicePage(context, paume, shop.terminal, 'phone')
    await reach(terminal.page, 'idle')
    const { page, faults } = await openDevicePage(context, paume, shop.register, 'desktop')
    await reach(page, 'basket')
    await page.bringToFront()
    await page.getByRole('button', { name: /^Add Cheese sandwich/ }).click()
    await page.getByRole('button', { name: /^Charge/ }).click()
    await terminal.page.bringToFront()
    await reach(terminal.page, 'approved', 60_000)
    await page.bringToFront()
    await reach(page, 'paid')
    await press(page, 'New sale')
    await reach(page, 'basket')

    await page.keyboard.press('F9')
    await press(page, 'No receipt: ask for the hand')
    await page.getByText('The terminal asks for the hand that paid.').waitFor()
    await terminal.page.bringToFront()
    // Nothing of what was paid is on the shopper's side.
    const asked = await reach(terminal.page, 'refund')
    expect(await asked.textContent()).toMatch(/Show the hand that paid.*Nothing is charged/)
    expect(await asked.textContent()).not.toMatch(/\$|Receipt 0/)
    await reach(terminal.page, 'refund-ended', 60_000)
    await see(terminal.page, '26-terminal-refund-found')
    await page.bringToFront()
    const found = page.getByRole('button', { name: /^Receipt 000001,.*card 4242$/ })
    await found.waitFor()
    await see(page, '27-till-refund-by-hand')
    await found.click()
    await press(page, /^All of it/)
    await page.getByText(/^Given back: /).waitFor()
    expect(faults).toEqual([])
  },
  STORY_MS,
)
