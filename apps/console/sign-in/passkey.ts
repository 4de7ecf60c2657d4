import type { PasskeyCeremony, PasskeyMade, PasskeyUsed } from '@paume/contract'
import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'

/** Why nothing came of it, as far as a person can do something about it. */
export type PasskeyFault = 'cancelled' | 'already' | 'failed'

/** The browser or its authenticator did not do what was asked. */
export class PasskeyTrouble extends Error {
  override readonly name = 'PasskeyTrouble'
  readonly fault: PasskeyFault
  constructor(fault: PasskeyFault, cause: unknown) {
    super(`passkey: ${fault}`, { cause })
    this.fault = fault
  }
}

/** False in old browsers and at addresses that are not secure. */
export const knowsPasskeys = (): boolean => browserSupportsWebAuthn()

/** `http://localhost:…` in the place of an address of numbers of this machine; null when the address has a name. */
export function namedAddress({ hostname, port, protocol, pathname, hash }: Location): string | null {
  if (hostname !== '127.0.0.1' && hostname !== '[::1]') return null
  return `${protocol}//localhost${port === '' ? '' : `:${port}`}${pathname}${hash}`
}

export const makePasskey = ({ options }: PasskeyCeremony): Promise<PasskeyMade> =>
  told(
    startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON }),
  ) as Promise<PasskeyMade>

export const showPasskey = ({ options }: PasskeyCeremony): Promise<PasskeyUsed> =>
  told(
    startAuthentication({ optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON }),
  ) as Promise<PasskeyUsed>

function told<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw new PasskeyTrouble(faultOf(error), error)
  })
}

function faultOf(error: unknown): PasskeyFault {
  if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') return 'already'
  const name = error instanceof Error ? error.name : ''
  return name === 'NotAllowedError' || name === 'AbortError' ? 'cancelled' : 'failed'
}

/** What a passkey of this machine may be called, until the person says otherwise. */
export function deviceName(agent: string): string {
  if (/iPhone/.test(agent)) return 'iPhone'
  if (/iPad/.test(agent)) return 'iPad'
  if (/Android/.test(agent)) return 'Android'
  if (/Macintosh/.test(agent)) return 'Mac'
  if (/Windows/.test(agent)) return 'Windows'
  return /CrOS/.test(agent) ? 'Chromebook' : 'Linux'
}
