import { describe, expect, it } from 'vitest'
import { openPage } from './browser.ts'
import { enterConsole, settle } from './console.ts'
import { openStory } from './story.ts'

const { paume, context } = await openStory({ reducedMotion: 'reduce' })
await enterConsole(context, paume.url, 'operator')

/** The row whose opener has the focus, counted from 0; -1 elsewhere. */
const FOCUSED_ROW = () => {
  const openers = [...document.querySelectorAll('tbody [data-opener]')]
  return openers.indexOf(document.activeElement!)
}

describe('a list of the console', () => {
  it('is walked by the keyboard alone: into it by Tab, along its rows by arrows, into a row by Enter, and back', async () => {
    const { page, faults } = await openPage(context, `${paume.url}/console/audit`, 'desktop')
    await settle(page)
    await page.locator('tbody [data-opener]').nth(3).waitFor()
    for (let tabs = 0; tabs < 60 && (await page.evaluate(FOCUSED_ROW)) < 0; tabs += 1) await page.keyboard.press('Tab')
    expect(await page.evaluate(FOCUSED_ROW)).toBe(0)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(FOCUSED_ROW)).toBe(2)
    await page.keyboard.press('ArrowUp')
    expect(await page.evaluate(FOCUSED_ROW)).toBe(1)
    await page.keyboard.press('End')
    const rows = await page.locator('tbody [data-opener]').count()
    expect(await page.evaluate(FOCUSED_ROW)).toBe(rows - 1)
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(FOCUSED_ROW)).toBe(rows - 1)
    await page.keyboard.press('Home')
    expect(await page.evaluate(FOCUSED_ROW)).toBe(0)

    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog')
    await drawer.getByText('Stands in the log').waitFor()
    expect(page.url()).toMatch(/\?open=\d+$/)
    // The focus stays in what is open, and goes back to the row.
    for (let tabs = 0; tabs < 12; tabs += 1) {
      await page.keyboard.press('Tab')
      const inside = await page.evaluate(
        () => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null,
      )
      expect(inside).toBe(true)
    }
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    expect(await page.evaluate(FOCUSED_ROW)).toBe(0)
    expect(faults).toEqual([])
    await page.close()
  })

  it('keeps filters, order and what is open in its address: a copied address shows the same, the back button takes back', async () => {
    const { page } = await openPage(context, `${paume.url}/console/audit`, 'desktop')
    await settle(page)
    await page.getByRole('combobox', { name: 'Event' }).selectOption('device_created')
    await page.getByRole('button', { name: /^Take this filter away: Event/ }).waitFor()
    await settle(page)
    await page
      .getByRole('columnheader', { name: /Number/ })
      .getByRole('button')
      .click()
    await page.locator('th[aria-sort="ascending"]').waitFor()
    const events = () => page.locator('tbody tr td:first-child code').allTextContents()
    await settle(page)
    expect(new Set(await events())).toEqual(new Set(['device_created']))
    const address = page.url()
    expect(new URL(address).search).toBe('?event=device_created&sort=sequence')

    const copy = await openPage(context, address, 'desktop')
    await settle(copy.page)
    await copy.page.locator('th[aria-sort="ascending"]').waitFor()
    expect(await copy.page.locator('tbody tr td:first-child code').allTextContents()).toEqual(await events())
    await copy.page.close()

    await page.goBack()
    await page.locator('th[aria-sort="descending"]').waitFor()
    await page.goBack()
    await page.getByRole('button', { name: /^Take this filter away/ }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('')
    await page.close()
  })

  it('says when nothing fits the filters, and clears them', async () => {
    const { page } = await openPage(context, `${paume.url}/console/audit?q=nothing-is-called-so`, 'desktop')
    await page.getByText('Nothing fits these filters').waitFor()
    await page.getByRole('button', { name: 'Clear all filters' }).first().click()
    await page.locator('tbody [data-opener]').first().waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.close()
  })

  it('says when it could not be loaded, with the number for support, and tries again', async () => {
    const { page } = await openPage(context, `${paume.url}/console/health`, 'desktop')
    await settle(page)
    let broken = true
    await page.route('**/v1/console/audit?*', (route) =>
      broken
        ? route.fulfill({
            status: 403,
            contentType: 'application/problem+json',
            json: {
              type: 'urn:paume:problem:permission_missing',
              title: 'x',
              status: 403,
              code: 'permission_missing',
              requestId: 'req-7',
            },
          })
        : route.fallback(),
    )
    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.getByText('This could not be loaded').waitFor()
    await page.getByText('For support: req-7').waitFor()
    broken = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('tbody [data-opener]').first().waitFor()
    await page.close()
  })

  it('folds its rows into cards on a phone, and shows optional columns on request', async () => {
    const { page } = await openPage(context, `${paume.url}/console/audit`, 'desktop')
    await settle(page)
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('checkbox', { name: 'Organisation' }).check()
    await page.getByRole('columnheader', { name: 'Organisation' }).waitFor()
    await page.reload()
    await page.getByRole('columnheader', { name: 'Organisation' }).waitFor()
    await page.setViewportSize({ width: 375, height: 812 })
    await settle(page)
    const shape = await page
      .locator('tbody tr')
      .first()
      .evaluate((row) => ({
        display: getComputedStyle(row).display,
        wide: row.getBoundingClientRect().width > 300,
        sideways: document.documentElement.scrollWidth > window.innerWidth,
      }))
    expect(shape).toEqual({ display: 'block', wide: true, sideways: false })
    await page.close()
  })
})

describe('the console', () => {
  it('goes to a page by its name, and to a thing by its identifier', async () => {
    const { page } = await openPage(context, `${paume.url}/console`, 'desktop')
    await settle(page)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('audit')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/console/audit')
    await page.close()
  })

  it('says that there is no such page, and speaks four languages', async () => {
    const { page } = await openPage(context, `${paume.url}/console/nowhere`, 'desktop')
    await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor()
    await page.getByRole('button', { name: /^Signed in as/ }).click()
    const language = page.getByRole('combobox', { name: 'Language' })
    for (const [value, heading, tag] of [
      ['fr', 'Cette page n’existe pas', 'fr'],
      ['es', 'Esta página no existe', 'es'],
      ['zh', '没有这个页面', 'zh-Hans'],
    ] as const) {
      await page.locator('.menu-choice select').first().selectOption(value)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(tag)
    }
    await page.locator('.menu-choice select').first().selectOption('en')
    await language.waitFor()
    await page.close()
  })
})
