import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Db, Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import { type PhoneNumber, type PhoneVault, phoneHint } from './phone.ts'
import type { ShopperTables } from './tables.ts'
import { codeMessage, type TextMessages } from './text-messages.ts'

export type Verification = Selectable<ShopperTables['phone_verifications']>

/** How long a code is good, ms. */
export const CODE_TTL_MS = 600_000
/** Wrong codes before a new one is needed (NIST SP 800-63B asks for a low limit). */
export const MAX_TRIES = 5
/** Codes sent to one number in an hour. */
const CODES_PER_PHONE = 6
const AN_HOUR_MS = 3_600_000

export type PhoneCodes = {
  /** Sends a code; a code sent before for the same subject is void. `code` is answered for a sandbox to show. */
  send(
    purpose: Verification['purpose'],
    subjectId: string,
    phone: PhoneNumber,
    language: string,
  ): Promise<{ code: string; expiresAt: Date }>
  /** Throws `phone_code_wrong`, `phone_code_expired`, `phone_code_locked`. Right once: a code is not used twice. */
  confirm(subjectId: string, code: string): Promise<Verification>
  find(db: Db | Tx, subjectId: string): Promise<Verification | undefined>
  drop(db: Db | Tx, subjectId: string): Promise<void>
  prune(): Promise<void>
}

type Options = { db: Db; clock: Clock; vault: PhoneVault; codeKey: Buffer; messages: TextMessages }

export function createPhoneCodes({ db, clock, vault, codeKey, messages }: Options): PhoneCodes {
  /** Bound to its subject: a code of one registration is worth nothing in another. */
  const hmac = (subjectId: string, code: string) =>
    createHmac('sha256', codeKey).update(`${subjectId}:${code}`).digest('hex')
  const find = (on: Db | Tx, subjectId: string) =>
    on.selectFrom('phone_verifications').selectAll().where('subject_id', '=', subjectId).executeTakeFirst()

  const limitSending = async (phoneHmac: string) => {
    const since = new Date(clock.nowMs() - AN_HOUR_MS)
    const { rows } = await sql<{ sent: number }>`
      select count(*)::int as sent from phone_codes_sent
      where phone_hmac = ${phoneHmac} and sent_at > ${since}`.execute(db)
    if (rows[0].sent >= CODES_PER_PHONE) throw new Failure('rate_limited')
    await sql`insert into phone_codes_sent (phone_hmac, sent_at) values (${phoneHmac}, ${new Date(clock.nowMs())})`.execute(
      db,
    )
  }

  return {
    async send(purpose, subjectId, phone, language) {
      const phoneHmac = vault.hmac(phone)
      await limitSending(phoneHmac)
      const code = String(randomInt(1_000_000)).padStart(6, '0')
      const expiresAt = new Date(clock.nowMs() + CODE_TTL_MS)
      const values = {
        purpose,
        phone_hmac: phoneHmac,
        phone_sealed: vault.seal(phone, subjectId),
        phone_hint: phoneHint(phone),
        code_hmac: hmac(subjectId, code),
        tries: 0,
        expires_at: expiresAt,
        confirmed_at: null,
        created_at: new Date(clock.nowMs()),
      }
      await db
        .insertInto('phone_verifications')
        .values({ id: `phv_${randomBytes(12).toString('base64url')}`, subject_id: subjectId, ...values })
        .onConflict((on) => on.column('subject_id').doUpdateSet(values))
        .execute()
      // Unsure whether it arrived: who got none asks for another.
      if ((await messages.send(phone, codeMessage(language, code))) === 'refused') throw new Failure('phone_invalid')
      return { code, expiresAt }
    },
    async confirm(subjectId, code) {
      const now = new Date(clock.nowMs())
      // One statement counts the try before the code is compared, so that guesses side by side are all counted.
      const row = await db
        .updateTable('phone_verifications')
        .set((eb) => ({ tries: eb('tries', '+', 1) }))
        .where('subject_id', '=', subjectId)
        .where('confirmed_at', 'is', null)
        .returningAll()
        .executeTakeFirst()
      if (row === undefined || row.expires_at <= now) throw new Failure('phone_code_expired')
      if (row.tries > MAX_TRIES) throw new Failure('phone_code_locked')
      const right = timingSafeEqual(Buffer.from(hmac(subjectId, code)), Buffer.from(row.code_hmac))
      if (!right) throw new Failure(row.tries === MAX_TRIES ? 'phone_code_locked' : 'phone_code_wrong')
      await db.updateTable('phone_verifications').set({ confirmed_at: now }).where('id', '=', row.id).execute()
      return { ...row, confirmed_at: now }
    },
    find,
    async drop(on, subjectId) {
      await on.deleteFrom('phone_verifications').where('subject_id', '=', subjectId).execute()
    },
    async prune() {
      const now = new Date(clock.nowMs())
      await db
        .deleteFrom('phone_verifications')
        .where('purpose', '=', 'session')
        .where('expires_at', '<', now)
        .execute()
      await sql`delete from phone_codes_sent where sent_at < ${new Date(clock.nowMs() - AN_HOUR_MS)}`.execute(db)
    },
  }
}
