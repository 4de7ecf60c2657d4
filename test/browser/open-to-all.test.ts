import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { auditPage } from './audit-page.ts'
import { openPage } from './browser.ts'
import { walkToPalms } from './enrol.ts'
import { openDevicePage, press, reach } from './shop.ts'
import { openStory } from './story.ts'

// Without motion a screen is at once what it will be.
const { paume, shop, context } = await openStory({ reducedMotion: 'reduce' })

/** On a phone, the narrowest screen, in light and dark. Answers what is wrong, with the name of the screen. */
async function lookAt(page: Page, screen: string, language = 'en'): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const wrong = await auditPage(page, language)
    found.push(...wrong.map((each) => `${screen}, ${colorScheme}: ${each}`))
  }
  const moving = await page.evaluate(
    () => document.getAnimations().filter((each) => each.playState === 'running').length,
  )
  if (moving > 0) found.push(`${screen}: ${moving} things move though less motion was asked for`)
  return found
}

/** What a screen reader stands on: after a change of screen the new heading, or a field of the new screen. */
const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement?.closest('main') ? document.activeElement.tagName : 'nothing'))

describe('the pages are open to all', () => {
  it('the start page, in both languages', async () => {
    const { page } = await openPage(context, paume.url, 'phone')
    await reach(page, 'start')
    await page.getByRole('button', { name: /^Open/ }).first().waitFor()
    // Built for production, though a test runner built them: small, and without the paths of this machine.
    const scripts = await page.evaluate(async () => {
      const files = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js'))
      return Promise.all(files.map(async ({ name }) => (await fetch(name)).text()))
    })
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter((text) => text.includes('jsxDEV') || text.includes(process.cwd()))).toEqual([])
    const found = await lookAt(page, 'start')
    await page.getByRole('button', { name: /français/i }).click()
    found.push(...(await lookAt(page, 'début', 'fr')))
    expect(found).toEqual([])
    await page.getByRole('button', { name: /english/i }).click()
    await page.close()
  })

  it('every step of the kiosk, and the focus follows', async () => {
    const { page } = await openDevicePage(context, paume, shop.kiosk, 'phone')
    const found: string[] = []
    await walkToPalms(page, 31, async (screen) => {
      found.push(...(await lookAt(page, screen)))
      if (screen !== 'welcome' && (await focused(page)) === 'nothing') found.push(`${screen}: the focus is lost`)
    })
    await page.getByText('No camera here').waitFor()
    found.push(...(await lookAt(page, 'no camera')))
    await press(page, 'I can only show one hand')
    found.push(...(await lookAt(page, 'one hand')))
    await page.keyboard.press('Escape')
    await press(page, 'No thanks')
    await reach(page, 'goodbye')
    found.push(...(await lookAt(page, 'goodbye')))
    if ((await focused(page)) !== 'H1') found.push('goodbye: the focus is lost')
    expect(found).toEqual([])
    await page.close()
  })

  it('terminal and register through a payment that is cancelled', async () => {
    const terminal = await openDevicePage(context, paume, shop.terminal, 'phone')
    await reach(terminal.page, 'idle')
    await terminal.page.getByText('No camera here').waitFor()
    const found = await lookAt(terminal.page, 'idle')
    const till = await openDevicePage(context, paume, shop.register, 'phone')
    await reach(till.page, 'basket')
    await press(till.page, /^Add Cheese sandwich/)
    found.push(...(await lookAt(till.page, 'basket')))
    await press(till.page, 'Cash or split')
    await reach(till.page, 'tender')
    await till.page.getByRole('button', { name: /^Cash: / }).waitFor()
    found.push(...(await lookAt(till.page, 'tender')))
    await press(till.page, 'Back to the basket')
    for (const desk of ['Park', 'Parked (1)', 'Give back', 'Day', 'Catalogue']) {
      await reach(till.page, 'basket')
      await press(till.page, desk)
      if (desk === 'Park') continue
      await till.page.getByRole('dialog').waitFor()
      if (desk === 'Day') await till.page.getByText('Trial balance of the palm payments').waitFor()
      if (desk === 'Catalogue') await press(till.page, 'New item')
      found.push(...(await lookAt(till.page, desk)))
      if (desk === 'Parked (1)') await till.page.getByRole('button', { name: /^Take up/ }).click()
      else await till.page.keyboard.press('Escape')
    }
    await press(till.page, 'Close')
    await till.page.getByRole('checkbox').check()
    await press(till.page, /^Charge on/)
    await reach(till.page, 'running')
    found.push(...(await lookAt(till.page, 'running')))
    await reach(terminal.page, 'tip')
    found.push(...(await lookAt(terminal.page, 'tip')))
    await press(terminal.page, /^No tip/)
    await reach(terminal.page, 'hover')
    found.push(...(await lookAt(terminal.page, 'hover')))
    await press(terminal.page, 'Cancel, pay another way')
    await reach(terminal.page, 'ended')
    found.push(...(await lookAt(terminal.page, 'ended')))
    await reach(till.page, 'not-paid')
    found.push(...(await lookAt(till.page, 'not-paid')))
    for (const { page } of [terminal, till]) if ((await focused(page)) === 'nothing') found.push('the focus is lost')
    expect(found).toEqual([])
    await terminal.page.close()
    await till.page.close()
  })
})
