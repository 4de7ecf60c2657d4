import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBrowser, shootEveryScreen as see } from './browser.ts'
import { type RunningPaume, startPaume } from './paume.ts'
import { type DemoShop, demoShop, openDevicePage, press, reach } from './shop.ts'

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

it('a basket parked without a connection is kept, is taken up again, and reaches the system by itself', async () => {
  const { page } = await openDevicePage(context, paume, shop.register, 'desktop')
  await reach(page, 'basket')
  await press(page, /^Add Lemon cake/)
  await context.setOffline(true)
  await page.keyboard.press('F4')
  await page.getByText(/No connection. Parked baskets are kept on this register/).waitFor()
  await press(page, 'Parked (1)')
  await page.getByText('On this register only, until the connection is back.').waitFor()
  await see(page, '29-till-parked-offline')
  await page.getByRole('button', { name: /^Take up the basket of.*Lemon cake$/ }).click()
  expect(await page.locator('.total').textContent()).toContain('4.20')
  await page.getByRole('button', { name: 'Parked (0)' }).waitFor()

  await page.keyboard.press('F4')
  await page.getByRole('button', { name: 'Parked (1)' }).waitFor()
  await context.setOffline(false)
  await page.getByText(/No connection. Parked baskets are kept/).waitFor({ state: 'detached' })
  // Nothing is left in this browser: what is shown comes from the system.
  await page.evaluate(() => {
    for (const name of Object.keys(localStorage)) if (name.endsWith(':unsent')) localStorage.removeItem(name)
  })
  await page.reload()
  await press(page, 'Parked (1)')
  await page.getByRole('button', { name: /^Throw away the basket of/ }).click()
  await page.getByText('The basket was thrown away.').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: /^Take up the basket of.*Lemon cake$/ }).click()
  await page.getByRole('button', { name: 'Parked (0)' }).waitFor()
  expect(await page.locator('.total').textContent()).toContain('4.20')
  await page.close()
})
