import type { Db } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { ulid } from '../../ids.ts'
import { messageSha256 } from '../nexo/exchange-store.ts'
import type { TillCaller } from '../nexo/ports.ts'
import type { IntentRow } from './intents.ts'

type Wanted = Pick<IntentRow, 'amount_minor' | 'currency' | 'capture'> & { reference: string | null }

/** Writes an intent down; the same key again is the same intent. Throws `idempotency_key_conflict`. */
export async function createIntent(
  db: Db,
  caller: TillCaller,
  { reference, ...wanted }: Wanted,
  key: string,
  now: Date,
): Promise<IntentRow> {
  const id = `pi_${ulid(now.getTime())}`
  const request_sha256 = messageSha256({ ...wanted, amount_minor: String(wanted.amount_minor), reference })
  await db
    .insertInto('reader_intent')
    .values({
      id,
      register_id: caller.deviceId,
      shop_id: caller.shopId,
      idempotency_key: key,
      request_sha256,
      ...wanted,
      reference: reference ?? id,
      created_at: now,
    })
    .onConflict((on) => on.columns(['register_id', 'idempotency_key']).doNothing())
    .execute()
  const row = await db
    .selectFrom('reader_intent')
    .selectAll()
    .where('register_id', '=', caller.deviceId)
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow()
  if (!row.request_sha256.equals(request_sha256)) throw new Failure('idempotency_key_conflict')
  return row
}

/** Throws `payment_unknown`, also for an intent of another register: keys of payments are the register's own. */
export async function findIntent(db: Db, caller: TillCaller, id: string): Promise<IntentRow> {
  const row = await db
    .selectFrom('reader_intent')
    .selectAll()
    .where('id', '=', id)
    .where('register_id', '=', caller.deviceId)
    .executeTakeFirst()
  if (row === undefined) throw new Failure('payment_unknown')
  return row
}

/** Ties an intent to its next payment and reader, once. Answers the intent as it is then. */
export async function tieIntent(
  db: Db,
  row: IntentRow,
  { terminalId, paymentId, key }: { terminalId: string; paymentId: string; key: string },
  now: Date,
): Promise<IntentRow> {
  await db
    .updateTable('reader_intent')
    .set({
      terminal_id: terminalId,
      payment_id: paymentId,
      attempts: row.attempts + 1,
      process_key: key,
      processed_at: now,
    })
    .where('id', '=', row.id)
    .where('attempts', '=', row.attempts)
    .execute()
  return db.selectFrom('reader_intent').selectAll().where('id', '=', row.id).executeTakeFirstOrThrow()
}

export const cancelIntent = (db: Db, id: string, now: Date) =>
  db
    .updateTable('reader_intent')
    .set({ canceled_at: now })
    .where('id', '=', id)
    .where('canceled_at', 'is', null)
    .execute()

/** The intent that a reader processed last. */
export const lastOnReader = (db: Db, terminalId: string): Promise<IntentRow | undefined> =>
  db
    .selectFrom('reader_intent')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .orderBy('processed_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()
