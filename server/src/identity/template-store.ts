import type { HandSide } from '@paume/contract'
import type { EnrolledPalm, ProtectedTemplate } from '@paume/palm'
import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { ulid } from '../ids.ts'
import { type KeyRing, openBytes, sealBytes } from './data-key.ts'
import { decodeTemplates, encodeTemplates } from './template-record.ts'

/** The channel on which nodes hint to each other that the gallery changed. */
export const PALM_CHANNEL = 'paume_palms'
/** Any constant that nobody else locks: "PALM" in ASCII. */
const CHANGE_LOCK = 0x50414c4d

export type NewPalm = { hand: HandSide; templates: readonly ProtectedTemplate[] }
/** What is kept of a shopper cannot be opened or read: another key, a damaged row. Says nothing about the database. */
export class TemplatesUnreadable extends Error {
  override name = 'TemplatesUnreadable'
}

export type PalmChange = { sequence: bigint; shopperId: string; change: 'put' | 'erased' }

/** Palms in the database: each shopper's templates sealed by a key of their own, which lies there wrapped. */
export type TemplateStore = {
  /** One enrolment or erasure at a time: afterwards changes are seen in the order of their numbers. Held until the transaction ends. */
  lockChanges(tx: Tx): Promise<void>
  insert(tx: Tx, shopperId: string, palms: readonly NewPalm[], at: Date): Promise<void>
  /** Deletes the palms and the key they were sealed with. Answers the number of palms. */
  erase(tx: Tx, shopperId: string): Promise<number>
  /** The palms of one shopper, opened. Throws TemplatesUnreadable. */
  palmsOf(shopperId: string): Promise<EnrolledPalm[]>
  summaryOf(shopperId: string): Promise<{ hand: string; templates: number; enrolledAt: Date }[]>
  /** All shoppers that have palms, and the number of the last change that this already tells. */
  snapshot(): Promise<{ shopperIds: string[]; sequence: bigint }>
  changesAfter(sequence: bigint): Promise<PalmChange[]>
  /** Up to a hundred shoppers, in order, some of whose keys or templates are of a tenant key older than this. */
  olderThan(epoch: number, afterShopperId: string): Promise<string[]>
  /**
   * Seals a shopper's templates anew as `renew` makes them, under a new key of theirs. False when there was nothing to renew. Throws
   * TemplatesUnreadable.
   */
  reseal(shopperId: string, epoch: number, renew: (template: ProtectedTemplate) => ProtectedTemplate): Promise<boolean>
  markUsed(palmId: string): Promise<void>
  unusedSince(before: Date): Promise<string[]>
}

const palmBinding = (shopperId: string, palmId: string) => `paume palm ${shopperId} ${palmId}`

const selectSealed = (db: Db | Tx, shopperId: string) =>
  db
    .selectFrom('palms')
    .innerJoin('shopper_keys', 'shopper_keys.shopper_id', 'palms.shopper_id')
    .select(['palms.id', 'palms.hand', 'palms.sealed_templates', 'rotation_epoch', 'wrapped_key', 'tenant_epoch'])
    .where('palms.shopper_id', '=', shopperId)

type SealedRow = { id: string; sealed_templates: Buffer; wrapped_key: Buffer; tenant_epoch: number }

function unseal(keys: KeyRing, shopperId: string, row: SealedRow): ProtectedTemplate[] {
  try {
    const key = keys.unwrap(shopperId, { wrapped: row.wrapped_key, epoch: row.tenant_epoch })
    const templates = decodeTemplates(openBytes(key, row.sealed_templates, palmBinding(shopperId, row.id)))
    key.fill(0)
    return templates
  } catch (cause) {
    throw new TemplatesUnreadable('the templates of a shopper cannot be opened', { cause })
  }
}

export function createTemplateStore({ db, clock, keys }: { db: Db; clock: Clock; keys: KeyRing }): TemplateStore {
  const noteChange = async (tx: Tx, shopperId: string, change: PalmChange['change']) => {
    await tx.insertInto('palm_changes').values({ shopper_id: shopperId, change }).execute()
    await sql`select pg_notify(${PALM_CHANNEL}, '')`.execute(tx)
  }
  const lockChanges = async (tx: Tx) => {
    await sql`select pg_advisory_xact_lock(${CHANGE_LOCK})`.execute(tx)
  }
  return {
    lockChanges,
    async insert(tx, shopperId, palms, at) {
      await lockChanges(tx)
      const { key, wrapped, epoch } = keys.make(shopperId)
      await tx
        .insertInto('shopper_keys')
        .values({ shopper_id: shopperId, wrapped_key: wrapped, tenant_epoch: epoch })
        .execute()
      for (const { hand, templates } of palms) {
        const id = `plm_${ulid(at.getTime())}`
        await tx
          .insertInto('palms')
          .values({
            id,
            shopper_id: shopperId,
            hand,
            sealed_templates: sealBytes(key, encodeTemplates(templates), palmBinding(shopperId, id)),
            template_count: templates.length,
            model_version: templates[0].modelVersion,
            rotation_epoch: templates[0].rotationEpoch,
            enrolled_at: at,
            last_used_at: null,
          })
          .execute()
      }
      key.fill(0)
      await noteChange(tx, shopperId, 'put')
    },
    async erase(tx, shopperId) {
      await lockChanges(tx)
      const gone = await tx.deleteFrom('palms').where('shopper_id', '=', shopperId).executeTakeFirst()
      await tx.deleteFrom('shopper_keys').where('shopper_id', '=', shopperId).execute()
      const count = Number(gone.numDeletedRows)
      if (count > 0) await noteChange(tx, shopperId, 'erased')
      return count
    },
    async palmsOf(shopperId) {
      const rows = await selectSealed(db, shopperId).execute()
      return rows.map((row) => ({ palmId: row.id, shopperId, hand: row.hand, templates: unseal(keys, shopperId, row) }))
    },
    async olderThan(epoch, afterShopperId) {
      const { rows } = await sql<{ shopper_id: string }>`
        select shopper_id from shopper_keys k where shopper_id > ${afterShopperId} and (tenant_epoch < ${epoch}
          or exists (select 1 from palms p where p.shopper_id = k.shopper_id and p.rotation_epoch < ${epoch}))
        order by shopper_id limit 100`.execute(db)
      return rows.map((row) => row.shopper_id)
    },
    reseal: (shopperId, epoch, renew) =>
      withTransaction(db, async (tx) => {
        // Locked: an erasure waits and then finds the new rows, or was first and leaves none.
        const rows = await selectSealed(tx, shopperId).forUpdate().execute()
        if (rows.every((row) => row.rotation_epoch >= epoch && row.tenant_epoch >= epoch)) return false
        const made = keys.make(shopperId)
        for (const row of rows) {
          const templates = unseal(keys, shopperId, row).map(renew)
          const sealed = sealBytes(made.key, encodeTemplates(templates), palmBinding(shopperId, row.id))
          const rotation_epoch = templates[0].rotationEpoch
          await tx
            .updateTable('palms')
            .set({ sealed_templates: sealed, rotation_epoch })
            .where('id', '=', row.id)
            .execute()
        }
        made.key.fill(0)
        await tx
          .updateTable('shopper_keys')
          .set({ wrapped_key: made.wrapped, tenant_epoch: made.epoch })
          .where('shopper_id', '=', shopperId)
          .execute()
        return true
      }),
    async summaryOf(shopperId) {
      const rows = await db
        .selectFrom('palms')
        .select(['hand', 'template_count', 'enrolled_at'])
        .where('shopper_id', '=', shopperId)
        .orderBy('hand')
        .execute()
      return rows.map((row) => ({ hand: row.hand, templates: row.template_count, enrolledAt: row.enrolled_at }))
    },
    async snapshot() {
      // The number is read first: a change in between is then told twice, which does no harm; never not at all.
      const { rows } = await sql<{ last: bigint }>`select coalesce(max(sequence), 0) as last from palm_changes`.execute(
        db,
      )
      const ids = await db.selectFrom('palms').select('shopper_id').distinct().execute()
      return { shopperIds: ids.map((row) => row.shopper_id), sequence: rows[0].last }
    },
    async changesAfter(sequence) {
      const rows = await db
        .selectFrom('palm_changes')
        .select(['sequence', 'shopper_id', 'change'])
        .where('sequence', '>', sequence)
        .orderBy('sequence')
        .limit(1_000)
        .execute()
      return rows.map((row) => ({ sequence: row.sequence, shopperId: row.shopper_id, change: row.change }))
    },
    async markUsed(palmId) {
      await db
        .updateTable('palms')
        .set({ last_used_at: new Date(clock.nowMs()) })
        .where('id', '=', palmId)
        .execute()
    },
    async unusedSince(before) {
      const { rows } = await sql<{ shopper_id: string }>`
        select distinct shopper_id from palms p where coalesce(last_used_at, enrolled_at) < ${before}
          and not exists (select 1 from palms other where other.shopper_id = p.shopper_id
            and coalesce(other.last_used_at, other.enrolled_at) >= ${before})
        limit 100`.execute(db)
      return rows.map((row) => row.shopper_id)
    },
  }
}
