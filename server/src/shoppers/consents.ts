import type { AgreedText, Language } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { type ConsentGrant, grantConsent } from '../consent-grant.ts'
import type { Db, Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { networkText } from './network-text.ts'
import { policyTexts } from './policy-texts.ts'
import type { PolicyKind } from './policy-wording.ts'

export type Agreement = { sha256: string; version: string; language: Language }

export type ConsentRecord = {
  id: string
  kind: 'consent' | 'terms' | 'network'
  version: string
  language: string
  sha256: string
  agreedAt: Date
  withdrawnAt: Date | null
}

/** Who agreed to which words, when. */
export type Consents = {
  texts(language: Language): Record<PolicyKind, AgreedText>
  networkText(language: Language): AgreedText
  /** Throws `consent_text_outdated` when the words agreed to are not those in force. Safe to repeat. */
  record(enrolmentId: string, kind: 'consent' | 'terms', agreement: Agreement): Promise<void>
  /** Whether whoever registers wants to be known in the whole network. Throws `consent_text_outdated`. Safe to repeat. */
  setNetwork(tx: Tx, enrolmentId: string, wish: Agreement & { agreed: boolean }): Promise<void>
  /** Whether a shopper agreed to the network and has not taken it back. */
  isInNetwork(executor: QueryExecutorProvider, shopperId: string): Promise<boolean>
  /** A shopper says so later, or takes it back. Throws `consent_text_outdated`. Safe to repeat. */
  setNetworkOf(tx: Tx, shopperId: string, wish: Agreement & { agreed: boolean }): Promise<void>
  /** The proof that captures ask for. Throws `consent_required`. */
  grantFor(enrolmentId: string): Promise<ConsentGrant>
  attach(tx: Tx, enrolmentId: string, shopperId: string): Promise<ConsentRecord>
  of(shopperId: string): Promise<ConsentRecord[]>
  withdraw(tx: Tx, shopperId: string): Promise<void>
  /** A registration that came to nothing leaves no trace of who agreed. */
  drop(db: Db | Tx, enrolmentId: string): Promise<void>
}

/** The condition of the index as it stands there: as a parameter it would not be known for the same once the statement has a plan. */
const ONCE = sql<boolean>`kind <> 'network'`

export function createConsents(db: Db, clock: Clock): Consents {
  const recordOf = (row: {
    id: string
    kind: ConsentRecord['kind']
    version: string
    language: string
    sha256: string
    agreed_at: Date
    withdrawn_at: Date | null
  }): ConsentRecord => {
    const { agreed_at: agreedAt, withdrawn_at: withdrawnAt, id, kind, version, language, sha256 } = row
    return { id, kind, version, language, sha256, agreedAt, withdrawnAt }
  }
  /** The words agreed to are kept, whoever agreed to them. */
  const keepText = async (on: Db | Tx, text: AgreedText) => {
    await on
      .insertInto('agreed_texts')
      .values(text)
      .onConflict((known) => known.column('sha256').doNothing())
      .execute()
  }
  const setNetwork = async (
    tx: Tx,
    of: { enrolmentId: string; shopperId: string | null },
    { sha256, version, language, agreed }: Agreement & { agreed: boolean },
  ) => {
    const text = networkText(language)
    if (agreed && (text.sha256 !== sha256 || text.version !== version)) throw new Failure('consent_text_outdated')
    const now = new Date(clock.nowMs())
    if (!agreed) {
      const standing = tx.updateTable('consents').set({ withdrawn_at: now }).where('enrolment_id', '=', of.enrolmentId)
      await standing.where('kind', '=', 'network').where('withdrawn_at', 'is', null).execute()
      return
    }
    await keepText(tx, text)
    const id = newId('consent', clock.nowMs())
    await sql`
      insert into consents (id, enrolment_id, shopper_id, kind, version, language, sha256, agreed_at)
      values (${id}, ${of.enrolmentId}, ${of.shopperId}, 'network', ${version}, ${language}, ${sha256}, ${now})
      on conflict (enrolment_id) where kind = 'network' and withdrawn_at is null do nothing`.execute(tx)
  }
  return {
    texts: policyTexts,
    networkText,
    setNetwork: (tx, enrolmentId, wish) => setNetwork(tx, { enrolmentId, shopperId: null }, wish),
    async isInNetwork(executor, shopperId) {
      const { rows } = await sql<{ agreed: boolean }>`
        select exists (select 1 from consents
          where shopper_id = ${shopperId} and kind = 'network' and withdrawn_at is null) as agreed`.execute(executor)
      return rows[0]!.agreed
    },
    async setNetworkOf(tx, shopperId, wish) {
      const given = await tx
        .selectFrom('consents')
        .select('enrolment_id')
        .where('shopper_id', '=', shopperId)
        .where('kind', '=', 'consent')
        .where('withdrawn_at', 'is', null)
        .executeTakeFirst()
      if (given === undefined) throw new Failure('consent_required')
      await setNetwork(tx, { enrolmentId: given.enrolment_id, shopperId }, wish)
    },
    async record(enrolmentId, kind, { sha256, version, language }) {
      const text = policyTexts(language)[kind]
      if (text.sha256 !== sha256 || text.version !== version) throw new Failure('consent_text_outdated')
      await keepText(db, text)
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
        .onConflict((on) => on.columns(['enrolment_id', 'kind']).where(ONCE).doNothing())
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
