import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, openPage, shoot, shootEveryScreen } from './browser.ts'
import { walkToCard } from './enrol.ts'
import { type RunningPaume, startPaume } from './paume.ts'
import { type DemoShop, demoShop, openDevicePage, press, reach } from './shop.ts'

/** A story of many screens, on a machine that may be busy. */
const STORY_MS = 120_000

let paume: RunningPaume
let browser: Browser
let context: BrowserContext
let shop: DemoShop

beforeAll(async () => {
  paume = await startPaume()
  shop = await demoShop(paume)
  browser = await openBrowser({ camera: 'none' })
  context = await browser.newContext({ locale: 'en-US' })
})
afterAll(async () => {
  await browser?.close()
  if (paume) expect(await paume.stop()).toBe(0)
})

describe('a person who registers', () => {
  it(
    'gives the card on their own phone, after they stopped once, and the kiosk goes on by itself',
    async () => {
      const asked: { setupId: string; confirmUrl: string }[] = []
      const { page, faults } = await openDevicePage(context, paume, shop.kiosk, 'kiosk')
      page.on('response', async (reply) => {
        if (reply.url().endsWith('/card-setup')) asked.push(await reply.json())
      })
      await walkToCard(page, 31)
      await page.getByRole('button', { name: /ends in 4242/ }).waitFor()
      await shootEveryScreen(page, '12-kiosk-card')

      await press(page, 'Use my phone')
      await page.getByRole('img', { name: /^Code with the address/ }).waitFor()
      await page.getByText(/We wait another 4:\d\d/).waitFor()
      await shootEveryScreen(page, '12-kiosk-card-qr')
      await page.emulateMedia({ colorScheme: 'dark' })
      await shootEveryScreen(page, '12-kiosk-card-qr-dark')
      await page.emulateMedia({ colorScheme: 'light' })
      const left = asked.at(-1)!
      await press(page, 'Stop waiting')
      await page.getByText('Stopped. Nothing was saved.').waitFor()
      await shootEveryScreen(page, '12-kiosk-card-stopped')

      // Whoever scanned the first code comes too late: that page is closed.
      const phone = await browser.newContext({ locale: 'en-US' })
      const late = await openPage(phone, new URL(left.confirmUrl, paume.url).href, 'phone')
      await late.page.getByRole('button', { name: /ends in 4242/ }).click()
      await late.page.getByText('This card set-up does not exist').waitFor()
      await late.page.close()

      await press(page, 'Try again')
      await page.getByText('Waiting for your phone').waitFor()
      const open = asked.at(-1)!
      expect(open.setupId).not.toBe(left.setupId)
      const own = await openPage(phone, new URL(open.confirmUrl, paume.url).href, 'phone')
      await own.page.getByRole('button', { name: /ends in 4444/ }).waitFor()
      await shootEveryScreen(own.page, '12-phone-card')
      await own.page.getByRole('button', { name: /ends in 4444/ }).click()
      await own.page.getByRole('heading', { name: 'Saved: Mastercard, ends in 4444' }).waitFor()
      await shoot(own.page, '12-phone-card-saved')
      await reach(page, 'terms')
      expect([...faults, ...own.faults]).toEqual([])
      await phone.close()
      await page.close()
    },
    STORY_MS,
  )

  it(
    'holds the card to the reader beside the kiosk; a card that the bank refuses can be followed by another way',
    async () => {
      const { page, faults } = await openDevicePage(
        await browser.newContext({ locale: 'en-US' }),
        paume,
        shop.kiosk,
        'kiosk',
      )
      await walkToCard(page, 32)
      const reader = await openPage(context, `${paume.url}/sandbox/card`, 'phone')
      const hold = (ends: string) =>
        reader.page
          .getByRole('button', { name: new RegExp(`ends in ${ends}`) })
          .first()
          .click()
      await hold('4242')
      await reader.page.getByText('The kiosk asks for no card at the moment.').waitFor()

      await page.bringToFront()
      await press(page, 'Use the reader')
      await page.getByRole('heading', { name: 'Hold your card to the reader' }).waitFor()
      await shootEveryScreen(page, '12-kiosk-card-reader')
      await hold('0002')
      await page.getByText(/The card was not saved/).waitFor()
      await shootEveryScreen(page, '12-kiosk-card-refused')
      await press(page, 'Try again')
      await page.getByRole('heading', { name: 'Hold your card to the reader' }).waitFor()
      await hold('4242')
      await reader.page.getByText('Saved: Visa, ends in 4242').waitFor()
      await shoot(reader.page, '12-reader-saved')
      await reach(page, 'terms')
      expect([...faults, ...reader.faults].filter((fault) => !/404|422|status of 4/.test(fault))).toEqual([])
    },
    STORY_MS,
  )
})
