import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBrowser, shoot } from './browser.ts'
import { walkToPalms } from './enrol.ts'
import { writeFilm } from './film.ts'
import { giveLitCamera } from './lit-camera.ts'
import { type RunningPaume, startPaume } from './paume.ts'
import { type DemoShop, demoShop, openDevicePage, press, reach } from './shop.ts'

/** Seed of the person who registers, and whose film is fed into a camera afterwards: nobody. */
const PERSON = 41
const STORY_MS = 300_000

let paume: RunningPaume
let shop: DemoShop
let browser: Browser
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paume-film-'))
  const mjpeg = join(folder, 'hands.mjpeg')
  ;[paume] = await Promise.all([startPaume(), writeFilm(mjpeg, PERSON)])
  shop = await demoShop(paume)
  browser = await openBrowser({ camera: 'film', mjpeg })
})
afterAll(async () => {
  await browser?.close()
  if (paume) expect(await paume.stop()).toBe(0)
  await rm(folder, { recursive: true, force: true })
})

it(
  'a film of the right hand, fed in as the camera of a paired terminal, pays nothing',
  async () => {
    const honest = await browser.newContext({ locale: 'en-US' })
    await giveLitCamera(honest, PERSON)
    const kiosk = await openDevicePage(honest, paume, shop.kiosk, 'kiosk')
    await walkToPalms(kiosk.page, 1)
    await reach(kiosk.page, 'done', 120_000)
    await honest.close()

    // The same page, the same hand, recorded by the same camera: only the light of this moment is missing.
    const fed = await browser.newContext({ locale: 'en-US' })
    const till = await openDevicePage(fed, paume, shop.register, 'desktop')
    await reach(till.page, 'basket')
    const terminal = await openDevicePage(fed, paume, shop.terminal, 'phone')
    await reach(terminal.page, 'idle')
    await press(till.page, /^Add Cheese sandwich/)
    await press(till.page, /^Charge on/)
    await terminal.page.bringToFront()
    await reach(terminal.page, 'hover')
    const answers: { outcome: string; guidance: { code: string }[] }[] = []
    terminal.page.on('response', async (reply) => {
      if (/\/hovers\//.test(reply.url())) answers.push(await reply.json())
    })
    await reach(terminal.page, 'ended', 90_000)
    await shoot(terminal.page, '15-terminal-injected-stream')
    expect(answers.length).toBeGreaterThan(0)
    for (const { outcome, guidance } of answers) {
      expect(['try_again', 'declined']).toContain(outcome)
      expect(guidance.map(({ code }) => code)).toContain('liveness_failed')
    }
    await fed.close()
  },
  STORY_MS,
)
