import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { shootEveryScreen as see } from './browser.ts'
import { walkToPalms } from './enrol.ts'
import { openDevicePage, press, reach } from './shop.ts'
import { openStory } from './story.ts'

/** Seed of the person before the camera: nobody. */
const PERSON = 41
/** A story of many screens, on a machine that may be busy. */
const STORY_MS = 180_000

const { paume, shop, context } = await openStory({ person: PERSON })

/** As a scanner that acts as a keyboard does: digits at once, then Enter. */
async function scan(page: Page, code: string) {
  await page.keyboard.type(code)
  await page.keyboard.press('Enter')
}
const text = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? ''
const SANDWICH = '2000000000077'
const SALAD = '2000000000091'

describe('the till of a small shop', () => {
  it(
    'scans, is paid by palm and cash, gives back by the receipt, and closes the day',
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
      await page.getByRole('button', { name: /^Add Cheese sandwich/ }).waitFor()
      for (const code of [SANDWICH, SANDWICH, SALAD]) await scan(page, code)
      expect(await text(page, '.total')).toContain('23.40')
      // The digits of the scanner are not an amount.
      expect(await text(page, '.free-display')).toContain('0.00')
      expect(await text(page, '.taxes')).toContain('1.73')
      await scan(page, '4006381333930')
      await page.getByText(/was not read right/).waitFor()
      await scan(page, '4006381333931')
      await page.getByText('No item has the barcode 4006381333931.').waitFor()
      await see(page, '20-till-scanned')
      await page.keyboard.press('Escape')

      await page.keyboard.press('F4')
      await press(page, 'Parked (1)')
      await see(page, '21-till-parked')
      await page.getByRole('button', { name: /^Take up the basket of/ }).click()
      await page.getByRole('button', { name: 'Parked (0)' }).waitFor()
      expect(await text(page, '.total')).toContain('23.40')

      await page.keyboard.press('F8')
      await reach(page, 'tender')
      await press(page, 'In 2')
      await see(page, '22-till-tender')
      await page.keyboard.press('p')
      await terminal.page.bringToFront()
      const approved = await reach(terminal.page, 'approved', 60_000)
      expect(await approved.textContent()).toContain('11.70')
      await page.bringToFront()
      const tender = await reach(page, 'tender')
      await tender.getByText(/Visa, ends in 4242/).waitFor()
      expect(await text(page, '.left strong')).toContain('11.70')
      await page.keyboard.type('2000')
      // A scan here is no amount. Fingers pause before it, else their digits would be the scanner's.
      await page.waitForTimeout(300)
      await scan(page, SALAD)
      expect(await text(page, '.free-display')).toContain('20.00')
      await see(page, '23-till-cash')
      await page.keyboard.press('c')
      await reach(page, 'settled')
      expect(await text(page, '.change-due')).toContain('8.30')
      const receipt = await text(page, '.receipt')
      for (const line of ['Tax 8%', 'Visa, ends in 4242', 'Cash', 'Change']) expect(receipt).toContain(line)
      const reference = /R-\d{4}-[0-9A-Z]{6}/.exec(receipt)![0]
      await see(page, '24-till-settled')

      await press(page, 'New sale')
      await reach(page, 'basket')
      await page.keyboard.press('F9')
      await page.getByLabel('Receipt or sale number').fill('1')
      await page.keyboard.press('Enter')
      await page.getByText(`Sale ${reference}`).waitFor()
      await press(page, 'Give back one more Garden salad')
      await see(page, '25-till-give-back')
      await press(page, /^Give back \$8\.40/)
      await page.getByText('Given back: $8.40').waitFor()
      await page.getByLabel('Receipt or sale number').fill(reference.toLowerCase())
      await page.keyboard.press('Enter')
      await press(page, /^All of it, \$15\.00/)
      await page.getByText('Hand it over: $11.70 (Cash).').waitFor()
      await page.getByText(/Everything of this sale has been given back/).waitFor()
      await press(page, 'Close')

      await page.keyboard.press('F10')
      const sheet = page.locator('.day-sheet')
      await sheet.waitFor()
      const rowsOf = async (at: number) =>
        (await sheet.locator('.day-table').nth(at).locator('tbody tr').allTextContents()).map((row) =>
          row.replace(/\s/g, ''),
        )
      expect(await rowsOf(0)).toEqual(['Palm1$11.70$0.00$11.70$0.00', 'Cash1$11.70$0.00$11.70$0.00'])
      // Sold and given back, line by line: no tax is left.
      expect(await rowsOf(1)).toEqual(['Tax8%$0.00$0.00$0.00'])
      await page.getByText('The entries sum to zero.').waitFor()
      await page.getByLabel('In the drawer in the morning').fill('50')
      await page.getByLabel('Counted now').fill('49.5x')
      await page.getByText('Type an amount such as 120.50, or nothing.').waitFor()
      await page.getByLabel('Counted now').fill('49.50')
      await page.getByText('$0.50 missing in the drawer.').waitFor()
      await see(page, '26-till-day')
      await page.getByRole('dialog').getByRole('button', { name: 'Close the day' }).click()
      await press(page, 'Close it for good')
      await page.getByText('Day 1 is closed and kept.').waitFor()
      await see(page, '26-till-day-closed')
      await press(page, 'The open day')
      await page.getByText('No ticket was paid or came back.').waitFor()
      await page.getByRole('button', { name: /^Day 1/ }).click()
      await page.getByText('$0.50 missing in the drawer.').waitFor()
      expect([...faults, ...terminal.faults]).toEqual([])
      await page.close()
      await terminal.page.close()
    },
    STORY_MS,
  )

  it('changes what it sells: a scanned code becomes an item, on every register, and can be taken out again', async () => {
    const { page, faults } = await openDevicePage(context, paume, shop.register, 'desktop')
    await reach(page, 'basket')
    await page.getByRole('button', { name: /^Add Cheese sandwich/ }).waitFor()
    await scan(page, '4006381333931')
    await press(page, 'Make an item of it')
    await press(page, 'Save')
    await page.getByText('Give it a name.').waitFor()
    await see(page, '27-till-item-wrong')
    await page.getByRole('textbox', { name: /^Name/ }).fill('Pencil')
    await page.getByLabel(/^Price in USD/).fill('1.20')
    await page.getByLabel(/^Tax rate, %/).fill('8.25')
    await press(page, 'Save')
    await page.getByRole('button', { name: 'Change Pencil' }).waitFor()
    await see(page, '28-till-catalogue')
    await page.getByLabel('Tax is added to prices').check()
    await press(page, 'Close')
    await scan(page, '4006381333931')
    expect(await text(page, '.total')).toContain('1.30')
    await page.keyboard.press('F2')
    await page.keyboard.type('penc')
    await page.keyboard.press('Enter')
    expect(await text(page, '.total')).toContain('2.60')
    await press(page, 'Catalogue')
    await page.getByLabel('Prices hold the tax').check()
    await press(page, 'Change Pencil')
    await press(page, 'Take out Pencil')
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Change Pencil' }).waitFor()
    expect(faults).toEqual([])
    await page.close()
  })
})
