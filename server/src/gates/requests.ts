import { createHash } from 'node:crypto'
import { withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { type GateParts, nowOf } from './parts.ts'

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

export type KeyedRequest = { caller: string; key: string | undefined; what: string; body: unknown }

/**
 * Does something once for each key of a caller. What was answered is answered again; a request whose first try died half way is done again,
 * which is why `work` must be safe to repeat. A failure keeps no answer. Throws `idempotency_key_required`, `idempotency_key_conflict`.
 */
export async function once<T extends object>(
  parts: Pick<GateParts, 'db' | 'clock'>,
  { caller, key, what, body }: KeyedRequest,
  work: () => Promise<T>,
): Promise<T> {
  if (key === undefined || !KEY_FORM.test(key)) {
    throw new Failure('idempotency_key_required', { detail: '1 to 128 printable characters.' })
  }
  const hash = createHash('sha256')
    .update(`${what}\n${canonical(body)}`)
    .digest()
  const known = await withTransaction(parts.db, async (tx) => {
    await tx
      .insertInto('gate_request')
      .values({ caller, key, request_sha256: hash, reply: null, created_at: nowOf(parts) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return tx
      .selectFrom('gate_request')
      .select(['request_sha256', 'reply'])
      .where('caller', '=', caller)
      .where('key', '=', key)
      .executeTakeFirstOrThrow()
  })
  if (!known.request_sha256.equals(hash)) throw new Failure('idempotency_key_conflict')
  if (known.reply !== null) return known.reply as T
  const reply = await work()
  await parts.db
    .updateTable('gate_request')
    .set({ reply: JSON.stringify(reply) })
    .where('caller', '=', caller)
    .where('key', '=', key)
    .execute()
  return reply
}
