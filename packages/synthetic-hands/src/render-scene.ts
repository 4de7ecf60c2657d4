import { type FlatPicture, paintFlat, paper, screen } from './flat-picture.ts'
import type { Window } from './grooves.ts'
import { type Dress, paintPerson } from './paint-person.ts'
import { randomFrom } from './random.ts'
import { frameOf, photograph, renderHand } from './render-hand.ts'
import { settingOf } from './setting.ts'
import type { Linear } from './skin.ts'
import type { HandRequest, Pose, RenderedScene, SceneKind, SceneRequest } from './types.ts'

/**
 * Renders what else can stand before the camera: nothing, two hands, a fist, the back of a hand, a glove, or the
 * picture of a palm on paper or on a phone. Pure, like `renderHand`.
 */
export function renderScene(kind: SceneKind, request: SceneRequest): RenderedScene {
  const full: HandRequest = { ...request, hand: request.hand ?? 'R' }
  switch (kind) {
    case 'empty': {
      const setting = settingOf(full)
      const window = { x0: 0, y0: 0, width: 0, height: 0 }
      return { kind, raster: photograph(frameOf(setting), setting, window), hands: [] }
    }
    case 'two-hands':
      return twoHands(full)
    case 'fist':
      return oneHand(kind, { ...full, pose: { ...FIST, ...full.pose } })
    case 'back-of-hand':
      return oneHand(kind, full, { side: 'back', glove: null })
    case 'glove':
      return oneHand(kind, full, { side: 'palm', glove: gloveOf(full) })
    case 'printed-sheet':
    case 'phone-screen':
      return flatPicture(kind, full)
  }
}

const FIST: Partial<Pose> = { curl: 1, spread: 0.6, centreX: 0.5, centreY: 0.52 }

function oneHand(kind: SceneKind, request: HandRequest, dress?: Dress): RenderedScene {
  const setting = settingOf(request)
  const frame = frameOf(setting)
  const { truth, window } = paintPerson(frame, setting, dress)
  return { kind, raster: photograph(frame, setting, window), hands: [truth] }
}

/** Left and right palm of one person side by side, seen from below: the left hand is at the left. */
function twoHands(request: HandRequest): RenderedScene {
  const { handLengthShare } = settingOf(request).pose
  const share = 0.78 * handLengthShare
  const pose = { handLengthShare: share, centreY: 0.51 + 0.21 * share, ...request.pose }
  const settings = (['L', 'R'] as const).map((hand) => {
    const centreX = hand === 'L' ? 0.27 : 0.73
    return settingOf({ ...request, hand, pose: { ...pose, centreX } })
  })
  // Both hands are in one picture: one light, one camera.
  const { scene, gain } = settings[0]
  const frame = frameOf(settings[0])
  const painted = settings.map((setting) => paintPerson(frame, { ...setting, scene, gain }))
  const window = painted.map((hand) => hand.window).reduce(around)
  return { kind: 'two-hands', raster: photograph(frame, settings[0], window), hands: painted.map(({ truth }) => truth) }
}

function around(a: Window, b: Window): Window {
  const [x0, y0] = [Math.min(a.x0, b.x0), Math.min(a.y0, b.y0)]
  return {
    x0,
    y0,
    width: Math.max(a.x0 + a.width, b.x0 + b.width) - x0,
    height: Math.max(a.y0 + a.height, b.y0 + b.height) - y0,
  }
}

/** Linear colours of gloves people wear: black and brown leather, blue and white medical, red wool, grey wool. */
const GLOVES: readonly Linear[] = [
  [0.02, 0.02, 0.022],
  [0.12, 0.055, 0.025],
  [0.07, 0.2, 0.52],
  [0.62, 0.62, 0.6],
  [0.32, 0.03, 0.035],
  [0.16, 0.17, 0.18],
]

const gloveOf = ({ person, view }: HandRequest): Linear => randomFrom('glove', person, view).pick(GLOVES)

/** A4 paper, and a phone held so near that its long side leaves the picture. */
const SHEETS: Record<'printed-sheet' | 'phone-screen', Omit<FlatPicture, 'picture'> & { share: number }> = {
  'printed-sheet': { widthMm: 210, heightMm: 297, borderMm: 14, cornerMm: 0.5, surface: paper, share: 0.92 },
  'phone-screen': { widthMm: 82, heightMm: 164, borderMm: 5, cornerMm: 10, surface: screen, share: 1.25 },
}

function flatPicture(kind: 'printed-sheet' | 'phone-screen', request: HandRequest): RenderedScene {
  const { share, ...sheet } = SHEETS[kind]
  const setting = settingOf(request)
  const shownWide = sheet.widthMm - 2 * sheet.borderMm
  const shownHigh = sheet.heightMm - 2 * sheet.borderMm
  const heightPx = setting.heightPx
  const widthPx = Math.max(64, Math.round((heightPx * shownWide) / shownHigh))
  // The picture on it is an easy view of its own, as large as its narrower side lets it be.
  const { raster: picture } = renderHand({
    ...request,
    view: request.view + 1,
    difficulty: 0.1,
    widthPx,
    heightPx,
    pose: { handLengthShare: Math.min(0.85, (1.05 * widthPx) / heightPx) },
    scene: undefined,
  })
  const random = randomFrom('sheet', kind, request.person, request.view)
  const pose = {
    ...setting.pose,
    rollDeg: random.normal(0, 5),
    pitchDeg: random.normal(0, 6),
    yawDeg: random.normal(0, 6),
    handLengthShare: share,
    centreX: 0.5 + random.normal(0, 0.02),
    centreY: 0.5,
    ...request.pose,
  }
  const turned = { ...setting, pose }
  const frame = frameOf(turned)
  const window = paintFlat(frame, turned, { ...sheet, picture })
  return { kind, raster: photograph(frame, turned, window), hands: [] }
}
