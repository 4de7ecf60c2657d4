import type { Db } from '../../database.ts'

/** How long a terminal is kept for the till that called it with EnableService, ms. */
const RESERVED_MS = 5 * 60_000

/** Keeps a terminal for one sale system. False when another one has it. */
export async function reserve(
  db: Db,
  { terminalId, keyId, saleId }: { terminalId: string; keyId: string; saleId: string },
  now: Date,
): Promise<boolean> {
  const until = new Date(now.getTime() + RESERVED_MS)
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('nexo_reservation')
    .values({ terminal_id: terminalId, key_id: keyId, sale_id: saleId, until })
    .onConflict((on) =>
      on
        .column('terminal_id')
        .doUpdateSet({ key_id: keyId, sale_id: saleId, until })
        .where((is) => is.or([is('nexo_reservation.sale_id', '=', saleId), is('nexo_reservation.until', '<=', now)])),
    )
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export async function reservedByOther(db: Db, terminalId: string, saleId: string, now: Date): Promise<boolean> {
  const found = await db
    .selectFrom('nexo_reservation')
    .select('sale_id')
    .where('terminal_id', '=', terminalId)
    .where('until', '>', now)
    .executeTakeFirst()
  return found !== undefined && found.sale_id !== saleId
}

/** The payment it was for has come, or the till no longer wants it. True when there was one. */
export async function useReservation(db: Db, terminalId: string, saleId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('nexo_reservation')
    .where('terminal_id', '=', terminalId)
    .where('sale_id', '=', saleId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}
