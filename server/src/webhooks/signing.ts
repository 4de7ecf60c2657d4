import { randomBytes } from 'node:crypto'
import { WEBHOOK_HEADERS } from '@paume/contract'
import { Webhook } from 'standardwebhooks'

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32

/** `whsec_` and base64, as every library of Standard Webhooks takes it. */
export const makeSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`

/** The three headers of Standard Webhooks, with a signature for each secret that is valid, newest first. */
export function signatureHeaders(
  secrets: readonly string[],
  id: string,
  sentAt: Date,
  body: Buffer,
): Record<string, string> {
  return {
    [WEBHOOK_HEADERS.id]: id,
    [WEBHOOK_HEADERS.timestamp]: String(Math.floor(sentAt.getTime() / 1_000)),
    [WEBHOOK_HEADERS.signature]: secrets.map((secret) => new Webhook(secret).sign(id, sentAt, body)).join(' '),
  }
}

/** What may be kept of a reply: text, and nothing that looks like a secret, be it that a receiver sends back what it was sent. */
export function keepable(replyStart: Buffer, secrets: readonly string[]): string {
  let text = new TextDecoder('utf-8').decode(replyStart)
  for (const secret of secrets) {
    text = text.replaceAll(secret, '[secret]').replaceAll(secret.slice('whsec_'.length), '[secret]')
  }
  return (
    text
      .replace(/whsec_[A-Za-z0-9+/=_-]+/g, '[secret]')
      .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [secret]')
      // PostgreSQL keeps no NUL, and nobody wants control characters in a console.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
  )
}
