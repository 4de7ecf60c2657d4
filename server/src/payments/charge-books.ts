import type { Tx } from '../database.ts'
import { invariant } from '../failure.ts'
import { holdTransfer, lockPendingCharges, type PendingTransfer, raiseTransfer, settlePending } from './ledger/store.ts'
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
export function theOnlyCharge(paymentId: string, held: readonly PendingTransfer[]): PendingTransfer {
  invariant(held.length === 1, `payment ${paymentId} holds one charge, not ${held.length}`)
  return held[0]!
}

const pendingCharge = async (tx: Tx, paymentId: string) =>
  theOnlyCharge(paymentId, await lockPendingCharges(tx, paymentId))

export const raiseCharge = async (
  tx: Tx,
  row: PaymentRow,
  operationId: string,
  byMinor: bigint,
  now: Date,
): Promise<void> => raiseTransfer(tx, (await pendingCharge(tx, row.id)).id, { operationId, byMinor }, now)

/** What is captured becomes final, also above what is held as far as the processor said; the rest is released. */
export const postCharge = (
  tx: Tx,
  row: PaymentRow,
  charge: PendingTransfer,
  capturedMinor: bigint,
  now: Date,
): Promise<void> =>
  settlePending(tx, charge, { kind: 'post', postedMinor: capturedMinor, atMostMinor: row.maximum_capture_minor }, now)

/** The hold is gone, increments and all. */
export const releaseCharge = async (tx: Tx, row: PaymentRow, now: Date): Promise<void> =>
  settlePending(tx, await pendingCharge(tx, row.id), { kind: 'void' }, now)
