import { SCREEN_COLOURS } from '@paume/contract'
import { type Pose, type Raster, renderHand, screenLight } from '@paume/synthetic-hands'
import type { DrawnFrame, DrawRequest, LightRequest, SequencePhase } from './synthetic-messages.ts'

/** How cooperative the drawn people are, 0…1 (see HandRequest): these demonstrate, they do not test the limits. */
const DIFFICULTY = 0.12
/** Middle of the palm while no part of the hand is in the picture, in picture heights. */
const BELOW_PICTURE = 2.6
/** Shares of the way from below to the held place, one a picture. */
const COMING = [0.45, 0.7, 0.88]
/** A held hand trembles: shifts of the palm's middle, in picture widths, one a picture. */
const TREMBLE: readonly (readonly [number, number])[] = [
  [0, 0],
  [0.0012, 0.0008],
  [0.0004, 0.0018],
  [-0.0009, 0.001],
  [-0.0006, -0.0011],
  [0.0008, -0.0015],
  [0.0017, -0.0004],
]

let latest = 0
/** The hand that is held now. */
let held: { request: Omit<DrawRequest, 'kind' | 'presentation'>; centreX: number; centreY: number } | null = null

async function pictureOf({ widthPx, heightPx, data }: Raster): Promise<ImageBitmap> {
  const rgba = new Uint8ClampedArray(widthPx * heightPx * 4).fill(255)
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    rgba[to] = data[from]
    rgba[to + 1] = data[from + 1]
    rgba[to + 2] = data[from + 2]
  }
  return createImageBitmap(new ImageData(rgba, widthPx, heightPx))
}

/** Draws one presentation picture by picture; gives up as soon as another one was asked for. */
async function present({ kind: _, presentation, ...request }: DrawRequest): Promise<void> {
  const draw = (pose: Partial<Pose>) => renderHand({ ...request, difficulty: DIFFICULTY, pose })
  async function show(phase: SequencePhase, { raster }: { raster: Raster }): Promise<boolean> {
    const picture = await pictureOf(raster)
    const frame: DrawnFrame = { presentation, phase, picture }
    self.postMessage(frame, { transfer: [picture] })
    // Lets a newer request in.
    await new Promise((resolve) => setTimeout(resolve, 0))
    return presentation === latest
  }
  if (!(await show('away', draw({ centreY: BELOW_PICTURE })))) return
  const still = draw({})
  const { centreX, centreY, handLengthShare } = still.truth.pose
  held = { request, centreX, centreY }
  for (const share of COMING) {
    const pose = {
      centreX,
      centreY: centreY + (1 - share) * 1.1,
      handLengthShare: handLengthShare * (1.25 - 0.25 * share),
    }
    if (!(await show('coming', draw(pose)))) return
  }
  if (!(await show('holding', still))) return
  for (const [x, y] of TREMBLE.slice(1)) {
    if (!(await show('holding', draw({ centreX: centreX + x, centreY: centreY + y })))) return
  }
}

/** The held hand as the screen lights it. Drawn when asked: nobody knows the colours before. */
async function lightUp({ presentation, light, colour }: LightRequest): Promise<void> {
  if (held === null || presentation !== latest) return
  const { request, centreX, centreY } = held
  const [x, y] = TREMBLE[light % TREMBLE.length]
  const pose = { centreX: centreX + x, centreY: centreY + y }
  const { raster } = renderHand({
    ...request,
    difficulty: DIFFICULTY,
    pose,
    scene: { screen: screenLight(SCREEN_COLOURS[colour]) },
  })
  const frame: DrawnFrame = { presentation, phase: 'lit', light, picture: await pictureOf(raster) }
  self.postMessage(frame, { transfer: [frame.picture] })
}

self.onmessage = ({ data }: MessageEvent<DrawRequest | LightRequest>) => {
  if (data.kind === 'light') return void lightUp(data)
  latest = data.presentation
  held = null
  void present(data)
}
