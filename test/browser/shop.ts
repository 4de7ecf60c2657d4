import { openPublic } from '@paume/client'
import type { Device } from '@paume/contract'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { type OpenedPage, openPage, type Screen } from './browser.ts'
import type { RunningPaume } from './paume.ts'

/** The three devices of one demo shop that belong together. */
export type DemoShop = Record<'register' | 'terminal' | 'kiosk', Device>

export async function demoShop(paume: RunningPaume): Promise<DemoShop> {
  const devices = await openPublic({ baseUrl: paume.url }).sandbox.devices()
  const register = devices.find(({ kind, terminalId }) => kind === 'register' && terminalId !== undefined)
  const terminal = devices.find(({ id }) => id === register?.terminalId)
  const kiosk = devices.find(({ kind, shop }) => kind === 'kiosk' && shop.id === register?.shop.id)
  if (!register || !terminal || !kiosk) throw new Error('the demo has no shop with kiosk, register and terminal')
  return { register, terminal, kiosk }
}

/** Opens the page of a device with a fresh pairing code, as the start page's links do. */
export async function openDevicePage(
  context: BrowserContext,
  paume: RunningPaume,
  device: Device,
  screen: Screen,
): Promise<OpenedPage> {
  const { pairingCode } = await openPublic({ baseUrl: paume.url }).sandbox.pairingCode(device.id)
  const query = new URLSearchParams({ as: device.id, pair: pairingCode })
  return openPage(context, `${paume.url}/${device.kind}?${query}`, screen)
}

/** Waits until the page shows one of its screens (`data-screen`). */
export async function reach(page: Page, screen: string, timeoutMs = 30_000): Promise<Locator> {
  const main = page.locator(`main[data-screen="${screen}"]`)
  try {
    await main.waitFor({ timeout: timeoutMs })
  } catch (cause) {
    const shown = await page
      .locator('main')
      .getAttribute('data-screen')
      .catch(() => null)
    const text = await page
      .locator('main')
      .textContent({ timeout: 1_000 })
      .catch(() => '')
    throw new Error(`the page shows "${shown}" and not "${screen}":\n${text}`, { cause })
  }
  return main
}

export const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).click()
