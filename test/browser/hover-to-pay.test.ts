import { describe, expect, it } from 'vitest'
import { openPage, shoot, shootEveryScreen } from './browser.ts'
import { walkToPalms } from './enrol.ts'
import { openDevicePage, press, reach } from './shop.ts'
import { openStory } from './story.ts'

/** Seed of the person before the camera: nobody. */
const PERSON = 41
/** A story of many screens, on a machine that may be busy. */
const STORY_MS = 150_000

const { paume, shop, context } = await openStory({ person: PERSON })

describe('a person with a camera', () => {
  it('finds every screen on the start page', async () => {
    const { page, faults } = await openPage(context, paume.url, 'desktop')
    await reach(page, 'start')
    const tiles = page.getByRole('button', { name: /^Open/ })
    await tiles.first().waitFor()
    expect(await tiles.count()).toBeGreaterThanOrEqual(3)
    await shootEveryScreen(page, '01-start')
    expect(faults).toEqual([])
    await page.close()
  })

  it(
    'registers both palms at the kiosk without pressing a button for the camera',
    async () => {
      const { page, faults } = await openDevicePage(context, paume, shop.kiosk, 'kiosk')
      await walkToPalms(page, 1, (screen) => shootEveryScreen(page, `02-kiosk-${screen}`))
      await page.waitForTimeout(700)
      await shoot(page, '02-kiosk-palm-left-kiosk')
      await page.getByRole('heading', { name: 'Now your right palm' }).waitFor({ timeout: 40_000 })
      await shoot(page, '02-kiosk-palm-right-kiosk')
      const done = await reach(page, 'done', 40_000)
      await shootEveryScreen(page, '02-kiosk-done')
      expect(await done.textContent()).toContain('4242')
      expect(faults).toEqual([])
      await page.close()
    },
    STORY_MS,
  )

  it(
    'pays 23.40 by hover, gets a receipt, and gets the money back',
    async () => {
      const terminal = await openDevicePage(context, paume, shop.terminal, 'phone')
      await reach(terminal.page, 'idle')
      await shootEveryScreen(terminal.page, '03-terminal-idle')
      const till = await openDevicePage(context, paume, shop.register, 'desktop')
      await reach(till.page, 'basket')
      for (const item of [/^Add Cheese sandwich/, /^Add Cheese sandwich/, /^Add Garden salad/])
        await press(till.page, item)
      expect(await till.page.locator('.total').textContent()).toContain('23.40')
      await shootEveryScreen(till.page, '04-register-basket')

      await press(till.page, /^Charge on/)
      // What lies behind another page cannot light a hand.
      await terminal.page.bringToFront()
      const hover = await reach(terminal.page, 'hover')
      expect(await hover.textContent()).toContain('23.40')
      await shoot(terminal.page, '05-terminal-hover-phone')
      await shoot(till.page, '05-register-running-desktop')

      const approved = await reach(terminal.page, 'approved', 40_000)
      expect(await approved.textContent()).toContain('23.40')
      await shootEveryScreen(terminal.page, '06-terminal-approved')
      await reach(till.page, 'paid')
      const receipt = till.page.locator('.receipt')
      await receipt.waitFor()
      expect(await receipt.textContent()).toContain('23.40')
      await shootEveryScreen(till.page, '06-register-paid')

      await press(till.page, 'This session')
      await till.page.getByRole('button', { name: /^Details of .*23\.40/ }).click()
      await press(till.page, 'Refund')
      await press(till.page, /^All of it: .*23\.40/)
      await till.page
        .getByText(/^Refunded .*23\.40/)
        .first()
        .waitFor()
      await shootEveryScreen(till.page, '07-register-refunded')
      expect([...terminal.faults, ...till.faults]).toEqual([])
      await terminal.page.close()
      await till.page.close()
    },
    STORY_MS,
  )
})
