import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FLASHES_PER_HOVER, SCREEN_COLOUR_NAMES, SCREEN_COLOURS, type ScreenColour } from '@paume/contract'
import type { Frame } from '@paume/palm'
import { renderBurst, screenLight } from '@paume/synthetic-hands'
import { encodeJpeg } from '@paume/synthetic-hands/node'

/** One hand held before the screen of a terminal, as the terminal would send it. */
export type Burst = {
  readonly person: number
  readonly frames: readonly Frame[]
  readonly flash: readonly ScreenColour[]
}

const SIZE = { widthPx: 1280, heightPx: 720 } as const
const JPEG_QUALITY = 90
const INTERVAL_MS = 120
/** An easy hand in usual light: what is timed is a hover that ends in a decision. */
const DIFFICULTY = 0.12

/** Another sequence for each view; neighbours differ, as in those the server draws. */
function flashOf(view: number): ScreenColour[] {
  const names = SCREEN_COLOUR_NAMES
  const step = 1 + (Math.floor(view / names.length) % (names.length - 1))
  return Array.from({ length: FLASHES_PER_HOVER }, (_, i) => names[(view + i * step) % names.length]).map(
    (colour, i, all) => (i > 0 && colour === all[i - 1] ? names[(names.indexOf(colour) + 1) % names.length] : colour),
  )
}

/**
 * A rendered hand under four colours of the screen, as JPEG. Rendering takes a second or more: with `keptIn` the pictures are read from
 * that folder when they are there, and left there when they are not.
 */
export async function flashedBurst(person: number, view: number, keptIn: string | null): Promise<Burst> {
  const flash = flashOf(view)
  const pictures = keptIn === null ? await render(person, view, flash) : await kept(person, view, flash, keptIn)
  const frames = pictures.map((bytes, i) => ({ bytes, offsetMs: i * INTERVAL_MS, screenColour: flash[i] }))
  return { person, frames, flash }
}

function render(person: number, view: number, flash: readonly ScreenColour[]): Promise<Uint8Array[]> {
  const screens = flash.map((colour) => screenLight(SCREEN_COLOURS[colour]))
  const request = { person, view, hand: 'R', difficulty: DIFFICULTY, frames: flash.length } as const
  const burst = renderBurst({ ...request, intervalMs: INTERVAL_MS, screens, ...SIZE })
  return Promise.all(burst.map(({ raster }) => encodeJpeg(raster, JPEG_QUALITY)))
}

async function kept(person: number, view: number, flash: readonly ScreenColour[], folder: string) {
  const names = flash.map((colour, i) => join(folder, `${person}-${view}-${i}-${colour}.jpg`))
  try {
    return await Promise.all(names.map((name) => readFile(name)))
  } catch {
    await mkdir(folder, { recursive: true })
    const pictures = await render(person, view, flash)
    await Promise.all(pictures.map((bytes, i) => writeFile(names[i], bytes)))
    return pictures
  }
}
