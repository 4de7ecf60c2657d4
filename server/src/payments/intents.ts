import type { Tx } from '../database.ts'
import type { OperationRow } from './store.ts'

/** The one operation of a kind that did not fail, if there is one: under way or done. */
export const openOrDone = (tx: Tx, paymentId: string, kind: 'capture' | 'void'): Promise<OperationRow | undefined> =>
  tx
    .selectFrom('payment_operation')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .where('kind', '=', kind)
    .where('state', '<>', 'failed')
    .executeTakeFirst()

/** The increment whose answer is not known yet. */
export const openIncrement = (tx: Tx, paymentId: string): Promise<OperationRow | undefined> =>
  tx
    .selectFrom('payment_operation')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .where('kind', '=', 'increment')
    .where('state', '=', 'intended')
    .executeTakeFirst()

/** An operation is named after its payment, so that the same step can never be written twice. */
export const operationKey = (
  paymentId: string,
  kind: 'authorise' | 'increment' | 'capture' | 'void' | 'late-void',
): string => `${paymentId}:${kind}`

/** A processor key for a try after others: keys are never used twice. */
export async function freshKey(
  tx: Tx,
  paymentId: string,
  kind: 'authorise' | 'increment' | 'capture' | 'void',
): Promise<string> {
  const { tries } = await tx
    .selectFrom('payment_operation')
    .select((eb) => eb.fn.countAll<bigint>().as('tries'))
    .where('payment_id', '=', paymentId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
  const key = operationKey(paymentId, kind)
  return tries === 0n ? key : `${key}:${tries}`
}
