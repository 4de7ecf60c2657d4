import type { HoverResult, Payment } from '@paume/contract'

/** What the terminal does next with a payment, as the answer to a hover or to a chosen card says it. */
export function outcomeOf({ state, askedHand }: Payment): HoverResult['outcome'] {
  switch (state) {
    case 'approved':
      return 'approved'
    case 'declined':
    case 'cancelled':
    case 'expired':
      return 'declined'
    case 'created':
    case 'presented':
      return askedHand === null ? 'try_again' : 'other_palm'
    case 'choosing_card':
      return 'choose_card'
    case 'palm_captured':
    case 'identified':
    case 'authorising':
    case 'unknown':
      return 'unknown'
  }
}
