import { cancelPayment } from './cancellation.ts'
import type { PaymentParts } from './parts.ts'
import { MONEY_IN_FLIGHT } from './states.ts'
import { currentActive } from './waiting.ts'

/**
 * Ends what a terminal is about to take money for, because the terminal is taken away: moved, or revoked. `busy`: its card is being
 * charged this moment, which ends by itself and is not for anybody to end.
 */
export async function endAtTerminal(parts: PaymentParts, terminalId: string): Promise<'ended' | 'busy'> {
  const row = await currentActive(parts, terminalId)
  if (row === null) return 'ended'
  if (MONEY_IN_FLIGHT.includes(row.state)) return 'busy'
  const { shop_id: shopId, organisation_id: organisationId } = row
  // As the till would: nobody in front of the terminal changed their mind.
  const till = { deviceId: terminalId, kind: 'register', shopId, organisationId } as const
  const ended = await cancelPayment(parts, till, row.id)
  return MONEY_IN_FLIGHT.includes(ended.state) ? 'busy' : 'ended'
}
