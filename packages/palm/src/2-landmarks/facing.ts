import type { Point } from '../geometry.ts'
import { INDEX_ROOT, LITTLE_ROOT, WRIST } from './hand.ts'

/**
 * Which side of the hand the camera sees. Going wrist → index root → little root runs clockwise on screen for a left
 * palm and for the back of a right hand, so the outline alone never tells palm from back: the side the network believes
 * in (from thumb, creases and nails) decides.
 */
export function palmFacing(landmarks: readonly Point[], hand: 'L' | 'R'): 'palm' | 'back' {
  const wrist = landmarks[WRIST]
  const index = landmarks[INDEX_ROOT]
  const little = landmarks[LITTLE_ROOT]
  const cross = (index.x - wrist.x) * (little.y - wrist.y) - (index.y - wrist.y) * (little.x - wrist.x)
  const clockwise = cross > 0
  return clockwise === (hand === 'L') ? 'palm' : 'back'
}
