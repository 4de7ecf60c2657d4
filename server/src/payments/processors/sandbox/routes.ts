import { SandboxCard, SandboxCardConfirmed, SandboxReaderCard } from '@paume/contract'
import Type from 'typebox'
import { Failure } from '../../../failure.ts'
import type { App } from '../../../routing.ts'
import type { SandboxProcessor } from './sandbox.ts'
import type { SetupConfirmation } from './setups.ts'

/** What a page may show beside `card_declined_at_setup`. */
const DETAIL: Partial<Record<string, string>> = {
  card_expired: 'The card has expired.',
  card_cvc: 'The security code is not right.',
  card_declined: 'The bank declined the card.',
}

/** The sandbox processor's own address. It belongs to the processor, not to us: no device signs it, the set-up's secret admits. */
export function registerSandboxRoutes(app: App, sandbox: SandboxProcessor): void {
  app.post(
    '/sandbox/processor/setups/:setupId',
    {
      schema: {
        summary: 'SANDBOX: save a test card on a set-up',
        tags: ['sandbox'],
        params: Type.Object({ setupId: Type.String({ maxLength: 64 }) }),
        body: SandboxCard,
        response: { 200: SandboxCardConfirmed },
      },
    },
    async (request) => {
      const { setupId } = request.params
      return { setupId, ...savedOf(await sandbox.confirmSetup(setupId, request.body)) }
    },
  )
  app.post(
    '/sandbox/processor/reader',
    {
      schema: {
        summary: 'SANDBOX: hold a test card to the reader beside the kiosk',
        tags: ['sandbox'],
        body: SandboxReaderCard,
        response: { 200: Type.Object({ brand: Type.String(), last4: Type.String() }) },
      },
    },
    async (request) => savedOf(await sandbox.presentAtReader(request.body)),
  )
}

function savedOf(confirmed: SetupConfirmation): { brand: string; last4: string } {
  switch (confirmed.kind) {
    case 'saved':
      return { brand: confirmed.brand, last4: confirmed.last4 }
    case 'refused':
      throw new Failure('card_declined_at_setup', { detail: DETAIL[confirmed.reason] ?? 'The card was refused.' })
    case 'not_test':
      throw new Failure('card_not_test')
    case 'unknown':
      throw new Failure('card_setup_unknown')
  }
}
