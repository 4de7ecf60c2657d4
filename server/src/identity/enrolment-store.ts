import type { EnrolmentStep, HandSide } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Db, Tx } from '../database.ts'
import { type KeyRing, openBytes, sealBytes } from './data-key.ts'
import type { ProtectedSample } from './palm-engine.ts'
import type { IdentityTables } from './tables.ts'
import { decodeSample, encodeSample } from './template-record.ts'

export type EnrolmentRow = Selectable<IdentityTables['enrolments']>
export type FrameCounts = Record<HandSide, number>

/** More good frames of one hand than this are not kept: three are needed, five give a choice. */
export const MAX_SAMPLES_PER_HAND = 5

export const findEnrolment = (db: Db | Tx, id: string): Promise<EnrolmentRow | undefined> =>
  db.selectFrom('enrolments').selectAll().where('id', '=', id).executeTakeFirst()

export const lockEnrolment = (tx: Tx, id: string): Promise<EnrolmentRow | undefined> =>
  tx.selectFrom('enrolments').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

/** Moves on if the registration still stands at one of `from`; false when somebody else was faster. */
export async function moveStep(
  db: Db | Tx,
  id: string,
  from: readonly EnrolmentStep[],
  to: EnrolmentStep,
  expiresAt: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('enrolments')
    .set({ step: to, expires_at: expiresAt })
    .where('id', '=', id)
    .where('step', 'in', [...from])
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

const keyOf = (keys: KeyRing, row: EnrolmentRow) =>
  keys.unwrap(row.id, { wrapped: row.wrapped_key!, epoch: row.tenant_epoch, keyedBy: row.keyed_by })

const sampleBinding = (id: string, hand: HandSide) => `paume registration ${id} ${hand}`

export async function insertSamples(
  tx: Tx,
  keys: KeyRing,
  row: EnrolmentRow,
  hand: HandSide,
  samples: readonly ProtectedSample[],
): Promise<void> {
  const key = keyOf(keys, row)
  for (const sample of samples) {
    const sealed = sealBytes(key, encodeSample(sample), sampleBinding(row.id, hand))
    await tx.insertInto('enrolment_samples').values({ enrolment_id: row.id, hand, sealed_sample: sealed }).execute()
  }
  key.fill(0)
}

export async function readSamples(
  db: Db | Tx,
  keys: KeyRing,
  row: EnrolmentRow,
  hand: HandSide,
): Promise<ProtectedSample[]> {
  const rows = await db
    .selectFrom('enrolment_samples')
    .select('sealed_sample')
    .where('enrolment_id', '=', row.id)
    .where('hand', '=', hand)
    .orderBy('id')
    .execute()
  const key = keyOf(keys, row)
  const samples = rows.map(({ sealed_sample }) =>
    decodeSample(openBytes(key, sealed_sample, sampleBinding(row.id, hand))),
  )
  key.fill(0)
  return samples
}

export async function dropSamples(db: Db | Tx, id: string, hand?: HandSide): Promise<void> {
  const all = db.deleteFrom('enrolment_samples').where('enrolment_id', '=', id)
  await (hand === undefined ? all : all.where('hand', '=', hand)).execute()
}

export async function countSamples(db: Db | Tx, id: string): Promise<FrameCounts> {
  const { rows } = await sql<{ hand: HandSide; count: number }>`
    select hand, count(*)::int as count from enrolment_samples where enrolment_id = ${id} group by hand`.execute(db)
  const of = (hand: HandSide) => rows.find((row) => row.hand === hand)?.count ?? 0
  return { L: of('L'), R: of('R') }
}

/** Registrations left alone: their time is over and something of them is still here. */
export async function expiredIds(db: Db, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('enrolments')
    .select('id')
    .where('wrapped_key', 'is not', null)
    .where('expires_at', '<=', now)
    .limit(100)
    .execute()
  return rows.map(({ id }) => id)
}
