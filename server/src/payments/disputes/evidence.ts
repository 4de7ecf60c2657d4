import { createHash } from 'node:crypto'
import type { Currency } from '@paume/contract'
import { sql } from 'kysely'
import { Failure, invariant } from '../../failure.ts'
import type { DisputeEvidence } from '../processors/processor.ts'
import { formatAmount } from '../receipt-layout.ts'
import { readReceipt } from '../receipts.ts'
import { findPayment, operationsOf, type PaymentRow } from '../store.ts'
import type { DisputeParts } from './parts.ts'
import type { DisputeRow } from './store.ts'

const CONSENT_NAMES: Record<string, string> = {
  consent: 'Consent to pay by palm',
  terms: 'Terms of use',
  network: 'Consent to be known in the whole network',
}
const NO_RECORD = 'There is no record.'
const lines = (...all: (string | null)[]) => all.filter((line) => line !== null).join('\n')

export const packSha256 = (sections: DisputeEvidence): string =>
  createHash('sha256')
    .update(JSON.stringify(sections.map(({ heading, text }) => [heading, text])))
    .digest('hex')

/**
 * Our records against a dispute, as text: the sale, who was recognised where, what that person had agreed to, the receipt, what was
 * given back. All of it stays when the card or the shopper is deleted. Never a picture, a template, a similarity, a phone or a name.
 */
export async function packOf(parts: DisputeParts, about: Pick<DisputeRow, 'payment_id'>): Promise<DisputeEvidence> {
  const row = await findPayment(parts.db, about.payment_id)
  invariant(row, `${about.payment_id} is a payment`)
  return [
    { heading: 'The sale', text: await saleText(parts, row) },
    { heading: 'Who was recognised, and where', text: await matchText(parts, row) },
    { heading: 'What the card holder had agreed to', text: await consentText(parts, row) },
    { heading: 'Receipt', text: await receiptText(parts, row) },
    { heading: 'Given back', text: await refundsText(parts, row) },
  ]
}

async function saleText(parts: DisputeParts, row: PaymentRow): Promise<string> {
  const terminal = await parts.terminals.find(row.terminal_id)
  const amount = (minor: bigint) => `${formatAmount(minor, row.currency as Currency, 'en')} (${row.currency})`
  return lines(
    `Merchant: ${row.merchant_name} (${row.organisation_id})`,
    `Shop: ${row.shop_name} (${row.shop_id})`,
    `Terminal: ${row.terminal_id}${terminal === null ? '' : `, a ${terminal.kind} of shop ${terminal.shopId}`}`,
    `Payment: ${row.id}, number of the till: ${row.reference}`,
    `Rung up: ${row.created_at.toISOString()}`,
    row.palm_captured_at && `Hand held over the terminal: ${row.palm_captured_at.toISOString()}`,
    row.ended_at && `Approved by the card issuer: ${row.ended_at.toISOString()}`,
    `Asked for: ${amount(row.amount_minor)}, tip ${amount(row.tip_minor)}`,
    `Taken: ${amount(row.captured_minor)}`,
    `Card: ${row.card_brand ?? 'unknown'} ending in ${row.card_last4 ?? '????'}`,
    'The shopper was present. Merchant and amount were on the screen of the terminal before the hand was held over it.',
  )
}

async function matchText({ db, records }: DisputeParts, row: PaymentRow): Promise<string> {
  const { rows } = await sql<{ statement: string | null }>`
    select statement from payment_spent_assertion where payment_id = ${row.id} order by spent_at desc limit 1`.execute(
    db,
  )
  const statement = rows[0]?.statement ?? null
  const read = statement === null ? null : records.readStatement(statement)
  if (statement === null || read === null || read.claims.paymentId !== row.id) return NO_RECORD
  const { claims, signedAt, publicKey, pseudonym, mayLeave } = read
  return lines(
    'Outcome: recognised, one person and no other, by a palm that was live.',
    `At: ${signedAt.toISOString()}`,
    `Terminal: ${claims.terminalId}, shop: ${claims.payeeId}`,
    `Shopper (pseudonym): ${pseudonym}`,
    `For: payment ${claims.paymentId} of ${formatAmount(claims.amountMinor, claims.currency as Currency, 'en')} (${claims.currency}) and nothing else`,
    ...(mayLeave
      ? [
          'Signed by the recogniser at that moment (Ed25519) and good for this payment only:',
          statement,
          `Public key (DER, base64): ${publicKey}`,
        ]
      : [
          'Signed by the recogniser at that moment (Ed25519). The statement names the shopper and stays on record with us.',
        ]),
  )
}

async function consentText({ records }: DisputeParts, row: PaymentRow): Promise<string> {
  const consents = row.shopper_id === null ? [] : await records.consentsOf(row.shopper_id)
  if (consents.length === 0) return NO_RECORD
  return consents
    .map((each) =>
      lines(
        `${CONSENT_NAMES[each.kind] ?? 'Agreement'}: record ${each.id}, version ${each.version} (${each.language})`,
        `Agreed: ${each.agreedAt.toISOString()}`,
        each.withdrawnAt && `Withdrawn: ${each.withdrawnAt.toISOString()}`,
        `SHA-256 of the text agreed to: ${each.sha256}`,
      ),
    )
    .join('\n\n')
}

async function receiptText(parts: DisputeParts, row: PaymentRow): Promise<string> {
  const { shop_id: shopId, organisation_id: organisationId } = row
  const caller = { deviceId: row.created_by, kind: 'register' as const, shopId, organisationId }
  try {
    return (await readReceipt(parts, caller, row.id, 'en')).lines.join('\n')
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_found') return NO_RECORD
    throw error
  }
}

async function refundsText({ db }: DisputeParts, row: PaymentRow): Promise<string> {
  const refunds = (await operationsOf(db, row.id)).filter(({ kind }) => kind === 'refund')
  if (refunds.length === 0) return 'Nothing was given back.'
  return refunds
    .map(
      ({ id, amount_minor, state, created_at }) =>
        `${created_at.toISOString()}: ${formatAmount(amount_minor, row.currency as Currency, 'en')} (${row.currency}), ${state}, ${id}`,
    )
    .join('\n')
}
