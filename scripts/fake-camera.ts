import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { approachSequence, type Hand, type Raster, renderApproach } from '@paume/synthetic-hands'
import { writeMjpeg } from '@paume/synthetic-hands/node'
import { bar, optionsOf, wholeNumber } from './synthetic/arguments.ts'

const USAGE =
  'usage: node scripts/fake-camera.ts --person N [--hand R|L|LR] --out FILE.mjpeg [--view N] [--difficulty 0…1] — a film of a synthetic hand for Chromium’s --use-file-for-fake-video-capture'

/** Chromium plays the file at this pace, from the start again when it ends. */
const FILM_FPS = 30
/** Ten different pictures a second, each shown this often. */
const REPEAT = 3
const INTERVAL_MS = (1000 * REPEAT) / FILM_FPS
/** A hand that cooperates: the film is there to drive a page, not to test its limits. */
const DIFFICULTY = 0.12

/** Films one approach after another, one for each hand named. Returns the exit code. */
async function main(): Promise<number> {
  const values = optionsOf({
    person: { type: 'string' },
    hand: { type: 'string', default: 'R' },
    view: { type: 'string', default: '1' },
    difficulty: { type: 'string', default: `${DIFFICULTY}` },
    out: { type: 'string' },
    help: { type: 'boolean' },
  })
  if (!values) {
    console.error(USAGE)
    return 2
  }
  const [person, view] = [wholeNumber(values.person, 0), wholeNumber(values.view, 0)]
  const difficulty = Number(values.difficulty)
  const wrong = person === null || view === null || !(difficulty >= 0 && difficulty <= 1)
  if (values.help || wrong || !values.out || !/^[LR]{1,2}$/.test(values.hand)) {
    console.error(USAGE)
    return values.help ? 0 : 2
  }
  const requests = [...values.hand].map((hand) => ({
    person,
    view,
    hand: hand as Hand,
    difficulty,
    intervalMs: INTERVAL_MS,
  }))
  const all = requests.reduce((sum, request) => sum + approachSequence(request).length, 0)
  const out = resolve(values.out)
  await mkdir(dirname(out), { recursive: true })
  const film = function* (): Generator<Raster> {
    let done = 0
    for (const request of requests) {
      for (const picture of renderApproach(request)) {
        bar('film', ++done, all)
        yield picture
      }
    }
  }
  const { pictures, bytes } = await writeMjpeg(out, film(), { repeat: REPEAT })
  console.log(`${out}: ${(pictures / FILM_FPS).toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB`)
  return 0
}

process.exitCode = await main()
