import { LANGUAGES, type Language } from '@paume/contract'
import type { Selectable } from 'kysely'
import { invariant } from '../../failure.ts'
import type { MailAddress, MailOutcome } from '../../outbox/mail.ts'
import { findLink, forgetOldLinks, REPORT_PATH } from '../reports/links.ts'
import { findPayment } from '../store.ts'
import type { PaymentTables } from '../tables.ts'
import type { DeliveryParts, TextOutcome } from './parts.ts'
import { A_DAY_MS } from './service.ts'
import { receiptMail, receiptText } from './wording.ts'

type Row = Selectable<PaymentTables['payment_receipt_delivery']>

/** The outbox tries for about a day; what is still here after this long will not be tried again, ms. */
const GIVEN_UP_AFTER_MS = A_DAY_MS + 2 * 3_600_000

const known = (language: string | null): Language | undefined => LANGUAGES.find((one) => one === language)

/** Sends one receipt as it stands now. Throws when it may go better later; called again after it was sent, it does nothing. */
export async function sendDelivery(parts: DeliveryParts, deliveryId: string): Promise<void> {
  const row = await parts.db
    .selectFrom('payment_receipt_delivery')
    .selectAll()
    .where('id', '=', deliveryId)
    .where('state', '=', 'queued')
    .executeTakeFirst()
  if (row === undefined) return
  const outcome = await (row.kind === 'mail' ? mailIt(parts, row) : textIt(parts, row))
  const state = outcome === 'unsure' ? 'given_up' : outcome
  await parts.db
    .updateTable('payment_receipt_delivery')
    .set({ state, address_sealed: null, settled_at: new Date(parts.clock.nowMs()) })
    .where('id', '=', deliveryId)
    .where('state', '=', 'queued')
    .execute()
}

/** The link that was given out with this receipt, as long as it stands for something: not after an erasure. */
async function linkOf({ db, clock, links, publicUrl }: DeliveryParts, { id }: Row): Promise<string | null> {
  const base = publicUrl()
  if (base === null) return null
  const token = links.of(id)
  const link = await findLink(db, token, new Date(clock.nowMs()))
  return link === null ? null : `${base}${REPORT_PATH}/${token}`
}

const languageOf = async ({ db }: DeliveryParts, row: Row): Promise<Language> =>
  known(row.language) ?? known((await findPayment(db, row.payment_id))?.language ?? null) ?? 'en'

async function mailIt(parts: DeliveryParts, row: Row): Promise<MailOutcome> {
  const { payments, mail, vault } = parts
  if (mail === null) throw new Error('mail is not set up any more')
  invariant(row.address_sealed, 'a mail under way has an address')
  const language = await languageOf(parts, row)
  const payment = await payments.byId(row.payment_id)
  const receipt = await payments.receipt(null, row.payment_id, language)
  return mail.send({
    id: row.id,
    // Read once when it was typed, sealed since.
    to: vault.open(row.address_sealed, row.id) as MailAddress,
    ...receiptMail(payment, receipt, language, await linkOf(parts, row)),
  })
}

async function textIt(parts: DeliveryParts, row: Row): Promise<TextOutcome> {
  const { db, payments, texts, vault } = parts
  const payment = await payments.byId(row.payment_id)
  const receipt = await payments.receipt(null, row.payment_id)
  const link = await linkOf(parts, row)
  if (row.kind === 'phone') {
    invariant(row.address_sealed, 'a text under way to a typed number has one')
    const text = receiptText(payment, receipt, await languageOf(parts, row), link)
    return texts.sendTo(vault.open(row.address_sealed, row.id), text)
  }
  const shopperId = (await findPayment(db, row.payment_id))?.shopper_id
  if (!shopperId) return 'refused'
  return texts.send(shopperId, (own) => receiptText(payment, receipt, known(row.language) ?? own, link))
}

/** Wipes the addresses of what was never handed over, and forgets who got what. */
export async function sweepDeliveries({ db, clock }: Pick<DeliveryParts, 'db' | 'clock'>): Promise<void> {
  const now = clock.nowMs()
  await db
    .updateTable('payment_receipt_delivery')
    .set({ state: 'given_up', address_sealed: null, settled_at: new Date(now) })
    .where('state', '=', 'queued')
    .where('created_at', '<', new Date(now - GIVEN_UP_AFTER_MS))
    .execute()
  await db
    .updateTable('payment_receipt_delivery')
    .set({ recipient_hmac: null })
    .where('recipient_hmac', 'is not', null)
    .where('created_at', '<', new Date(now - A_DAY_MS))
    .execute()
  await forgetOldLinks(db, new Date(now))
}
