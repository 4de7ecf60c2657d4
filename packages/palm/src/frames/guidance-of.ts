import type { Guidance } from '@paume/contract'
import type { Located } from '../2-landmarks/hand.ts'
import { MAX_FOLDED_FINGERS } from '../2-landmarks/openness.ts'

/** What to tell when stage 2 found no open palm. */
export function guidanceOfLocated(located: Exclude<Located, { outcome: 'found' }>): Guidance {
  switch (located.outcome) {
    case 'no_hand':
      return { code: 'no_hand', message: 'There is no hand in the picture.' }
    case 'two_hands':
      return { code: 'two_hands', message: 'There are two hands in the picture: show one.' }
    case 'back_of_hand':
      return { code: 'back_of_hand', message: 'This is the back of the hand: turn the palm to the camera.' }
    case 'not_open':
      return {
        code: 'not_open',
        message: `The hand is not open: ${located.foldedFingers} fingers are folded, at most ${MAX_FOLDED_FINGERS}.`,
        measure: 'folded fingers',
        value: located.foldedFingers,
        limit: MAX_FOLDED_FINGERS,
        unit: '',
      }
  }
}

export const wrongHand = (expected: 'L' | 'R'): Guidance => ({
  code: 'wrong_hand',
  message: expected === 'L' ? 'Show the left hand.' : 'Show the right hand.',
})
