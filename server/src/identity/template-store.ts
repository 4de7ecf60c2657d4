import type { HandSide } from '@paume/contract'
import type { ProtectedTemplate } from '@paume/palm'
import { type QueryExecutorProvider, sql } from 'kysely'
import { batched } from '../batch.ts'
import type { Clock } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { ulid } from '../ids.ts'
import type { DataKey, KeyRing } from './data-key.ts'
import { isTwin } from './reviews/opening.ts'
import { dataKeyOf, type SealedTemplates, sealTemplates, unseal } from './sealed-templates.ts'
import type { StoredPalm, TemplateRenewal } from './template-renewal.ts'

/** The channel on which nodes hint to each other that the gallery changed. */
export const PALM_CHANNEL = 'paume_palms'
/** Any constant that nobody else locks: "PALM" in ASCII. */
const CHANGE_LOCK = 0x50414c4d

/** Whose palms these are, the gallery they go to, and where they were registered. */
export type NewOwner = { shopperId: string; galleryId: string; organisationId: string }

export type NewPalm = { hand: HandSide; templates: readonly ProtectedTemplate[] }

export type PalmChange = { sequence: bigint; shopperId: string; change: 'put' | 'erased' }

/** Palms in the database: each shopper's templates sealed by a key of their own, which lies there wrapped. */
export type TemplateStore = {
  /** One enrolment or erasure at a time: afterwards changes are seen in the order of their numbers. Held until the transaction ends. */
  lockChanges(tx: Tx): Promise<void>
  /** The templates are under the newest key of that gallery. */
  insert(tx: Tx, owner: NewOwner, palms: readonly NewPalm[], at: Date): Promise<void>
  /** Deletes the palms and the key they were sealed with. Answers the number of palms. */
  erase(tx: Tx, shopperId: string): Promise<number>
  /** The palms of one shopper, opened. Throws TemplatesUnreadable. */
  palmsOf(shopperId: string): Promise<StoredPalm[]>
  summaryOf(shopperId: string): Promise<{ hand: string; templates: number; enrolledAt: Date }[]>
  /** Models that a palm has templates of; none when it is there no more. */
  modelsOf(palmId: string): Promise<string[]>
  /** Number of the last change: whatever is read afterwards tells at least this much. */
  lastChange(): Promise<bigint>
  changesAfter(sequence: bigint): Promise<PalmChange[]>
  /** Up to a hundred shoppers, in order, some of whose keys or templates are older than this, or not yet under their gallery's key. */
  olderThan(epoch: number, afterShopperId: string): Promise<string[]>
  /**
   * Seals a shopper's templates anew as `renew` makes them, under a new key of theirs. False when there was nothing to renew. Throws
   * TemplatesUnreadable.
   */
  reseal(shopperId: string, epoch: number, renew: TemplateRenewal['template']): Promise<boolean>
  /** Moves a shopper's palms to another gallery, under a new key of theirs. False when they lie there or nowhere. Throws TemplatesUnreadable. */
  move(tx: Tx, shopperId: string, galleryId: string, renew: TemplateRenewal['template']): Promise<boolean>
  /** The gallery of a shopper's palms and where they were registered; null: there are none. */
  homeOf(
    executor: QueryExecutorProvider,
    shopperId: string,
  ): Promise<{ galleryId: string; organisationId: string | null } | null>
  /**
   * Gives a palm other templates, all of them, as `choose` says from what it has; null leaves it alone. Answers what it has then, or
   * null when it was left alone, still waits for its renewal, or is there no more. Throws TemplatesUnreadable.
   */
  replaceTemplates(
    tx: Tx,
    palmId: string,
    choose: (held: readonly ProtectedTemplate[]) => readonly ProtectedTemplate[] | null,
  ): Promise<readonly ProtectedTemplate[] | null>
  markUsed(palmId: string): Promise<void>
  /** Whether a person found somebody else's palms to be like this shopper's. */
  isTwin(shopperId: string): Promise<boolean>
  unusedSince(before: Date): Promise<string[]>
}

/** A date in days: palms used within this long are written together, ms. */
const MARK_MS = 250
const MOST_MARKED = 500

const selectSealed = (db: Db | Tx) =>
  db
    .selectFrom('palms')
    .innerJoin('shopper_keys', 'shopper_keys.shopper_id', 'palms.shopper_id')
    .innerJoin('palm_templates', 'palm_templates.palm_id', 'palms.id')
    .select([
      'palms.shopper_id',
      'palms.id as palm_id',
      'palms.hand',
      'model_version',
      'rotation_epoch',
      'sealed_templates',
      'wrapped_key',
      'tenant_epoch',
      'keyed_by',
      'gallery_id',
    ])

/** Under the newest key of the gallery it lies in. */
const isNewest = (row: SealedTemplates, epoch: number) =>
  row.rotation_epoch >= epoch && row.tenant_epoch >= epoch && row.keyed_by === row.gallery_id

export function createTemplateStore({ db, clock, keys }: { db: Db; clock: Clock; keys: KeyRing }): TemplateStore {
  const noteChange = async (tx: Tx, shopperId: string, change: PalmChange['change']) => {
    await tx.insertInto('palm_changes').values({ shopper_id: shopperId, change }).execute()
    await sql`select pg_notify(${PALM_CHANNEL}, '')`.execute(tx)
  }
  const writeTemplates = async (
    tx: Tx,
    key: DataKey,
    at: { shopperId: string; palmId: string },
    templates: readonly ProtectedTemplate[],
  ) => {
    for (const [model_version, made] of Map.groupBy(templates, ({ modelVersion }) => modelVersion)) {
      const row = {
        rotation_epoch: made[0].rotationEpoch,
        template_count: made.length,
        sealed_templates: sealTemplates(key, at, made),
      }
      await tx
        .insertInto('palm_templates')
        .values({ palm_id: at.palmId, model_version, made_at: new Date(clock.nowMs()), ...row })
        .onConflict((known) => known.columns(['palm_id', 'model_version']).doUpdateSet(row))
        .execute()
    }
  }
  const lockChanges = async (tx: Tx) => {
    await sql`select pg_advisory_xact_lock(${CHANGE_LOCK})`.execute(tx)
  }
  /** Locked: an erasure waits and then finds the new rows, or was first and leaves none. */
  const lockSealed = (tx: Tx, shopperId: string) =>
    selectSealed(tx).where('palms.shopper_id', '=', shopperId).forUpdate().execute()
  /** A new key of the shopper's, wrapped by that gallery's, and every template turned and sealed for it. */
  const sealAnew = async (
    tx: Tx,
    rows: readonly SealedTemplates[],
    galleryId: string,
    renew: TemplateRenewal['template'],
  ) => {
    const [{ shopper_id: shopperId }] = rows
    const made = keys.make(shopperId, galleryId)
    for (const row of rows) {
      const turning = { from: row.keyed_by, to: galleryId }
      const templates = unseal(keys, row).map((template) => renew(template, turning))
      await writeTemplates(tx, made.key, { shopperId, palmId: row.palm_id }, templates)
    }
    made.key.fill(0)
    await tx
      .updateTable('shopper_keys')
      .set({ wrapped_key: made.wrapped, tenant_epoch: made.epoch, keyed_by: galleryId })
      .where('shopper_id', '=', shopperId)
      .execute()
  }
  return {
    lockChanges,
    async insert(tx, { shopperId, galleryId, organisationId }, palms, at) {
      await lockChanges(tx)
      const { key, wrapped, epoch, keyedBy } = keys.make(shopperId, galleryId)
      await tx
        .insertInto('shopper_keys')
        .values({ shopper_id: shopperId, wrapped_key: wrapped, tenant_epoch: epoch, keyed_by: keyedBy })
        .execute()
      for (const { hand, templates } of palms) {
        const id = `plm_${ulid(at.getTime())}`
        const lies = { gallery_id: galleryId, organisation_id: organisationId }
        const palm = { id, shopper_id: shopperId, hand, enrolled_at: at, last_used_at: null, ...lies }
        await tx.insertInto('palms').values(palm).execute()
        await writeTemplates(tx, key, { shopperId, palmId: id }, templates)
      }
      key.fill(0)
      await noteChange(tx, shopperId, 'put')
    },
    async erase(tx, shopperId) {
      await lockChanges(tx)
      const gone = await tx.deleteFrom('palms').where('shopper_id', '=', shopperId).executeTakeFirst()
      await tx.deleteFrom('shopper_keys').where('shopper_id', '=', shopperId).execute()
      await tx.deleteFrom('shopper_twins').where('shopper_id', '=', shopperId).execute()
      const count = Number(gone.numDeletedRows)
      if (count > 0) await noteChange(tx, shopperId, 'erased')
      return count
    },
    async palmsOf(shopperId) {
      const rows = await selectSealed(db).where('palms.shopper_id', '=', shopperId).orderBy('palms.id').execute()
      const opened = rows.map((row) => ({ row, palmId: row.palm_id, templates: unseal(keys, row) }))
      return [...Map.groupBy(opened, ({ palmId }) => palmId)].map(([palmId, parts]) => ({
        palmId,
        shopperId,
        hand: parts[0].row.hand,
        galleryId: parts[0].row.gallery_id,
        keyedBy: parts[0].row.keyed_by,
        templates: parts.flatMap(({ templates }) => templates),
      }))
    },
    async olderThan(epoch, afterShopperId) {
      const { rows } = await sql<{ shopper_id: string }>`
        select shopper_id from shopper_keys k where shopper_id > ${afterShopperId} and (tenant_epoch < ${epoch}
          or exists (select 1 from palms p where p.shopper_id = k.shopper_id and p.gallery_id <> k.keyed_by)
          or exists (select 1 from palms p join palm_templates t on t.palm_id = p.id
            where p.shopper_id = k.shopper_id and t.rotation_epoch < ${epoch}))
        order by shopper_id limit 100`.execute(db)
      return rows.map((row) => row.shopper_id)
    },
    reseal: (shopperId, epoch, renew) =>
      withTransaction(db, async (tx) => {
        const rows = await lockSealed(tx, shopperId)
        const isDone = rows.every((row) => isNewest(row, epoch))
        if (isDone) return false
        await sealAnew(tx, rows, rows[0].gallery_id, renew)
        return true
      }),
    async move(tx, shopperId, galleryId, renew) {
      await lockChanges(tx)
      const rows = await lockSealed(tx, shopperId)
      if (rows.every((row) => row.gallery_id === galleryId)) return false
      await sealAnew(tx, rows, galleryId, renew)
      await tx.updateTable('palms').set({ gallery_id: galleryId }).where('shopper_id', '=', shopperId).execute()
      await noteChange(tx, shopperId, 'put')
      return true
    },
    async homeOf(executor, shopperId) {
      const { rows } = await sql<{ galleryId: string; organisationId: string | null }>`
        select gallery_id as "galleryId", organisation_id as "organisationId" from palms
         where shopper_id = ${shopperId} limit 1`.execute(executor)
      return rows[0] ?? null
    },
    async replaceTemplates(tx, palmId, choose) {
      await lockChanges(tx)
      const rows = await selectSealed(tx).where('palms.id', '=', palmId).forUpdate().execute()
      // Half of a palm under one key and half under another would be neither.
      if (rows.length === 0 || !rows.every((row) => isNewest(row, keys.epoch))) return null
      const chosen = choose(rows.flatMap((row) => unseal(keys, row)))
      if (chosen === null) return null
      const [{ shopper_id: shopperId }] = rows
      const key = dataKeyOf(keys, rows[0])
      const versions = [...new Set(chosen.map(({ modelVersion }) => modelVersion))]
      try {
        await writeTemplates(tx, key, { shopperId, palmId }, chosen)
      } finally {
        key.fill(0)
      }
      await tx
        .deleteFrom('palm_templates')
        .where('palm_id', '=', palmId)
        .where('model_version', 'not in', versions)
        .execute()
      await noteChange(tx, shopperId, 'put')
      return chosen
    },
    async summaryOf(shopperId) {
      const rows = await db
        .selectFrom('palms')
        .innerJoin('palm_templates', 'palm_templates.palm_id', 'palms.id')
        .select(({ fn }) => ['hand', 'enrolled_at', fn.sum<string>('template_count').as('templates')])
        .where('shopper_id', '=', shopperId)
        .groupBy(['palms.id', 'hand', 'enrolled_at'])
        .orderBy('hand')
        .execute()
      return rows.map((row) => ({ hand: row.hand, templates: Number(row.templates), enrolledAt: row.enrolled_at }))
    },
    async modelsOf(palmId) {
      const rows = await db.selectFrom('palm_templates').select('model_version').where('palm_id', '=', palmId).execute()
      return rows.map((row) => row.model_version)
    },
    async lastChange() {
      const { rows } = await sql<{ last: bigint }>`select coalesce(max(sequence), 0) as last from palm_changes`.execute(
        db,
      )
      return rows[0].last
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
    markUsed: batched(
      async (palmIds: string[]) => {
        const usedAt = new Date(clock.nowMs())
        await sql`update palms set last_used_at = ${usedAt} where id = any(${palmIds}::text[])`.execute(db)
        return palmIds.map(() => undefined)
      },
      { most: MOST_MARKED, gatherMs: MARK_MS, keyOf: (palmId) => palmId },
    ),
    isTwin: (shopperId) => isTwin(db, shopperId),
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
