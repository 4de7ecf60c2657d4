import { createHash } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import { type Db, withTransaction } from '../../database.ts'
import { ulid } from '../../ids.ts'
import type { ExchangeFacts, TillTables } from '../tables.ts'
import { addEvent } from './event-store.ts'
import type { Till } from './keys.ts'

export type ExchangeRow = Selectable<TillTables['nexo_exchange']>
export type Style = ExchangeRow['style']

/** A till may count its ServiceIDs anew after this long (the standard asks for 48 hours), ms. */
export const SERVICE_ID_MS = 48 * 3_600_000

/** A request that moves money, as it came. */
export type Ask = {
  till: Till
  terminalId: string
  header: { SaleID: string; POIID: string }
  serviceId: string
  category: ExchangeRow['category']
  style: Style
  message: unknown
  nonce: Buffer | null
  facts: ExchangeFacts
}

export type Claimed =
  | { kind: 'first'; row: ExchangeRow }
  /** The same message came before. */
  | { kind: 'seen'; row: ExchangeRow }
  /** The ServiceID was used for another message. */
  | { kind: 'conflict' }

/** JSON with its keys in order: two spellings of one message are one message. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}
export const messageSha256 = (message: unknown): Buffer => createHash('sha256').update(canonical(message)).digest()

/** SaleID, POIID, ServiceID and the day they were first seen: what payments knows this request by. */
export function idempotencyKeyOf({ header, serviceId }: Pick<Ask, 'header' | 'serviceId'>, firstSeen: Date): string {
  const day = firstSeen.toISOString().slice(0, 10)
  const digest = createHash('sha256')
    .update(JSON.stringify([header.SaleID, header.POIID, serviceId, day]))
    .digest('base64url')
  return `nexo:${day}:${digest}`
}

type Reference = { shopId: string; terminalId: string; saleId: string; serviceId: string }

/**
 * Writes a request down before anything is done about it, so that the same one coming again, on whatever node, finds it. Twins that
 * come at once wait for each other.
 */
export function claimExchange(db: Db, ask: Ask, now: Date): Promise<Claimed> {
  const { till, terminalId, header, serviceId } = ask
  const { shopId, deviceId, organisationId } = till.caller
  const request_sha256 = messageSha256(ask.message)
  return withTransaction(db, async (tx) => {
    const lock = JSON.stringify([shopId, terminalId, header.SaleID, serviceId])
    await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(tx)
    const reference = { shopId, terminalId, saleId: header.SaleID, serviceId }
    const known = (await replayed(tx, till.keyId, ask.nonce)) ?? (await findByService(tx, reference, now))
    if (known !== undefined) {
      return known.request_sha256.equals(request_sha256) ? { kind: 'seen', row: known } : { kind: 'conflict' }
    }
    const row = await tx
      .insertInto('nexo_exchange')
      .values({
        id: `nxe_${ulid(now.getTime())}`,
        key_id: till.keyId,
        register_id: deviceId,
        shop_id: shopId,
        organisation_id: organisationId,
        terminal_id: terminalId,
        sale_id: header.SaleID,
        poi_id: header.POIID,
        service_id: serviceId,
        category: ask.category,
        style: ask.style,
        request_sha256,
        nonce: ask.nonce,
        idempotency_key: idempotencyKeyOf(ask, now),
        facts: JSON.stringify(ask.facts),
        payment_id: null,
        received_at: now,
        answer: null,
        answered_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    return { kind: 'first', row }
  })
}

/** Somebody who recorded an encrypted message may send it years later: its nonce names the exchange it was for. */
const replayed = (tx: Db, keyId: string, nonce: Buffer | null) =>
  nonce === null
    ? undefined
    : tx
        .selectFrom('nexo_exchange')
        .selectAll()
        .where('key_id', '=', keyId)
        .where('nonce', '=', nonce)
        .executeTakeFirst()

const ofSale = (db: Db, { shopId, terminalId, saleId }: Omit<Reference, 'serviceId'>, now: Date) =>
  db
    .selectFrom('nexo_exchange')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('terminal_id', '=', terminalId)
    .where('sale_id', '=', saleId)
    .where('received_at', '>', new Date(now.getTime() - SERVICE_ID_MS))
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')

export const findByService = (db: Db, reference: Reference, now: Date): Promise<ExchangeRow | undefined> =>
  ofSale(db, reference, now).where('service_id', '=', reference.serviceId).executeTakeFirst()

/** The last request of a sale system on a terminal. */
export const findLast = (db: Db, sale: Omit<Reference, 'serviceId'>, now: Date): Promise<ExchangeRow | undefined> =>
  ofSale(db, sale, now).executeTakeFirst()

export const findExchange = (db: Db, id: string): Promise<ExchangeRow> =>
  db.selectFrom('nexo_exchange').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** Ties an exchange to its payment. False when it was answered meanwhile: then nobody waits for that payment. */
export async function tiePayment(db: Db, id: string, paymentId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('nexo_exchange')
    .set({ payment_id: paymentId })
    .where('id', '=', id)
    .where('answer', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Writes the answer, once. Who comes second gets what was written first. An answer to `/async` is put out as an event with it. */
export function writeAnswer(db: Db, row: ExchangeRow, answer: Record<string, unknown>, now: Date) {
  return withTransaction(db, async (tx): Promise<Record<string, unknown>> => {
    const written = await tx
      .updateTable('nexo_exchange')
      .set({ answer: JSON.stringify(answer), answered_at: now })
      .where('id', '=', row.id)
      .where('answer', 'is', null)
      .executeTakeFirst()
    if (written.numUpdatedRows === 1n) {
      if (row.style === 'async') await addEvent(tx, row.key_id, answer, now)
      return answer
    }
    const first = await tx
      .selectFrom('nexo_exchange')
      .select('answer')
      .where('id', '=', row.id)
      .executeTakeFirstOrThrow()
    return first.answer!
  })
}

/** Requests whose answer nobody has written, because the node that worked on them went away or still waits. */
export const findUnanswered = (db: Db, before: Date, limit: number): Promise<ExchangeRow[]> =>
  db
    .selectFrom('nexo_exchange')
    .selectAll()
    .where('answer', 'is', null)
    .where('received_at', '<', before)
    .orderBy('received_at')
    .limit(limit)
    .execute()
