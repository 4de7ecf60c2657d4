import type { Language, Payment, Receipt } from '@paume/contract'
import { formatAmount } from '../receipt-layout.ts'

const WORDS = {
  en: {
    receipt: 'Receipt',
    paid: 'Paid by palm',
    held: 'Held on your card by palm',
    nothing: 'Voided: nothing was charged',
    back: 'Given back',
    sandbox: 'SANDBOX: no real money.',
    once: 'This address was given for this one receipt. It is deleted once this mail is sent.',
    notMe: "Wasn't this you? Say so here: we freeze your palm at once.",
    notMeShort: "Wasn't you?",
  },
  fr: {
    receipt: 'Reçu',
    paid: 'Payé par la paume',
    held: 'Réservé sur votre carte par la paume',
    nothing: 'Annulé : rien de débité',
    back: 'Remboursé',
    sandbox: "BAC À SABLE : pas d'argent réel.",
    once: 'Cette adresse a été donnée pour ce seul reçu. Elle est effacée une fois ce courriel envoyé.',
    notMe: "Ce n'était pas vous ? Dites-le ici : nous gelons aussitôt votre paume.",
    notMeShort: 'Pas vous ?',
  },
} as const

/** Names come from people: on one line, whatever they hold. */
const oneLine = (text: string) =>
  text
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .slice(0, 120)

const time = (timestamp: string) => `${timestamp.slice(0, 16).replace('T', ' ')} UTC`

function outcome(payment: Payment, language: Language): string[] {
  const words = WORDS[language]
  const money = (amountMinor: number) => formatAmount(BigInt(amountMinor), payment.currency, language)
  const first =
    payment.state !== 'approved'
      ? words.nothing
      : payment.capturedMinor > 0
        ? `${words.paid}: ${money(payment.capturedMinor)}`
        : `${words.held}: ${money(payment.authorisedMinor)}`
  return payment.refundedMinor > 0 ? [first, `${words.back}: ${money(payment.refundedMinor)}`] : [first]
}

const payeeOf = ({ merchantName, shop }: Payment) =>
  [...new Set([oneLine(merchantName), oneLine(shop.name)])].join(', ')

/** A mail of plain text: what was paid, then the receipt as a till prints it, then the link for who did not pay. */
export function receiptMail(
  payment: Payment,
  receipt: Receipt,
  language: Language,
  link: string | null,
): { subject: string; text: string } {
  const words = WORDS[language]
  const head = [payeeOf(payment), time(receipt.issuedAt), ...outcome(payment, language)]
  if (receipt.sandbox) head.push(words.sandbox)
  const notMe = link === null ? [] : [words.notMe, link, '']
  return {
    subject: `${words.receipt} ${receipt.number}, ${oneLine(payment.merchantName)}`,
    text: [...head, '', ...receipt.lines, '', ...notMe, words.once, ''].join('\n'),
  }
}

/** A text message: who, when, what, and the link. No name of the shopper, no card. */
export function receiptText(payment: Payment, receipt: Receipt, language: Language, link: string | null): string {
  const words = WORDS[language]
  const notMe = link === null ? '' : ` ${words.notMeShort} ${link}`
  const parts = [...outcome(payment, language), time(receipt.issuedAt), `${words.receipt} ${receipt.number}`]
  return `${oneLine(payment.merchantName)}: ${parts.join('. ')}.${receipt.sandbox ? ` ${words.sandbox}` : ''}${notMe}`
}
