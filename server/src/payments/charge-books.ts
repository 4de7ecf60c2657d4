import type { Tx } from '../database.ts'
import { invariant } from '../failure.ts'
import { holdTransfer, raiseTransfer, settleTransfer } from './ledger/store.ts'
import type { PaymentRow } from './store.ts'

/** A charge in the ledger is one transfer, named after the authorisation that the issuer granted. Increments raise it. */
export const holdCharge = (
  tx: Tx,
  row: PaymentRow,
  operationId: string,
  amountMinor: bigint,
  now: Date,
): Promise<void> =>
  holdTransfer(
    tx,
    {
      id: operationId,
      paymentId: row.id,
      kind: 'charge',
      organisationId: row.organisation_id,
      currency: row.currency,
      amountMinor,
    },
    now,
  )

/** The one pending charge of a payment: of several authorisations (a declined card, then another) one was granted. */
async function pendingCharge(tx: Tx, paymentId: string): Promise<string> {
  const found = await tx
    .selectFrom('ledger_transfer')
    .select('id')
    .where('payment_id', '=', paymentId)
    .where('kind', '=', 'charge')
    .where('state', '=', 'pending')
    .execute()
  invariant(found.length === 1, `payment ${paymentId} holds one charge, not ${found.length}`)
  return found[0]!.id
}

export const raiseCharge = async (
  tx: Tx,
  row: PaymentRow,
  operationId: string,
  byMinor: bigint,
  now: Date,
): Promise<void> => raiseTransfer(tx, await pendingCharge(tx, row.id), { operationId, byMinor }, now)

/** What is captured becomes final, also above what is held as far as the processor said; the rest is released. */
export const postCharge = async (tx: Tx, row: PaymentRow, capturedMinor: bigint, now: Date): Promise<void> =>
  settleTransfer(
    tx,
    await pendingCharge(tx, row.id),
    { kind: 'post', postedMinor: capturedMinor, atMostMinor: row.maximum_capture_minor },
    now,
  )

/** The hold is gone, increments and all. */
export const releaseCharge = async (tx: Tx, row: PaymentRow, now: Date): Promise<void> =>
  settleTransfer(tx, await pendingCharge(tx, row.id), { kind: 'void' }, now)
