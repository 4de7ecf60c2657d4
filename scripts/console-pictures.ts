import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBrowser } from '../test/browser/browser.ts'
import { consolePlaces, enterConsole, settle } from '../test/browser/console.ts'
import { startPaume } from '../test/browser/paume.ts'

/*
 * Photographs the pages of the console, to be looked at: `node scripts/console-pictures.ts [NAME…] [--url http://localhost:4700]
 * [--widths 375,1280,1920] [--looks light,dark] [--language en] [--who operator]`. Names are beginnings: `shops` takes all pages of
 * shops. Without an address a system with new data is started. The pictures lie in `out/console` and are never committed.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string' },
    widths: { type: 'string', default: '375,1280,1920' },
    looks: { type: 'string', default: 'light,dark' },
    language: { type: 'string', default: 'en' },
    who: { type: 'string', default: 'operator' },
  },
})
const OUT = join(import.meta.dirname, '..', 'out', 'console')
const HEIGHT_PX: Record<string, number> = { '375': 812, '1280': 800, '1920': 1080 }

await mkdir(OUT, { recursive: true })
const paume = values.url ? { url: values.url, stop: async () => 0 } : await startPaume()
const browser = await openBrowser({ camera: 'none' })
try {
  const context = await browser.newContext({ locale: values.language, reducedMotion: 'reduce' })
  await context.addInitScript((language) => localStorage.setItem('paume-console-language', language), values.language)
  await enterConsole(context, paume.url, values.who === 'owner' ? 'owner' : 'operator')
  const page = await context.newPage()
  page.on('pageerror', (error) => console.log(`  uncaught: ${error.message}`))
  const places = await consolePlaces(page, paume.url)
  const wanted = places.filter(
    ({ name }) => positionals.length === 0 || positionals.some((beginning) => name.startsWith(beginning)),
  )
  for (const { name, path } of wanted) {
    for (const width of values.widths.split(',')) {
      await page.setViewportSize({ width: Number(width), height: HEIGHT_PX[width] ?? 900 })
      await page.goto(paume.url + path)
      await settle(page)
      for (const look of values.looks.split(',')) {
        await page.emulateMedia({ colorScheme: look === 'dark' ? 'dark' : 'light' })
        await page.waitForTimeout(150)
        await page.screenshot({ path: join(OUT, `${name}-${width}-${look}.png`), fullPage: true })
      }
    }
    console.log(`${name}  ${path}`)
  }
} finally {
  await browser.close()
  await paume.stop()
}
