import type { ScreenColour } from '@paume/contract'
import {
  assess,
  type BurstFrame,
  checkBurst,
  checkFrame,
  cut,
  decodePicture,
  flashOutcome,
  flashSigns,
  type HandNetworks,
  locate,
  plainSigns,
  type Signs,
  type TurnedSquare,
} from '@paume/palm/measuring-liveness'
import { encodeJpeg } from '@paume/synthetic-hands/node'
import type { Kind, Presentation } from './presentation.ts'

/** JPEG quality of a terminal's frames. */
const QUALITY = 90

/** What stages 1 to 5 made of one presentation. Small: no picture in it. */
export type Seen = {
  kind: Kind
  of: string
  flash: readonly ScreenColour[] | null
  /** Frames in which a hand was found: under two there is nothing to judge. */
  found: number
  /** Measures of liveness that refused, by name; empty: taken for a hand. */
  refusedBy: string[]
  /** Whether quality refused every frame as well, whatever liveness says. */
  poorQuality: boolean
  answer: 'not_asked' | 'followed' | 'unseen' | 'contradicted'
  signs: Signs
  /** How large the screen's light is on the hand and around it, where it was asked for. */
  strength: number | null
}

/** Shows a presentation to stages 1 to 5, as a server would see it. */
export async function see(networks: HandNetworks, { kind, of, flash, burst }: Presentation): Promise<Seen> {
  const frames: BurstFrame[] = []
  const refusedBy = new Set<string>()
  let previous: TurnedSquare | null = null
  let good = 0
  for (const [index, { raster, offsetMs }] of burst().entries()) {
    const picture = await decodePicture(await encodeJpeg(raster, QUALITY))
    const located = await locate(networks, picture, { previous, search: previous ? 'quick' : 'thorough' })
    if (located.outcome !== 'found') continue
    const { hand } = located
    previous = hand.square
    const region = cut(picture, hand)
    if (assess(region, hand, picture).every(({ ok }) => ok)) good++
    const { measures, evidence } = checkFrame({ picture, hand, region })
    for (const { ok, name } of measures) if (!ok) refusedBy.add(name)
    frames.push({ offsetMs, screenColour: flash?.[index] ?? null, hand, region, evidence })
  }
  const about = { kind, of, flash, found: frames.length, poorQuality: good === 0 }
  if (frames.length < 2) return { ...about, refusedBy: [], answer: 'unseen', signs: {}, strength: null }
  const seen = flashOutcome(frames, { flash })
  const live = checkBurst(frames, { flash, unseenFlash: 'refuse' })
  for (const { ok, name } of live.measures) if (!ok) refusedBy.add(name)
  const signs = { ...plainSigns(frames), ...(seen.outcome === 'followed' ? flashSigns(seen) : {}) }
  const strength = seen.outcome === 'not_asked' ? null : (seen.response?.onHand ?? null)
  return { ...about, refusedBy: [...refusedBy], answer: live.flash, signs, strength }
}
