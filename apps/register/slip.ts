import type { Sale, TicketWrite } from '@paume/contract'
import { cardValues } from '../language/brands.ts'
import { decimalIn } from '../language/money.ts'
import type { Text } from '../language/text.ts'
import { rateText } from './catalogue.ts'

/** Columns of a small receipt printer, as on the receipts of the system. */
const WIDTH = 32
const RULE = '-'.repeat(WIDTH)

/** Left and right on one line; the left gives way, never the amount. */
function pair(left: string, right: string): string {
  const room = WIDTH - [...right].length - 1
  const fitted = [...left].slice(0, Math.max(0, room)).join('')
  return fitted + ' '.repeat(Math.max(1, WIDTH - [...fitted].length - [...right].length)) + right
}

const decimalsOf =
  ({ language }: Text, currency: string) =>
  (amountMinor: number | bigint) =>
    decimalIn(BigInt(amountMinor), currency, language)

/** What was sold and its tax, rate by rate, ready to print. */
export function goodsLines({ lines, taxes, totalMinor, taxMode, currency }: TicketWrite, text: Text): string[] {
  const { t } = text
  const decimal = decimalsOf(text, currency)
  const printed = lines.flatMap(({ name, quantity, unitMinor }) => {
    const cost = decimal(quantity * unitMinor)
    return quantity === 1
      ? [pair(name, cost)]
      : [name.slice(0, WIDTH), pair(`  ${quantity} x ${decimal(unitMinor)}`, cost)]
  })
  const taxed = taxes.flatMap(({ taxBasisPoints, netMinor, taxMinor }) =>
    taxBasisPoints === 0
      ? []
      : [
          pair(
            t('till.slip_tax', { rate: rateText(taxBasisPoints, text.language), net: decimal(netMinor) }),
            decimal(taxMinor),
          ),
        ],
  )
  return [
    ...printed,
    RULE,
    pair(t('till.slip_total'), `${decimal(totalMinor)} ${currency}`),
    ...(taxed.length ? [t(taxMode === 'inclusive' ? 'till.slip_tax_in' : 'till.slip_tax_added'), ...taxed] : []),
  ]
}

/** The goods within the receipt of a card: below the head of the shop and the number, above what was paid. */
export function withGoods(receipt: readonly string[], goods: readonly string[]): string[] {
  const numberEnd = receipt.indexOf(RULE, receipt.indexOf(RULE) + 1) + 1
  return [...receipt.slice(0, numberEnd), ...goods, RULE, ...receipt.slice(numberEnd)]
}

/** Every line of a sale that was paid in parts or by cash: goods, tax, and who paid what. */
export function saleLines(ticket: TicketWrite, sale: Sale, changeMinor: bigint, text: Text): string[] {
  const { t } = text
  const decimal = decimalsOf(text, sale.currency)
  const paid = sale.parts.filter(({ state }) => state === 'approved')
  return [
    t('register.reference', { reference: sale.reference }),
    text.dateTime(sale.createdAt),
    RULE,
    ...goodsLines(ticket, text),
    RULE,
    ...paid.flatMap((part) => [
      pair(
        part.card ? t('register.paid_by', cardValues(part.card)) : t(`till.kind_${part.kind}`),
        decimal(part.amountMinor),
      ),
      ...(part.tipMinor > 0 ? [pair(`  ${t('till.tips')}`, decimal(part.tipMinor))] : []),
      ...(part.refundedMinor > 0 ? [pair(`  ${t('till.given_back')}`, `-${decimal(part.refundedMinor)}`)] : []),
    ]),
    ...(changeMinor > 0n ? [pair(t('till.change'), decimal(changeMinor))] : []),
  ]
}
