import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { openBrowser } from '../test/browser/browser.ts'
import { walkToPalms } from '../test/browser/enrol.ts'
import { startPaume } from '../test/browser/paume.ts'
import { demoShop, openDevicePage, press, reach } from '../test/browser/shop.ts'
import { composeDevices } from './pictures/compose-devices.ts'

/** Who stands before the cameras: nobody who exists. */
const PERSON = 14
/** Screens of the three devices, CSS pixels. */
const SIZES = {
  kiosk: { width: 900, height: 1500 },
  terminal: { width: 560, height: 900 },
  register: { width: 1440, height: 900 },
  gate: { width: 900, height: 1500 },
  door: { width: 560, height: 900 },
} as const
const OUT = join(import.meta.dirname, '..', 'docs', 'pictures')

/** A picture while the camera says that the hand is good; the guide may have gone on before it was taken, then the next one counts. */
async function shootGoodHand(page: Page): Promise<Buffer> {
  const good = page.locator('.camera[data-tone="good"]:not(:has(.camera-over))')
  let picture: Buffer
  do {
    await good.waitFor({ timeout: 40_000 })
    picture = await page.screenshot()
  } while ((await good.count()) === 0 && (await page.locator('.camera').count()) > 0)
  return picture
}

async function openAt(
  context: BrowserContext,
  at: Parameters<typeof openDevicePage>[1],
  device: Parameters<typeof openDevicePage>[2],
) {
  const { page } = await openDevicePage(context, at, device, 'desktop')
  await page.setViewportSize(SIZES[device.kind])
  return page
}

/** Walks the running system as a person would, and keeps what its screens show. */
async function shootScreens(browser: Browser) {
  const paume = await startPaume()
  try {
    const shop = await demoShop(paume)
    const context = await browser.newContext({ locale: 'en-US', colorScheme: 'light' })
    await context.addInitScript((choice) => localStorage.setItem('paume-source', choice), `synthetic:${PERSON}`)
    const kioskPage = await openAt(context, paume, shop.kiosk)
    await walkToPalms(kioskPage, 1)
    const kiosk = await shootGoodHand(kioskPage)
    await reach(kioskPage, 'done', 60_000)

    const terminalPage = await openAt(context, paume, shop.terminal)
    await reach(terminalPage, 'idle')
    const registerPage = await openAt(context, paume, shop.register)
    await reach(registerPage, 'basket')
    for (const item of [/^Add Cheese sandwich/, /^Add Cheese sandwich/, /^Add Garden salad/]) {
      await press(registerPage, item)
    }
    await registerPage.evaluate(() => window.scrollTo(0, 0))
    const register = await registerPage.screenshot()
    await press(registerPage, /^Charge on/)
    await terminalPage.bringToFront()
    await reach(terminalPage, 'hover')
    const terminal = await shootGoodHand(terminalPage)
    await reach(terminalPage, 'approved', 60_000)
    await terminalPage.waitForTimeout(900)
    const approved = await terminalPage.screenshot()
    return { kiosk, terminal, register, approved }
  } finally {
    await paume.stop()
  }
}

/** Widths of the kept pictures, px: at most 250 kB each, the composed one 400 kB. */
const WIDEST_PX = { kiosk: 720, terminal: 560, register: 1440, 'hover-to-pay': 1840 } as const

/** Few colours make a small file; the dots of the dithering are not seen. */
const save = async (name: keyof typeof WIDEST_PX, picture: Buffer) => {
  const path = join(OUT, `${name}.png`)
  await sharp(picture).resize({ width: WIDEST_PX[name] }).png({ palette: true, quality: 92, effort: 10 }).toFile(path)
  console.log(`${path}  ${Math.round((await stat(path)).size / 1024)} kB`)
}

await mkdir(OUT, { recursive: true })
const browser = await openBrowser({ camera: 'none' })
try {
  const { kiosk, terminal, register, approved } = await shootScreens(browser)
  await save('kiosk', kiosk)
  await save('terminal', terminal)
  await save('register', register)
  await save('hover-to-pay', await composeDevices([register, approved, kiosk]))
} finally {
  await browser.close()
}
