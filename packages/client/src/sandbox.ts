import type {
  CardSetup,
  Device,
  PairingCodeIssued,
  SandboxCard,
  SandboxCardConfirmed,
  SandboxDevices,
  SandboxReaderCard,
} from '@paume/contract'
import type { CallOptions, Transport } from './transport.ts'

/** What only sandbox systems offer, openly: demo devices to pair with, and a card processor that takes test numbers. */
export type Sandbox = {
  /** Throws `not_found` on a system that is no sandbox. */
  devices(options?: CallOptions): Promise<Device[]>
  pairingCode(deviceId: string, options?: CallOptions): Promise<PairingCodeIssued>
  /** Sends a test card to the sandbox processor itself. Throws `card_not_test`, `card_declined_at_setup`. */
  confirmCard(
    setup: Pick<CardSetup, 'confirmUrl' | 'clientSecret'>,
    card: Omit<SandboxCard, 'clientSecret'>,
    options?: CallOptions,
  ): Promise<SandboxCardConfirmed>
  /** Holds a test card to the sandbox's reader. Throws as `confirmCard` does, and `card_setup_unknown` while it asks for none. */
  holdToReader(card: SandboxReaderCard, options?: CallOptions): Promise<{ brand: string; last4: string }>
}

export function sandboxOf({ call }: Transport): Sandbox {
  return {
    devices: async (options) =>
      (await call<SandboxDevices>({ method: 'GET', path: '/v1/sandbox/devices', ...options })).body.devices,
    pairingCode: async (deviceId, options) =>
      (
        await call<PairingCodeIssued>({
          method: 'POST',
          path: `/v1/sandbox/devices/${encodeURIComponent(deviceId)}/pairing-code`,
          json: {},
          ...options,
        })
      ).body,
    holdToReader: async (json, options) =>
      (
        await call<{ brand: string; last4: string }>({
          method: 'POST',
          path: '/sandbox/processor/reader',
          json,
          ...options,
        })
      ).body,
    confirmCard: async ({ confirmUrl, clientSecret }, card, options) =>
      (
        await call<SandboxCardConfirmed>({
          method: 'POST',
          path: confirmUrl,
          json: { clientSecret, ...card },
          ...options,
        })
      ).body,
  }
}
