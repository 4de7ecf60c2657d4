import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Clock } from '../../../clock.ts'
import type { Db } from '../../../database.ts'
import { ProcessorFailure } from '../processor.ts'

export type KeyKind = 'setup' | 'authorise' | 'increment' | 'capture' | 'void' | 'refund' | 'evidence'

/** What became of a request, where Stripe itself does not keep it: `done` and `declined` are certain, null is "asked". */
export type KeyOutcome = 'done' | 'declined' | 'refused'

export type KeyRow = {
  key: string
  kind: KeyKind
  /** The connected account it went to; null: the platform. */
  account: string | null
  /** What it made, or what it followed: our name for a set-up, charge or dispute. */
  ref: string | null
  amountMinor: bigint | null
  /** Of an authorisation: what it is in, and who is paid. */
  currency: string | null
  merchantRef: string | null
  outcome: KeyOutcome | null
  firstSentAt: Date
  lastSentAt: Date
}

/**
 * Our own memory of keys, for good: Stripe forgets them after 24 h. A row is written before a request leaves, so that what was asked can
 * be found again: in which account, since when, under which name.
 */
export interface StripeKeys {
  /** Throws `refused: key_of_another_request` when the key stands for something else. `fresh`: never asked before. */
  claim(
    row: Pick<KeyRow, 'key' | 'kind' | 'account' | 'ref' | 'amountMinor'> &
      Partial<Pick<KeyRow, 'currency' | 'merchantRef'>> & { fingerprint: string },
  ): Promise<KeyRow & { fresh: boolean }>
  learn(key: string, what: { ref?: string; outcome?: KeyOutcome }): Promise<void>
  find(key: string): Promise<KeyRow | null>
  /** Everything asked about one charge or dispute, in order. */
  about(ref: string): Promise<KeyRow[]>
  /** Connected accounts that were ever charged on. */
  accounts(): Promise<string[]>
  /** An issuer said that this card is lost; `face` is what stood on it, so that a replaced card is not held to it. */
  noteLost(token: string, face: string): Promise<void>
  lostFace(token: string): Promise<string | null>
  forgetLost(token: string): Promise<void>
}

export const fingerprintOf = (...parts: (string | bigint | null | undefined)[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts.map((part) => (part === undefined ? null : (part?.toString() ?? null)))))
    .digest('hex')

const COLUMNS = sql.raw(
  `key, kind, stripe_account as account, ref, amount_minor as "amountMinor", currency, merchant_ref as "merchantRef", outcome,
   first_sent_at as "firstSentAt", last_sent_at as "lastSentAt"`,
)

/** `processor` keeps the keys of several Stripe platforms in one database apart. */
export function openStripeKeys(db: Db, clock: Clock, processor: string): StripeKeys {
  const now = () => new Date(clock.nowMs())
  const row = async (key: string) => {
    const { rows } = await sql<KeyRow & { fingerprint: string }>`
      select ${COLUMNS}, fingerprint from stripe_key where processor = ${processor} and key = ${key}`.execute(db)
    return rows[0] ?? null
  }
  return {
    async claim({ key, kind, account, ref, amountMinor, currency = null, merchantRef = null, fingerprint }) {
      const { rows } = await sql<KeyRow & { fingerprint: string; fresh: boolean }>`
        insert into stripe_key (processor, key, kind, fingerprint, stripe_account, ref, amount_minor, currency, merchant_ref,
          first_sent_at, last_sent_at)
        values (${processor}, ${key}, ${kind}, ${fingerprint}, ${account}, ${ref}, ${amountMinor}, ${currency}, ${merchantRef},
          ${now()}, ${now()})
        on conflict (processor, key) do update set last_sent_at = excluded.last_sent_at
        returning ${COLUMNS}, fingerprint, (xmax = 0) as fresh`.execute(db)
      const claimed = rows[0]!
      if (claimed.kind !== kind || claimed.fingerprint !== fingerprint)
        throw new ProcessorFailure('refused', 'key_of_another_request')
      return claimed
    },
    async learn(key, { ref, outcome }) {
      await sql`update stripe_key set ref = coalesce(${ref ?? null}::text, ref),
          outcome = coalesce(${outcome ?? null}::text, outcome)
        where processor = ${processor} and key = ${key}`.execute(db)
    },
    find: row,
    async about(ref) {
      const { rows } = await sql<KeyRow>`select ${COLUMNS} from stripe_key
        where processor = ${processor} and ref = ${ref} order by first_sent_at, key`.execute(db)
      return rows
    },
    async accounts() {
      const { rows } = await sql<{ account: string }>`select distinct stripe_account as account from stripe_key
        where processor = ${processor} and stripe_account is not null`.execute(db)
      return rows.map(({ account }) => account)
    },
    async noteLost(token, face) {
      await sql`insert into stripe_lost_card (processor, token, face, noted_at)
        values (${processor}, ${token}, ${face}, ${now()})
        on conflict (processor, token) do update set face = excluded.face, noted_at = excluded.noted_at`.execute(db)
    },
    async lostFace(token) {
      const { rows } = await sql<{ face: string }>`
        select face from stripe_lost_card where processor = ${processor} and token = ${token}`.execute(db)
      return rows[0]?.face ?? null
    },
    async forgetLost(token) {
      await sql`delete from stripe_lost_card where processor = ${processor} and token = ${token}`.execute(db)
    },
  }
}
