import { createHmac, timingSafeEqual } from 'node:crypto'
import { ProcessorFailure } from '../processor.ts'

/** How far the moment of sending may lie from now, ms: five minutes, as processors recommend. */
export const TOLERANCE_MS = 300_000
export const SIGNATURE_HEADER = 'sandbox-signature'

const digest = (secret: string, sentAtS: number, rawBody: Buffer) =>
  createHmac('sha256', secret).update(`${sentAtS}.`).update(rawBody).digest()

/** `t=<seconds>,v1=<HMAC-SHA-256 over "seconds.body">`. The moment of sending is signed, so that an old message cannot be sent again. */
export function sign(secret: string, rawBody: Buffer, sentAt: Date): Record<string, string> {
  const sentAtS = Math.floor(sentAt.getTime() / 1_000)
  return { [SIGNATURE_HEADER]: `t=${sentAtS},v1=${digest(secret, sentAtS, rawBody).toString('hex')}` }
}

/** Throws `refused: signature_invalid`, and `event_too_old` for what is signed but was sent long ago, or seems to come from later. */
export function checkSignature(
  secret: string,
  message: { headers: Record<string, string>; rawBody: Buffer },
  now: Date,
): void {
  const header = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(message.headers[SIGNATURE_HEADER] ?? '')
  if (!header) throw new ProcessorFailure('refused', 'signature_invalid')
  const sentAtS = Number(header[1])
  const given = Buffer.from(header[2]!, 'hex')
  if (!timingSafeEqual(given, digest(secret, sentAtS, message.rawBody))) {
    throw new ProcessorFailure('refused', 'signature_invalid')
  }
  if (Math.abs(now.getTime() - sentAtS * 1_000) > TOLERANCE_MS) throw new ProcessorFailure('refused', 'event_too_old')
}
