import type { HandSide } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Tx } from '../../database.ts'
import { newId } from '../../ids.ts'
import type { EnrolmentRow } from '../enrolment-store.ts'
import { NETWORK } from '../gallery-keys.ts'

/** A person who could not register because their palm seemed to be there: how to tell them what came of it. */
export type Contact = { phoneSealed: Buffer; phoneHmac: string }

/** A number is kept no longer than this for want of a decision, ms. */
export const CONTACT_KEPT_MS = 30 * 86_400_000

export type FoundPalm = { hand: HandSide; shopperId: string }

/**
 * Somebody looks at it. Staff of the organisation may, when the earlier registration is one of its own; one that another organisation
 * brought into the network is for operators.
 */
export async function openReview(
  tx: Tx,
  row: EnrolmentRow,
  { hand, shopperId }: FoundPalm,
  contact: Contact | null,
  now: Date,
): Promise<string> {
  const standing = contact && (await undecided(tx, shopperId, contact.phoneHmac))
  if (standing) return standing
  const id = newId('review', now.getTime())
  const { rows } = await sql<{ gallery_id: string; organisation_id: string | null }>`
    select gallery_id, organisation_id from palms where shopper_id = ${shopperId} limit 1`.execute(tx)
  const [home] = rows
  const isForeign = home?.gallery_id === NETWORK && home.organisation_id !== row.organisation_id
  await tx
    .insertInto('duplicate_reviews')
    .values({
      id,
      enrolment_id: row.id,
      shop_id: row.shop_id,
      hand,
      shopper_id: shopperId,
      noticed_at: now,
      organisation_id: isForeign ? null : row.organisation_id,
      noticed_by: row.organisation_id,
      newer_phone_sealed: contact?.phoneSealed ?? null,
      newer_phone_hmac: contact?.phoneHmac ?? null,
      newer_language: row.language,
    })
    .execute()
  return id
}

/** Who tries again and again is looked at once. */
async function undecided(tx: Tx, shopperId: string, phoneHmac: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from duplicate_reviews
     where shopper_id = ${shopperId} and newer_phone_hmac = ${phoneHmac} and state <> 'decided' limit 1`.execute(tx)
  return rows[0]?.id ?? null
}

/** Whether it was decided that the person with this number and that shopper are twins: then they may register beside each other. */
export async function areTwins(tx: Tx, shopperId: string, phoneHmac: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from duplicate_reviews
     where shopper_id = ${shopperId} and newer_phone_hmac = ${phoneHmac} and decision = 'twins' limit 1`.execute(tx)
  return rows[0]?.id ?? null
}

/** From now on this shopper shows both hands. */
export async function noteTwin(
  executor: QueryExecutorProvider,
  shopperId: string,
  reviewId: string,
  now: Date,
): Promise<void> {
  await sql`insert into shopper_twins (shopper_id, review_id, noted_at) values (${shopperId}, ${reviewId}, ${now})
    on conflict do nothing`.execute(executor)
}

export async function isTwin(executor: QueryExecutorProvider, shopperId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from shopper_twins where shopper_id = ${shopperId}`.execute(executor)
  return rows.length > 0
}

/** Numbers of people nobody decided about in time, and of those whose twin registered long ago. Answers how many were wiped. */
export async function forgetContacts(executor: QueryExecutorProvider, now: Date): Promise<number> {
  const before = new Date(now.getTime() - CONTACT_KEPT_MS)
  const { numAffectedRows } = await sql`
    update duplicate_reviews set newer_phone_sealed = null, newer_phone_hmac = null
     where newer_phone_hmac is not null and coalesce(decided_at, noticed_at) < ${before}`.execute(executor)
  return Number(numAffectedRows ?? 0n)
}
