import type { GateCard } from '../gate-charges.ts'
import type { ProcessorAccountService } from './service.ts'

/** A card at a reader, at the processor of that organisation; null: not known there, or not a card that can be charged. */
export type GateCards = {
  begin(organisationId: string, setupId: string): Promise<{ setupId: string; clientSecret: string; confirmUrl: string }>
  find(organisationId: string, setupId: string): Promise<GateCard | null>
}

/** Cards of people without a palm: saved where the organisation's cards are saved, and nowhere else. */
export const createGateCards = (accounts: Pick<ProcessorAccountService, 'forNewCards'>): GateCards => ({
  async begin(organisationId, setupId) {
    const made = await (await accounts.forNewCards(organisationId)).createSetup({ setupId })
    return { setupId: made.setupId, clientSecret: made.clientSecret, confirmUrl: made.confirmUrl }
  },
  async find(organisationId, setupId) {
    const processor = await accounts.forNewCards(organisationId)
    const state = await processor.fetchSetup(setupId)
    if (state?.kind !== 'succeeded') return null
    const { token, brand, last4 } = state
    return { processor: processor.name, token, brand, last4 }
  },
})
