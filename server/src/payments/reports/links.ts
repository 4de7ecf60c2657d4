import { createHash, createHmac } from 'node:crypto'
import type { Language } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'

/**
 * How long the link of a receipt is good, ms: 120 days, as long as Visa and Mastercard take a dispute of a charge that the card holder
 * did not make.
 */
export const LINK_TTL_MS = 120 * 86_400_000

/** Where the page behind the link is. */
export const REPORT_PATH = '/not-me'

/** Characters of a token, of 5 bits each: 130 bits, in a form that mail programs do not cut and people can type. */
const TOKEN_CHARACTERS = 26
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
export const TOKEN_FORM = /^[0-9a-hjkmnp-tv-z]{26}$/

export type ReportLink = { paymentId: string; language: string | null }

/** Makes the secret part of links. The same receipt, sent again after a crash, carries the same link; nothing but its hash is kept. */
export type LinkTokens = { of(receiptDeliveryId: string): string }

export function createLinkTokens(key: Buffer): LinkTokens {
  return {
    of(receiptDeliveryId) {
      const bytes = createHmac('sha256', key).update(receiptDeliveryId).digest()
      const value = BigInt(`0x${bytes.toString('hex')}`)
      return Array.from({ length: TOKEN_CHARACTERS }, (_, i) => ALPHABET[Number((value >> BigInt(5 * i)) & 31n)]).join(
        '',
      )
    },
  }
}

const sha256 = (token: string) => createHash('sha256').update(`paume report link ${token}`).digest()

/** In the transaction that puts the receipt on its way: erased meanwhile, it has no link any more when it is sent. */
export async function addLink(
  tx: QueryExecutorProvider,
  link: { token: string; paymentId: string; language: Language | null },
  now: Date,
): Promise<void> {
  const expiresAt = new Date(now.getTime() + LINK_TTL_MS)
  await sql`
    insert into payment_report_link (token_sha256, payment_id, language, created_at, expires_at)
    values (${sha256(link.token)}, ${link.paymentId}, ${link.language}, ${now}, ${expiresAt})`.execute(tx)
}

/** What a token stands for; null for one that was never given out, is over, or is of somebody who was erased. */
export async function findLink(executor: QueryExecutorProvider, token: string, now: Date): Promise<ReportLink | null> {
  if (!TOKEN_FORM.test(token)) return null
  const { rows } = await sql<{ payment_id: string; language: string | null }>`
    select payment_id, language from payment_report_link
     where token_sha256 = ${sha256(token)} and expires_at > ${now}`.execute(executor)
  const row = rows[0]
  return row === undefined ? null : { paymentId: row.payment_id, language: row.language }
}

export const forgetOldLinks = (executor: QueryExecutorProvider, now: Date) =>
  sql`delete from payment_report_link where expires_at <= ${now}`.execute(executor)

/** Erasing: the links of everything this person paid. What was reported stays with the payment, under the pseudonym. */
export async function forgetLinksOf(tx: QueryExecutorProvider, shopperId: string): Promise<void> {
  await sql`delete from payment_report_link l using payment p
    where p.id = l.payment_id and p.shopper_id = ${shopperId}`.execute(tx)
  await sql`update payment_report set undo_sha256 = null where shopper_id = ${shopperId}`.execute(tx)
}
