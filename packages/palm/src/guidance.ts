import { boundingBox } from './geometry.ts'
import type { Guide, GuideOptions, Look } from './guidance-types.ts'
import { HandFollower } from './guide/follow.ts'
import { hintsFor, type Seen } from './guide/hints.ts'
import { openGuideNetworks } from './guide/open-networks.ts'
import type { Raster } from './image.ts'
import type { HandNetworks } from './networks/network.ts'

export type { Box, Point } from './geometry.ts'
export type { Guide, GuideHint, GuideOptions, Look } from './guidance-types.ts'
export { type Raster, raster } from './image.ts'
export { ModelMissingError } from './networks/network.ts'

/** Entry for pages: no Node, no decoder, no recognition. Fetches about 4 MB of networks. Throws ModelMissingError. */
export async function openGuide(options: GuideOptions): Promise<Guide> {
  return guideWith(await openGuideNetworks(options))
}

/** The guide over networks already open. */
export function guideWith(networks: HandNetworks, now: () => number = () => performance.now()): Guide {
  const follower = new HandFollower(networks)
  let before: Seen | null = null
  return {
    async look(frame: Raster, { mirrored = false } = {}): Promise<Look> {
      const followed = await follower.look(frame)
      if (followed.outcome !== 'hand') {
        before = null
        return { outcome: followed.outcome, hints: [hintOf(followed.outcome)] }
      }
      const { hand } = followed
      const atMs = now()
      const hints = hintsFor(frame, hand, before, atMs)
      before = { landmarks: hand.landmarks, atMs }
      return {
        outcome: hints.length === 0 ? 'good' : 'adjust',
        box: boundingBox(hand.landmarks),
        landmarks: hand.landmarks,
        hand: mirrored ? (hand.hand === 'L' ? 'R' : 'L') : hand.hand,
        hints,
      }
    },
    reset() {
      follower.forget()
      before = null
    },
    close() {
      networks.palmDetector.close()
      networks.handLandmarks.close()
    },
  }
}

const hintOf = (code: 'no_hand' | 'two_hands') => ({
  code,
  measure: 'hands',
  value: code === 'no_hand' ? 0 : 2,
  limit: 1,
  unit: '',
})
