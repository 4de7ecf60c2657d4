import { SCREEN_COLOUR_NAMES, SCREEN_COLOURS } from '@paume/contract'
import { type Hand, type Pose, type Raster, renderHand, type Scene, screenLight } from '@paume/synthetic-hands'
import type { BrowserContext } from 'playwright-core'
import sharp from 'sharp'

const DIFFICULTY = 0.12
const BELOW_PICTURE = 2.6
/** Shifts of a trembling hand, picture widths. */
const TREMBLE = [0, 0.0012, 0.0019, 0.0008, -0.0006]
/** Where the page finds the pictures; no address of the product. */
const ADDRESS = '/pictures-of-a-test/'

const jpeg = ({ widthPx, heightPx, data }: Raster) =>
  sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer()

/** Every picture the camera may take of one hand: away, coming, held in the room's light, held under each colour of the screen. */
async function drawHand(person: number, hand: Hand, view: number): Promise<Map<string, Buffer>> {
  const draw = async (pose: Partial<Pose>, scene: Partial<Scene> = {}) =>
    jpeg(renderHand({ person, hand, view, difficulty: DIFFICULTY, pose, scene }).raster)
  const { centreX, centreY, handLengthShare } = renderHand({ person, hand, view, difficulty: DIFFICULTY }).truth.pose
  const pictures = new Map([[`${hand}-away`, await draw({ centreY: BELOW_PICTURE })]])
  for (const [at, share] of [0.5, 0.75, 0.9].entries()) {
    pictures.set(`${hand}-coming-${at}`, await draw({ centreX, centreY: centreY + (1 - share) * 1.1, handLengthShare }))
  }
  for (const [at, shift] of TREMBLE.entries()) {
    const place = { centreX: centreX + shift, centreY: centreY + shift / 2, handLengthShare }
    pictures.set(`${hand}-held-${at}`, await draw(place))
    for (const colour of SCREEN_COLOUR_NAMES) {
      pictures.set(`${hand}-${colour}-${at}`, await draw(place, { screen: screenLight(SCREEN_COLOURS[colour]) }))
    }
  }
  return pictures
}

/**
 * Puts a camera into the pages of a context that sees what a real one sees: a hand that comes, is held and goes, left and right in turn,
 * lit by whatever colour is really on the page's screen, two pictures late. Chromium's own fed camera plays a film and sees no screen.
 */
export async function giveLitCamera(context: BrowserContext, person: number): Promise<void> {
  const pictures = new Map([...(await drawHand(person, 'L', 1)), ...(await drawHand(person, 'R', 2))])
  await context.route(`**${ADDRESS}*`, (route) => {
    const body = pictures.get(new URL(route.request().url()).pathname.slice(ADDRESS.length))
    return body ? route.fulfill({ body, contentType: 'image/jpeg' }) : route.fulfill({ status: 404 })
  })
  const names = [...pictures.keys()]
  const colours = Object.entries(SCREEN_COLOURS).map(([name, rgb]) => [`rgb(${rgb.join(', ')})`, name] as const)
  await context.addInitScript(playCamera, { names, colours, address: ADDRESS, moments: TREMBLE.length })
}

type Played = {
  names: string[]
  colours: (readonly [css: string, name: string])[]
  address: string
  moments: number
}

/** Runs in the page. */
function playCamera({ names, colours, address, moments }: Played): void {
  const FPS = 30
  /** Pictures that a camera and its driver hold back. */
  const LATE = 2
  const HOLD = 7 * FPS
  const COME = 4
  const bitmaps = new Map<string, ImageBitmap>()
  const nameOfColour = new Map(colours)
  let loading: Promise<unknown> | null = null
  const load = () => {
    loading ??= Promise.all(
      names.map(async (name) => {
        const reply = await fetch(address + name)
        bitmaps.set(name, await createImageBitmap(await reply.blob()))
      }),
    )
    return loading
  }
  /** What covers the screen now, by its real colour. */
  const lightNow = (): string => {
    const lamp = document.querySelector('.screen-light')
    if (!lamp?.checkVisibility() || getComputedStyle(lamp).opacity !== '1') return 'held'
    return nameOfColour.get(getComputedStyle(lamp).backgroundColor) ?? 'held'
  }
  const pictureAt = (tick: number): string => {
    const round = Math.floor(FPS / 2) + 2 * COME * 3 + HOLD
    const hand = Math.floor(tick / round) % 2 === 0 ? 'L' : 'R'
    const at = (tick % round) - Math.floor(FPS / 2)
    if (at < 0) return `${hand}-away`
    if (at < 3 * COME) return `${hand}-coming-${Math.floor(at / COME)}`
    if (at >= 3 * COME + HOLD) return `${hand}-coming-${2 - Math.floor((at - 3 * COME - HOLD) / COME)}`
    const swing = tick % (2 * (moments - 1))
    return `${hand}-${lightNow()}-${swing < moments ? swing : 2 * (moments - 1) - swing}`
  }
  navigator.mediaDevices.getUserMedia = async () => {
    await load()
    const canvas = document.createElement('canvas')
    canvas.width = 1280
    canvas.height = 720
    const context = canvas.getContext('2d', { alpha: false })!
    const stream = canvas.captureStream(FPS)
    const late: string[] = []
    let tick = 0
    const timer = setInterval(() => {
      if (stream.getVideoTracks().every(({ readyState }) => readyState === 'ended')) return clearInterval(timer)
      late.push(pictureAt(tick))
      tick += 1
      if (late.length > LATE) context.drawImage(bitmaps.get(late.shift()!)!, 0, 0)
    }, 1000 / FPS)
    return stream
  }
}
