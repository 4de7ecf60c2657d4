import type { Currency } from '@paume/contract'
import { decimalOf } from './amounts.ts'
import { failure, success } from './conditions.ts'
import { ReconciliationRequest, read } from './messages.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import type { DayTotal } from './ports.ts'
import { malformed, type Outcome, refuse, reply } from './replies.ts'

const DAY_MS = 24 * 3_600_000
const dateOf = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10)
const dayBefore = (day: string) => dateOf(Date.parse(day) - DAY_MS)
const isDay = (day: string) => !Number.isNaN(Date.parse(day)) && dateOf(Date.parse(day)) === day
const TYPES = { sales: 'Debit', refunds: 'Credit', declined: 'Declined' } as const

/**
 * Totals of the shop's day, as its organisation's books count days: today so far, or a day before. All payments of the shop are in them, whichever till rang them up.
 * Nothing is closed by asking.
 */
export async function handleReconciliation(parts: NexoParts, request: Request): Promise<Outcome> {
  const { header, till } = request
  const form = read(ReconciliationRequest, request.body, 'SaleToPOIRequest.ReconciliationRequest')
  if (!form.ok) return malformed(header, form.error)
  const { ReconciliationType, POIReconciliationID } = form.value
  const echo = { ReconciliationType }
  if (ReconciliationType.startsWith('Acquirer')) {
    return refuse(header, failure('UnavailableService', 'The acquirer is reconciled with by settlement'), echo)
  }
  const today = await parts.books.dayOf(till.caller.organisationId, nowOf(parts))
  const day = ReconciliationType === 'SaleReconciliation' ? today : (POIReconciliationID ?? dayBefore(today))
  if (!isDay(day) || day > today) return refuse(header, failure('NotFound', 'There is no such day'), echo)
  const totals = await parts.books.dayTotals(till.caller, day)
  return reply(header, {
    Response: success(),
    ...echo,
    POIReconciliationID: day,
    TransactionTotals: totalsOf(totals),
  })
}

/** One block a currency and card brand; declined payments, which may have had no card, in a block without a brand. */
function totalsOf(totals: DayTotal[]): object[] {
  const blocks = Map.groupBy(totals, ({ currency, cardBrand }) => `${currency} ${cardBrand ?? ''}`)
  return [...blocks.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, lines]) => {
      const { currency, cardBrand } = lines[0]!
      return {
        PaymentInstrumentType: 'Card',
        PaymentCurrency: currency,
        ...(cardBrand === null ? {} : { CardBrand: cardBrand }),
        PaymentTotals: lines.map(({ kind, count, amountMinor }) => ({
          TransactionType: TYPES[kind],
          TransactionCount: count,
          TransactionAmount: decimalOf(amountMinor, currency as Currency),
        })),
      }
    })
}
