/** Refunds without a receipt: what the terminal shows the shopper, and the register the staff. */
export const refund = {
  'refund.title': 'No receipt? Show the hand that paid',
  'refund.line':
    'Staff of {shop} then see for five minutes what you paid here: time, amount, receipt number. Nothing is charged, no picture is kept.',
  'refund.cancel': 'Cancel, look for the receipt',
  'refund.looking': 'Looking for what you paid here …',
  'refund.found': 'Found',
  'refund.found_line': 'Your purchases here are on the screen of the staff.',
  'refund.not_found': 'Not recognised',
  'refund.not_found_line': 'Ask the staff to look for your receipt.',
  'refund.ask': 'No receipt: ask for the hand',
  'refund.waiting': 'The terminal asks for the hand that paid.',
  'refund.stop': 'Stop',
  'refund.none': 'Nothing that this hand paid here can be given back.',
  'refund.failed': 'The hand was not recognised. Look for the sale by its number.',
  'refund.over': 'The time is over. Ask for the hand again.',
  'refund.list': 'What this hand paid here',
  'refund.pick': 'Receipt {number}, {time}: {amount} of {paid}, card {last4}',
} as const
