import { createHash } from 'node:crypto'
import type { Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import type { IdempotentRequest } from './inputs.ts'

/** Printable ASCII, so that it survives logs and headers (draft-ietf-httpapi-idempotency-key-header). */
const KEY_FORM = /^[\x21-\x7e]{1,128}$/

/** JSON with its keys in order: two spellings of one body are one request. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const pairs = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    return `{${pairs.join(',')}}`
  }
  return JSON.stringify(value ?? null)
}

export const requestHash = ({ method, path, body }: IdempotentRequest): Buffer =>
  createHash('sha256')
    .update(`${method} ${path}\n${canonical(body)}`)
    .digest()

export type Claim =
  /** The first request with this key: go on, in this transaction. */
  | { kind: 'first' }
  /** Seen before: `reply` is what was answered, null when that request has not got so far. */
  | { kind: 'seen'; paymentId: string | null; reply: object | null }

/**
 * Claims a key inside the transaction that does the work. A second request with the same key waits here until the first commits
 * (then it is `seen`) or rolls back (then it is the first). `known`: what the first is going to be answered. Throws `idempotency_key_required`, `idempotency_key_conflict`.
 */
export async function claimKey(
  tx: Tx,
  deviceId: string,
  request: IdempotentRequest,
  now: Date,
  known?: { paymentId: string; reply: object },
): Promise<Claim> {
  if (!KEY_FORM.test(request.key))
    throw new Failure('idempotency_key_required', { detail: '1 to 128 printable characters.' })
  const hash = requestHash(request)
  const inserted = await tx
    .insertInto('payment_idempotency')
    .values({
      device_id: deviceId,
      key: request.key,
      request_sha256: hash,
      payment_id: known?.paymentId ?? null,
      reply: known === undefined ? null : JSON.stringify(known.reply),
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  if (inserted) return { kind: 'first' }
  const stored = await tx
    .selectFrom('payment_idempotency')
    .selectAll()
    .where('device_id', '=', deviceId)
    .where('key', '=', request.key)
    .executeTakeFirstOrThrow()
  if (!stored.request_sha256.equals(hash)) throw new Failure('idempotency_key_conflict')
  return { kind: 'seen', paymentId: stored.payment_id, reply: stored.reply }
}

/** Ties the key to the payment it worked on (null: to none), and keeps the reply when there is one already. */
export async function keepReply(
  tx: Pick<Tx, 'updateTable'>,
  deviceId: string,
  key: string,
  paymentId: string | null,
  reply: object | null,
): Promise<void> {
  await tx
    .updateTable('payment_idempotency')
    .set({ payment_id: paymentId, ...(reply === null ? {} : { reply: JSON.stringify(reply) }) })
    .where('device_id', '=', deviceId)
    .where('key', '=', key)
    .execute()
}
