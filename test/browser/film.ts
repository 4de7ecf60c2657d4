import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { type Hand, type Pose, type Raster, renderHand } from '@paume/synthetic-hands'
import sharp from 'sharp'

/** Chromium plays a fed MJPEG file at this pace and from the start again when it ends. */
const FILM_FPS = 30
/** A moving hand: each drawn picture stays this many film pictures. A held one changes with every picture, as a camera's do. */
const REPEAT = 3
/** A hand is held this long. Shorter than the guide's patience with a wrong hand, so that the other one comes in time. */
const HOLD_S = 4
const AWAY_S = 0.6
const DIFFICULTY = 0.12
const BELOW_PICTURE = 2.6
/** Shifts of a trembling hand, picture widths. */
const TREMBLE = [0, 0.0012, 0.0019, 0.0008, -0.0006, -0.0011, -0.0004]

const jpeg = ({ widthPx, heightPx, data }: Raster) =>
  sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer()

/** What a camera sees when one hand of a person comes, is held still and goes: each picture with how long it lasts, film pictures. */
async function* approach(person: number, hand: Hand, view: number): AsyncGenerator<{ picture: Buffer; lasts: number }> {
  const draw = (pose: Partial<Pose>) => renderHand({ person, hand, view, difficulty: DIFFICULTY, pose })
  const away = { picture: await jpeg(draw({ centreY: BELOW_PICTURE }).raster), lasts: AWAY_S * FILM_FPS }
  const held = draw({})
  const { centreX, centreY, handLengthShare } = held.truth.pose
  const coming: Buffer[] = []
  for (const share of [0.5, 0.75, 0.9]) {
    coming.push(await jpeg(draw({ centreX, centreY: centreY + (1 - share) * 1.1, handLengthShare }).raster))
  }
  yield away
  for (const picture of coming) yield { picture, lasts: REPEAT }
  const still: Buffer[] = []
  for (const [index, shift] of TREMBLE.entries()) {
    const place = { centreX: centreX + shift, centreY: centreY + shift / 2, handLengthShare }
    still.push(index === 0 ? await jpeg(held.raster) : await jpeg(draw(place).raster))
  }
  for (let at = 0; at < HOLD_S * FILM_FPS; at += 1) {
    const round = at % (2 * (still.length - 1))
    yield { picture: still[round < still.length ? round : 2 * (still.length - 1) - round]!, lasts: 1 }
  }
  for (const picture of coming.toReversed()) yield { picture, lasts: REPEAT }
}

/** Writes the film of a person who does not exist, showing the left palm, then the right one, over and over. */
export async function writeFilm(path: string, person: number, hands: readonly Hand[] = ['L', 'R']): Promise<void> {
  const file = createWriteStream(path)
  for (const [view, hand] of hands.entries()) {
    for await (const { picture, lasts } of approach(person, hand, view + 1)) {
      for (let count = 0; count < lasts; count += 1) {
        if (!file.write(picture)) await once(file, 'drain')
      }
    }
  }
  file.end()
  await once(file, 'close')
}
