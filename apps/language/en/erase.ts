/** Deleting a registration at the kiosk. */
export const erase = {
  'erase.open': 'Delete my registration',
  'erase.title': 'Delete my registration',
  'erase.phone_line': 'Type the phone number you registered with. You get a code.',
  'erase.code_line': 'If this number is registered, six digits are on their way to it.',
  'erase.confirm_title': 'Delete everything?',
  'erase.confirm_line':
    'Your palms, your phone number and your card are deleted within seconds. There is no way back; you can register again at any time.',
  'erase.palms': 'Palms: {count}',
  'erase.card': 'Card: {brand}, ends in {last4}',
  'erase.yes': 'Delete everything',
  'erase.keep': 'Keep my registration',
  'erase.nobody': 'Nothing is registered with this number.',
  'erase.done_title': 'Everything is deleted',
  'erase.done_at': 'Deleted on {at}',
  'erase.done_erased': 'Deleted',
  'erase.done_kept': 'Kept because the law asks for it',
  'erase.done_entry': 'Entry {sequence} of the audit log, fingerprint {hash}',
} as const
