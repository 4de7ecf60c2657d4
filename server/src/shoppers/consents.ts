import type { AgreedText, Language } from '@paume/contract'
import type { Clock } from '../clock.ts'
import { type ConsentGrant, grantConsent } from '../consent-grant.ts'
import type { Db, Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { policyTexts } from './policy-texts.ts'

export type Agreement = { sha256: string; version: string; language: Language }

export type ConsentRecord = {
  id: string
  kind: 'consent' | 'terms'
  version: string
  language: string
  sha256: string
  agreedAt: Date
  withdrawnAt: Date | null
}

/** Who agreed to which words, when. */
export type Consents = {
  texts(language: Language): Record<AgreedText['kind'], AgreedText>
  /** Throws `consent_text_outdated` when the words agreed to are not those in force. Safe to repeat. */
  record(enrolmentId: string, kind: 'consent' | 'terms', agreement: Agreement): Promise<void>
  /** The proof that captures ask for. Throws `consent_required`. */
  grantFor(enrolmentId: string): Promise<ConsentGrant>
  attach(tx: Tx, enrolmentId: string, shopperId: string): Promise<ConsentRecord>
  of(shopperId: string): Promise<ConsentRecord[]>
  withdraw(tx: Tx, shopperId: string): Promise<void>
  /** A registration that came to nothing leaves no trace of who agreed. */
  drop(db: Db | Tx, enrolmentId: string): Promise<void>
}

export function createConsents(db: Db, clock: Clock): Consents {
  const recordOf = (row: {
    id: string
    kind: 'consent' | 'terms'
    version: string
    language: string
    sha256: string
    agreed_at: Date
    withdrawn_at: Date | null
  }): ConsentRecord => {
    const { agreed_at: agreedAt, withdrawn_at: withdrawnAt, id, kind, version, language, sha256 } = row
    return { id, kind, version, language, sha256, agreedAt, withdrawnAt }
  }
  return {
    texts: policyTexts,
    async record(enrolmentId, kind, { sha256, version, language }) {
      const text = policyTexts(language)[kind]
      if (text.sha256 !== sha256 || text.version !== version) throw new Failure('consent_text_outdated')
      await db
        .insertInto('agreed_texts')
        .values(text)
        .onConflict((on) => on.column('sha256').doNothing())
        .execute()
      const nowMs = clock.nowMs()
      await db
        .insertInto('consents')
        .values({
          id: newId('consent', nowMs),
          enrolment_id: enrolmentId,
          shopper_id: null,
          kind,
          version,
          language,
          sha256,
          agreed_at: new Date(nowMs),
          withdrawn_at: null,
        })
        .onConflict((on) => on.columns(['enrolment_id', 'kind']).doNothing())
        .execute()
    },
    async grantFor(enrolmentId) {
      const row = await db
        .selectFrom('consents')
        .select(['id', 'sha256'])
        .where('enrolment_id', '=', enrolmentId)
        .where('kind', '=', 'consent')
        .where('withdrawn_at', 'is', null)
        .executeTakeFirst()
      if (row === undefined) throw new Failure('consent_required')
      return grantConsent({ enrolmentId, consentId: row.id, sha256: row.sha256 })
    },
    async attach(tx, enrolmentId, shopperId) {
      const rows = await tx
        .updateTable('consents')
        .set({ shopper_id: shopperId })
        .where('enrolment_id', '=', enrolmentId)
        .returningAll()
        .execute()
      const consent = rows.find((row) => row.kind === 'consent')
      if (consent === undefined || !rows.some((row) => row.kind === 'terms')) throw new Failure('consent_required')
      return recordOf(consent)
    },
    async of(shopperId) {
      const rows = await db
        .selectFrom('consents')
        .selectAll()
        .where('shopper_id', '=', shopperId)
        .orderBy('agreed_at')
        .execute()
      return rows.map(recordOf)
    },
    async withdraw(tx, shopperId) {
      await tx
        .updateTable('consents')
        .set({ withdrawn_at: new Date(clock.nowMs()) })
        .where('shopper_id', '=', shopperId)
        .where('withdrawn_at', 'is', null)
        .execute()
    },
    async drop(on, enrolmentId) {
      await on.deleteFrom('consents').where('enrolment_id', '=', enrolmentId).where('shopper_id', 'is', null).execute()
    },
  }
}
