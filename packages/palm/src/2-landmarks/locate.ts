import { distance } from '../geometry.ts'
import type { Raster } from '../image.ts'
import type { HandNetworks } from '../networks/network.ts'
import { type Hand, type Located, PALM_POINTS, type PalmBox, type TurnedSquare } from './hand.ts'
import { findLandmarks, meanOf } from './hand-landmarks.ts'
import { undoColouredLight } from './levels.ts'
import { foldedFingers, MAX_FOLDED_FINGERS } from './openness.ts'
import { detectPalms, wholePicture } from './palm-detector.ts'
import { squareFromLandmarks, squareFromPalm } from './squares.ts'

/** The landmark network's own belief below which there is no hand in the square (MediaPipe's default). */
export const MIN_PRESENCE = 0.5
/** A second hand counts when its palm is at least this share of the first one's; smaller ones stand behind. */
const MIN_SECOND_HAND_SHARE = 0.4
/** The square is looked at again when landmarks move it by more than this share of its side, or turn it further. */
const MAX_SQUARE_SHIFT = 0.06
const MAX_SQUARE_TURN_RAD = (8 * Math.PI) / 180
const MAX_SQUARE_GROWTH = 0.15
/** A further look that believes in the hand by so much less has lost it. */
const MAX_PRESENCE_LOSS = 0.1

export type LocateOptions = {
  /** Where the hand was in the frame before: saves the detector. */
  previous?: TurnedSquare | null
  /** `thorough` also looks for turned, near and oddly lit hands; up to ten times the time, and only when nothing is found. */
  search?: 'quick' | 'thorough'
  /** Hears where the hand seems to be before its last look, for other frames to look there meanwhile; also of a hand that is not judged yet. */
  onSquare?: (square: TurnedSquare) => void
}

/** Stage 2: finds the one hand of a picture, its 21 landmarks, its side, and whether it is open. */
export async function locate(networks: HandNetworks, picture: Raster, options: LocateOptions = {}): Promise<Located> {
  const { onSquare } = options
  if (options.previous) {
    const first = await findLandmarks(networks.handLandmarks, picture, options.previous)
    const hand = await refine(networks, picture, first, onSquare)
    if (hand.presence >= MIN_PRESENCE) return judge(hand, null)
  }
  for (const { seen, square } of attempts(picture, options.search ?? 'thorough')) {
    const palms = await detectPalms(networks.palmDetector, seen, square)
    const found = await handsOf(networks, seen, palms.slice(0, 2), onSquare)
    if (found.length === 2 && areTwoHands(found[0].hand, found[1].hand)) {
      return { outcome: 'two_hands', hands: found.map(({ hand }) => hand) }
    }
    if (found.length > 0) return judge(found[0].hand, found[0].palm)
  }
  return { outcome: 'no_hand' }
}

type Attempt = { seen: Raster; square: TurnedSquare }

/** What to show the detector, the likeliest first. A hand too near for it becomes small enough in a wider square. */
export function* attempts(picture: Raster, search: 'quick' | 'thorough'): Generator<Attempt> {
  const whole = wholePicture(picture)
  const wide = { ...whole, sidePx: whole.sidePx * 1.4 }
  yield { seen: picture, square: whole }
  if (search === 'quick') return
  yield { seen: picture, square: wide }
  const levelled = undoColouredLight(picture)
  if (levelled) {
    yield { seen: levelled, square: whole }
    yield { seen: levelled, square: wide }
  }
  for (const quarterTurns of [2, 1, 3]) {
    yield { seen: picture, square: { ...whole, angleRad: (quarterTurns * Math.PI) / 2 } }
  }
  // Small hands: the halves of the longer side, which overlap in the middle.
  const shortPx = Math.min(picture.widthPx, picture.heightPx)
  const alongPx = [shortPx / 2, Math.max(picture.widthPx, picture.heightPx) - shortPx / 2]
  for (const along of alongPx) {
    const centre = picture.widthPx >= picture.heightPx ? { x: along, y: shortPx / 2 } : { x: shortPx / 2, y: along }
    yield { seen: picture, square: { centre, sidePx: shortPx, angleRad: 0 } }
  }
}

async function handsOf(
  networks: HandNetworks,
  picture: Raster,
  palms: readonly PalmBox[],
  onSquare?: LocateOptions['onSquare'],
) {
  const found: { hand: Hand; palm: PalmBox }[] = []
  for (const palm of palms) {
    const first = await findLandmarks(networks.handLandmarks, picture, squareFromPalm(palm))
    // Where two palms are seen, which hand is meant is known when both are.
    const hand = await refine(networks, picture, first, palms.length === 1 ? onSquare : undefined)
    if (hand.presence >= MIN_PRESENCE) found.push({ hand, palm })
  }
  return found
}

/**
 * Looks again through the square that the landmarks themselves suggest, when the first one sat badly, and then at the mirror image of
 * that square: always through the same window then, however the hand was come upon, and with the network's one-sided errors taken out.
 * Measured on `student4` and `xpalm`: `docs/decisions/0014`.
 */
async function refine(
  networks: HandNetworks,
  picture: Raster,
  first: Hand,
  onSquare: LocateOptions['onSquare'] = () => {},
): Promise<Hand> {
  if (first.presence < MIN_PRESENCE) return first
  const plain = await wellSeen(networks, picture, first)
  const square = squareFromLandmarks(plain.landmarks)
  onSquare(square)
  const mirrored = await findLandmarks(networks.handLandmarks, picture, square, { mirrored: true })
  return mirrored.presence >= plain.presence - MAX_PRESENCE_LOSS ? meanOf(plain, mirrored) : plain
}

async function wellSeen(networks: HandNetworks, picture: Raster, first: Hand): Promise<Hand> {
  const better = squareFromLandmarks(first.landmarks)
  if (sitsWell(first.square, better)) return first
  const again = await findLandmarks(networks.handLandmarks, picture, better)
  return again.presence >= first.presence - MAX_PRESENCE_LOSS ? again : first
}

function sitsWell(used: TurnedSquare, better: TurnedSquare): boolean {
  const turnRad = Math.abs(
    Math.atan2(Math.sin(used.angleRad - better.angleRad), Math.cos(used.angleRad - better.angleRad)),
  )
  return (
    distance(used.centre, better.centre) < MAX_SQUARE_SHIFT * better.sidePx &&
    turnRad < MAX_SQUARE_TURN_RAD &&
    Math.abs(Math.log(used.sidePx / better.sidePx)) < MAX_SQUARE_GROWTH
  )
}

/** Two detections may still be one hand: then their palms lie on one another. */
export function areTwoHands(first: Hand, second: Hand): boolean {
  const size = (hand: Hand) => distance(hand.landmarks[0], hand.landmarks[9])
  const gap = Math.max(...PALM_POINTS.map((i) => distance(first.landmarks[i], second.landmarks[i])))
  return gap > 0.5 * size(first) && size(second) > MIN_SECOND_HAND_SHARE * size(first)
}

function judge(hand: Hand, palmBox: PalmBox | null): Located {
  if (hand.side === 'back') return { outcome: 'back_of_hand', hand }
  const folded = foldedFingers(hand)
  if (folded > MAX_FOLDED_FINGERS) return { outcome: 'not_open', hand, foldedFingers: folded }
  return { outcome: 'found', hand, palmBox }
}
