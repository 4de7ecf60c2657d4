import { type DeviceApi, isPaumeError, KeyStoreUnavailable } from '@paume/client'
import type { Device, PairingStarted } from '@paume/contract'
import { isConnectionTrouble, type Trouble, troubleOf } from '../language/problem-text.ts'

/** Where a device page stands before it may do its work. */
export type Session =
  | { at: 'opening' }
  | { at: 'redeeming' }
  | { at: 'code'; started: PairingStarted }
  | { at: 'failed'; trouble: Trouble }
  | { at: 'no_store' }
  | { at: 'revoked' }
  | { at: 'clock'; skewMs: number }
  | { at: 'unreachable' }
  | { at: 'ready'; device: Device; api: DeviceApi }

/** What a failure means for the whole page, or null when it concerns one request only. */
export function sessionAfter(error: unknown, nowMs: number): Session | null {
  if (error instanceof KeyStoreUnavailable) return { at: 'no_store' }
  if (isPaumeError(error, 'device_revoked')) return { at: 'revoked' }
  if (isPaumeError(error, 'device_unknown')) return { at: 'failed', trouble: troubleOf(error) }
  if (isPaumeError(error, 'clock_skew')) {
    return { at: 'clock', skewMs: (error.problem.serverTimeMs ?? nowMs) - nowMs }
  }
  return null
}

/** The same, while the page is still opening: here every failure ends in a screen. */
export function sessionAfterOpening(error: unknown, nowMs: number): Session {
  const known = sessionAfter(error, nowMs)
  if (known) return known
  const trouble = troubleOf(error)
  return isConnectionTrouble(trouble) ? { at: 'unreachable' } : { at: 'failed', trouble }
}
