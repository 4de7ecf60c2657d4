import { createHash, randomBytes } from 'node:crypto'
import type { ShopperSelf } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, isUniqueViolation, type Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import type { ShopperId } from '../ids.ts'
import type { Consents } from './consents.ts'
import type { PhoneNumber, PhoneVault } from './phone.ts'
import type { PhoneCodes } from './phone-codes.ts'
import type { ShopperCards, ShopperPalms } from './ports.ts'

/** How long a shopper stays signed in, ms. */
export const SESSION_TTL_MS = 900_000

export type Shoppers = {
  /** Sends a code to the number if it is registered; the answer is the same if it is not. */
  beginSession(phone: PhoneNumber): Promise<{ sessionId: string; expiresAt: Date; code: string }>
  confirmSession(sessionId: string, code: string): Promise<{ token: string; expiresAt: Date }>
  /** Throws `shopper_session_required`. */
  shopperOf(token: string): Promise<ShopperId>
  self(shopperId: ShopperId): Promise<ShopperSelf>
  isPhoneTaken(phoneHmac: string): Promise<boolean>
  /** The account of a registration whose phone is confirmed. Throws `phone_already_registered`. */
  create(tx: Tx, shopperId: string, enrolmentId: string, language: string): Promise<void>
  /** Signs a shopper out everywhere. */
  endSessions(tx: QueryExecutorProvider, shopperId: string): Promise<void>
  prune(): Promise<void>
}

type Options = {
  db: Db
  clock: Clock
  vault: PhoneVault
  codes: PhoneCodes
  consents: Consents
  palms: ShopperPalms
  cards: ShopperCards
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export function createShoppers({ db, clock, vault, codes, consents, palms, cards }: Options): Shoppers {
  const living = (phoneHmac: string) =>
    db
      .selectFrom('shoppers')
      .selectAll()
      .where('phone_hmac', '=', phoneHmac)
      .where('erasure_requested_at', 'is', null)
      .executeTakeFirst()
  return {
    async beginSession(phone) {
      const sessionId = `ses_${randomBytes(16).toString('base64url')}`
      const shopper = await living(vault.hmac(phone))
      const sent = await codes.send('session', sessionId, phone, shopper?.language ?? 'en')
      return { sessionId, ...sent }
    },
    async confirmSession(sessionId, code) {
      const { phone_hmac, purpose } = await codes.confirm(sessionId, code)
      if (purpose !== 'session') throw new Failure('phone_code_wrong')
      const shopper = await living(phone_hmac)
      await codes.drop(db, sessionId)
      // The caller has shown that the number is theirs, so it may be told that it is not registered.
      if (shopper === undefined) throw new Failure('shopper_unknown')
      const token = `sht_${randomBytes(32).toString('base64url')}`
      const expiresAt = new Date(clock.nowMs() + SESSION_TTL_MS)
      const row = { token_sha256: sha256(token), shopper_id: shopper.id, expires_at: expiresAt }
      await db.insertInto('shopper_sessions').values(row).execute()
      return { token, expiresAt }
    },
    async shopperOf(token) {
      const row = await db
        .selectFrom('shopper_sessions')
        .select('shopper_id')
        .where('token_sha256', '=', sha256(token))
        .where('expires_at', '>', new Date(clock.nowMs()))
        .executeTakeFirst()
      if (row === undefined) throw new Failure('shopper_session_required')
      return row.shopper_id as ShopperId
    },
    async self(shopperId) {
      const shopper = await db.selectFrom('shoppers').selectAll().where('id', '=', shopperId).executeTakeFirst()
      if (shopper === undefined || shopper.phone_hint === null) throw new Failure('shopper_unknown')
      const [palmRows, cardRows, consentRows] = await Promise.all([
        palms.of(shopperId),
        cards.cardsOf(shopperId),
        consents.of(shopperId),
      ])
      return {
        id: shopperId,
        phoneHint: shopper.phone_hint,
        palms: palmRows.map(({ enrolledAt, ...palm }) => ({ ...palm, enrolledAt: toTimestamp(enrolledAt) })),
        cards: cardRows,
        consents: consentRows.map(({ agreedAt, withdrawnAt, ...record }) => ({
          ...record,
          agreedAt: toTimestamp(agreedAt),
          ...(withdrawnAt === null ? {} : { withdrawnAt: toTimestamp(withdrawnAt) }),
        })),
      }
    },
    isPhoneTaken: async (phoneHmac) => (await living(phoneHmac)) !== undefined,
    async create(tx, shopperId, enrolmentId, language) {
      const verified = await codes.find(tx, enrolmentId)
      if (verified?.confirmed_at == null) throw new Failure('enrolment_step')
      const phone = vault.open(verified.phone_sealed, enrolmentId)
      try {
        await tx
          .insertInto('shoppers')
          .values({
            id: shopperId,
            phone_hmac: verified.phone_hmac,
            phone_sealed: vault.seal(phone, shopperId),
            phone_hint: verified.phone_hint,
            language,
            enrolled_at: new Date(clock.nowMs()),
            erasure_requested_at: null,
            erased_at: null,
          })
          .execute()
      } catch (error) {
        throw isUniqueViolation(error) ? new Failure('phone_already_registered', {}, { cause: error }) : error
      }
      await codes.drop(tx, enrolmentId)
    },
    async endSessions(tx, shopperId) {
      await sql`delete from shopper_sessions where shopper_id = ${shopperId}`.execute(tx)
    },
    async prune() {
      await db.deleteFrom('shopper_sessions').where('expires_at', '<', new Date(clock.nowMs())).execute()
      await codes.prune()
    },
  }
}
