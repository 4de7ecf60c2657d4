import type { Point } from '../geometry.ts'
import { INDEX_ROOT, LITTLE_ROOT, WRIST } from './hand.ts'

/**
 * The network's belief in a side must be this sure before a hand is called the back of the other one. Of 409 palms found in `student4`
 * and `xpalm` it contradicts the outline in one, by .67. Of 24 rendered backs it takes 14 for palms: no limit tells those.
 */
export const MIN_BACK_CONFIDENCE = 0.7

/**
 * Wrist → index root → little root runs clockwise on screen for a left palm and for the back of a right hand; the
 * outline alone cannot tell the two apart. Says which hand it is if it shows its palm.
 */
export function handIfPalm(landmarks: readonly Point[]): 'L' | 'R' {
  const wrist = landmarks[WRIST]
  const index = landmarks[INDEX_ROOT]
  const little = landmarks[LITTLE_ROOT]
  const cross = (index.x - wrist.x) * (little.y - wrist.y) - (index.y - wrist.y) * (little.x - wrist.x)
  return cross > 0 ? 'L' : 'R'
}

/**
 * Side and hand from outline and network together. `rightness` is the network's belief in a right hand, from the look of
 * thumb, creases and nails. Where the two disagree and the network is sure, it sees a back; where it is unsure, people
 * show palms to a palm reader, and the outline decides.
 */
export function facingOf(landmarks: readonly Point[], rightness: number): { hand: 'L' | 'R'; side: 'palm' | 'back' } {
  const outline = handIfPalm(landmarks)
  const believed = rightness > 0.5 ? 'R' : 'L'
  const sure = Math.max(rightness, 1 - rightness) >= MIN_BACK_CONFIDENCE
  return believed !== outline && sure ? { hand: believed, side: 'back' } : { hand: outline, side: 'palm' }
}
