import { randomUUID } from 'node:crypto'
import type { CaptureChallenge, HoverResult, Payment } from '@paume/contract'
import { seal, sendSealed } from './enrol.ts'
import type { Reply, TestDevice } from './test-device.ts'

/** The till asks, the terminal shows the amount. */
export async function presentPayment(register: TestDevice, terminal: TestDevice, amountMinor = 2340): Promise<Payment> {
  const body = { amountMinor, currency: 'USD', reference: randomUUID() }
  const headers = { 'idempotency-key': randomUUID() }
  const asked = await register.call<Payment>('POST', `/v1/terminals/${terminal.id}/payments`, body, { headers })
  if (asked.status !== 201) throw new Error(`${asked.status} ${JSON.stringify(asked.body)}`)
  const shown = await terminal.call<Payment>('POST', `/v1/payments/${asked.body.id}/presented`)
  if (shown.status !== 200) throw new Error(`${shown.status} ${JSON.stringify(shown.body)}`)
  return shown.body
}

export type SealedHover = { path: string; sealed: Uint8Array; challenge: CaptureChallenge }

/** A hover made ready to send: challenge taken, frames sealed. */
export async function prepareHover(
  terminal: TestDevice,
  paymentId: string,
  frames: readonly Uint8Array[],
): Promise<SealedHover> {
  const asked = await terminal.call<CaptureChallenge>('POST', `/v1/payments/${paymentId}/challenges`)
  if (asked.status !== 200) throw new Error(`${asked.status} ${JSON.stringify(asked.body)}`)
  const sealed = await seal(terminal, asked.body, frames)
  return { path: `/v1/payments/${paymentId}/hovers/${asked.body.captureId}`, sealed, challenge: asked.body }
}

export async function hover(
  terminal: TestDevice,
  paymentId: string,
  frames: readonly Uint8Array[],
): Promise<Reply<HoverResult>> {
  const { path, sealed } = await prepareHover(terminal, paymentId, frames)
  return sendSealed(terminal, path, sealed)
}
