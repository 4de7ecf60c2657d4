import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { ensureChromium } from '../../scripts/chromium.ts'

/** What stands before the browser: a film of a synthetic hand, a camera that a test puts into the page, nothing at all, or a person who says no. */
export type Before = { camera: 'film'; mjpeg: string } | { camera: 'page' } | { camera: 'none' } | { camera: 'denied' }

/** Screens the pages are made for, CSS pixels. */
export const SCREENS = {
  kiosk: { width: 1080, height: 1920 },
  phone: { width: 390, height: 844 },
  desktop: { width: 1440, height: 900 },
} as const
export type Screen = keyof typeof SCREENS

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

function cameraFlags(before: Before): string[] {
  switch (before.camera) {
    case 'film':
      return [
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${before.mjpeg}`,
      ]
    case 'page':
      return ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']
    case 'none':
      return ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=0']
    case 'denied':
      return ['--use-fake-ui-for-media-stream=deny', '--use-fake-device-for-media-stream']
  }
}

/** Starts a fresh headless Chromium; its profile is a temporary folder that goes with it. */
export const openBrowser = (before: Before): Promise<Browser> =>
  chromium.launch({ executablePath: ensureChromium(), args: [...QUIET, ...cameraFlags(before)] })

export type OpenedPage = {
  page: Page
  /** Uncaught errors and console errors of the page: a test that ends well has none. */
  faults: string[]
}

/** Opens a page in a context and collects what goes wrong in it. */
export async function openPage(context: BrowserContext, url: string, screen: Screen): Promise<OpenedPage> {
  const page = await context.newPage()
  await page.setViewportSize(SCREENS[screen])
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text())) faults.push(message.text())
  })
  await page.goto(url)
  return { page, faults }
}

/** LiteRT looks for a graphics processor and goes on without; a reply such as 409 is an outcome that the page shows. */
const isExpected = (text: string) =>
  /WebGPU|No GPU adapter/.test(text) || /the server responded with a status of 4/.test(text)

const SHOTS = join(import.meta.dirname, '..', '..', 'out', 'screenshots')

/** Keeps a picture of the page in `out/screenshots` (never committed). */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name}.png`) })
}

/** The same page as each screen shows it; ends with the size it had. */
export async function shootEveryScreen(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  for (const [screen, size] of Object.entries(SCREENS)) {
    await page.setViewportSize(size)
    await shoot(page, `${name}-${screen}`)
  }
  if (before) await page.setViewportSize(before)
}
