import type { TicketWrite } from '@paume/contract'
import { Failure } from '../failure.ts'

/**
 * What was sold, taxed and charged must be one sum: at each rate the tax lines hold what the lines of that rate cost (with the tax in
 * it or without, by the shop's mode), and all of them the total. How the tax itself was rounded is the register's. Throws `amount_invalid`.
 */
export function assertTicketAddsUp({ lines, taxes, taxMode, totalMinor }: TicketWrite): void {
  const refuse = (detail: string) => {
    throw new Failure('amount_invalid', { detail })
  }
  const costOf = new Map<number, number>()
  for (const { taxBasisPoints, unitMinor, quantity } of lines)
    costOf.set(taxBasisPoints, (costOf.get(taxBasisPoints) ?? 0) + unitMinor * quantity)
  if (taxes.length !== costOf.size) refuse('One tax line for each rate.')
  for (const { taxBasisPoints, netMinor, taxMinor } of taxes) {
    const held = taxMode === 'inclusive' ? netMinor + taxMinor : netMinor
    if (held !== costOf.get(taxBasisPoints)) refuse('A tax line does not fit the lines of its rate.')
  }
  const total = taxes.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0)
  if (total !== totalMinor) refuse('The tax lines are not the total.')
}
