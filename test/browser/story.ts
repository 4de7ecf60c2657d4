import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { openBrowser } from './browser.ts'
import { giveLitCamera } from './lit-camera.ts'
import { startPaume } from './paume.ts'
import { demoShop } from './shop.ts'

/**
 * The real server with a shop of its own and a real browser, for all stories of a file; both end after the last of them. Before the
 * camera stands the synthetic person of the seed `person`; without one there is no camera.
 */
export async function openStory({ person, ...look }: { person?: number } & BrowserContextOptions = {}) {
  const paume = await startPaume()
  try {
    const shop = await demoShop(paume)
    const browser = await openBrowser({ camera: person === undefined ? 'none' : 'page' })
    const context = await browser.newContext({ locale: 'en-US', ...look })
    if (person !== undefined) await giveLitCamera(context, person)
    afterAll(async () => {
      await browser.close()
      expect(await paume.stop()).toBe(0)
    })
    return { paume, shop, browser, context }
  } catch (error) {
    await paume.stop()
    throw error
  }
}
