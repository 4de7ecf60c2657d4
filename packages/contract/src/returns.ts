import Type, { type Static } from 'typebox'
import type { TaxLine, TicketWrite } from './counter.ts'
import { idSchema, Timestamp } from './identifiers.ts'
import { AmountMinor, AmountMinorOrZero } from './money.ts'

const Line = Type.Object({
  line: Type.Integer({ minimum: 0, maximum: 199, description: 'Place among the lines of the ticket, from 0.' }),
  quantity: Type.Integer({ minimum: 1, maximum: 10_000 }),
})
const Share = Type.Object({
  partId: Type.Union([idSchema('payment'), idSchema('otherTender')]),
  amountMinor: AmountMinor,
})
/**
 * `POST /v1/tickets/{reference}/returns` (register, Idempotency-Key): gives back lines of a ticket, and the money for them to the parts
 * that paid. The shares must be what the lines cost, exactly, and `adjustMinor`: more is a tip or an amount given besides, less is what
 * was given back before without lines.
 */
export const ReturnRequest = Type.Object({
  lines: Type.Array(Line, { maxItems: 200 }),
  adjustMinor: Type.Optional(Type.Integer()),
  shares: Type.Array(Share, { minItems: 1, maxItems: 50 }),
})
export type ReturnRequest = Static<typeof ReturnRequest>

const Tax = Type.Object({
  taxBasisPoints: Type.Integer(),
  netMinor: AmountMinorOrZero,
  taxMinor: AmountMinorOrZero,
})
export const TicketReturn = Type.Object({
  id: idSchema('ticketReturn'),
  reference: Type.String(),
  /** `open`: the money is being given. `given`: it is, or is on its way at the processor. `failed`: none moved, the lines are free again. */
  state: Type.Union([Type.Literal('open'), Type.Literal('given'), Type.Literal('failed')]),
  lines: Type.Array(Line),
  /** What the lines cost, tax in it. */
  linesMinor: AmountMinorOrZero,
  adjustMinor: Type.Integer(),
  /** The tax of the lines, by rate. */
  taxes: Type.Array(Tax),
  shares: Type.Array(
    Type.Object({
      ...Share.properties,
      state: Type.Union([Type.Literal('open'), Type.Literal('given'), Type.Literal('failed')]),
    }),
  ),
  createdAt: Timestamp,
})
export type TicketReturn = Static<typeof TicketReturn>

const halfUp = (numerator: bigint, denominator: bigint) => (2n * numerator + denominator) / (2n * denominator)

type Sold = Pick<TicketWrite, 'lines' | 'taxes' | 'taxMode'>

/** What is left of a ticket at one rate once so many of each line came back: cost as its prices say, and its share of the ticket's tax. */
function leftAt({ lines, taxMode }: Sold, { taxBasisPoints, taxMinor }: TaxLine, back: readonly number[]) {
  let all = 0n
  let left = 0n
  for (const [place, line] of lines.entries()) {
    if (line.taxBasisPoints !== taxBasisPoints) continue
    all += BigInt(line.unitMinor) * BigInt(line.quantity)
    left += BigInt(line.unitMinor) * BigInt(line.quantity - (back[place] ?? 0))
  }
  const tax = all === 0n ? 0n : halfUp(BigInt(taxMinor) * left, all)
  return { tax, net: taxMode === 'inclusive' ? left - tax : left }
}

/**
 * What it costs to give back lines of a ticket: what was left of it before, less what is left after. `before` and `after` count, line by
 * line, what has come back. However the lines come back, one by one or all at once, their sum is the total of the ticket, to the minor unit.
 */
export function returnedSum(
  ticket: Sold,
  before: readonly number[],
  after: readonly number[],
): { linesMinor: bigint; taxes: { taxBasisPoints: number; netMinor: bigint; taxMinor: bigint }[] } {
  const taxes = ticket.taxes.flatMap((rate) => {
    const [then, now] = [leftAt(ticket, rate, before), leftAt(ticket, rate, after)]
    const sum = { taxBasisPoints: rate.taxBasisPoints, netMinor: then.net - now.net, taxMinor: then.tax - now.tax }
    return sum.netMinor === 0n && sum.taxMinor === 0n ? [] : [sum]
  })
  return { linesMinor: taxes.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0n), taxes }
}
