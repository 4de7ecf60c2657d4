import { ERRORS, type ErrorCode } from '@paume/contract'

/** The contract's own sentences, with plainer ones where a shopper or cashier reads them. */
export const problems = {
  ...(Object.fromEntries(Object.entries(ERRORS).map(([code, line]) => [`problem.${code}`, line])) as Record<
    `problem.${ErrorCode}`,
    string
  >),
  'problem.enrolment_step': 'This step is not due now. The screen goes to where the registration stands.',
  'problem.palm_already_enrolled': 'This palm is already registered, so nothing was changed. A person will look at it.',
  'problem.unreachable': 'The system cannot be reached.',
  'problem.timed_out': 'The system took too long to answer.',
  'problem.reply_broken': 'The answer of the system could not be read.',
  'problem.screen_dark': 'This screen could not light your hand: the page is not in front.',
  'problem.seal_failed': 'The pictures could not be sealed on this device.',
  'problem.other': 'Something went wrong.',
  'way.again': 'Please try again.',
  'way.wait': 'Wait a moment, then try again.',
  'way.correct': 'Correct it and try again.',
  'way.other_card': 'Choose another card, or pay without a palm.',
  'way.hand_again': 'Hold your hand again.',
  'way.restart': 'Start again from the beginning.',
  'way.staff': 'Ask the staff. Card and cash work as always.',
  'way.account': 'If it is you, you can pay by palm already, or delete the old registration with your phone.',
  'way.pair': 'Pair this screen again.',
  'way.new_code': 'Ask for a new code.',
  'way.read_again': 'Read the new text, then decide.',
  'way.clock': 'Set the clock of this device.',
  'way.free_terminal': 'End the payment that is open on the terminal, then charge again.',
  'way.wake_terminal': 'Open the terminal page, or take card or cash.',
  'way.amount': 'Change the amount.',
  'way.look_again': 'Look at it again: another register was quicker.',
} as const
