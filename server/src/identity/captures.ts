import { createHash, randomBytes } from 'node:crypto'
import {
  CAPTURE_TTL_MS,
  type CaptureChallenge,
  FLASHES_PER_ENROLMENT,
  FLASHES_PER_HOVER,
  type HandSide,
} from '@paume/contract'
import type { Selectable } from 'kysely'
import { type Clock, toTimestamp } from '../clock.ts'
import type { Db } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { drawFlash, type LivenessDemand } from './flash.ts'
import type { CaptureOpener, CapturePlace } from './sealed-capture.ts'
import type { IdentityTables } from './tables.ts'

export type CaptureRow = Selectable<IdentityTables['captures']>

export type CaptureRequest = {
  deviceId: string
  purpose: CaptureRow['purpose']
  /** The registration or the payment. */
  subjectId: string
  hand: HandSide | null
  demand: LivenessDemand
}

/** What becomes of a capture that comes in: it is used now, or the very same one was answered before. */
export type Redeemed =
  | { kind: 'fresh'; place: CapturePlace }
  /** `result` is null while the first is still being worked on, or when the server went away over it. */
  | { kind: 'repeated'; result: unknown | null }

export type Captures = {
  issue(request: CaptureRequest): Promise<CaptureChallenge>
  /** Spends a challenge. Throws `capture_unknown`, `capture_wrong_device`, `capture_expired`, `capture_reused`. */
  redeem(
    request: Omit<CaptureRequest, 'hand' | 'demand'> & { captureId: string; sealed: Uint8Array },
  ): Promise<Redeemed>
  /** Keeps the answer for a repetition. */
  remember(captureId: string, result: unknown): Promise<void>
  resultOf(captureId: string): Promise<unknown | null>
  prune(): Promise<void>
}

const FLASHES = { hover: FLASHES_PER_HOVER, enrolment: FLASHES_PER_ENROLMENT } as const
/** Answers are kept for as long as a till may ask again, ms. */
const KEPT_MS = 86_400_000

export function createCaptures({ db, clock, opener }: { db: Db; clock: Clock; opener: CaptureOpener }): Captures {
  return {
    async issue({ deviceId, purpose, subjectId, hand, demand }) {
      const nowMs = clock.nowMs()
      const captureId = newId('capture', nowMs)
      const challenge = randomBytes(32).toString('base64url')
      const flash = demand.flash ? drawFlash(FLASHES[purpose]) : null
      const expiresAt = new Date(nowMs + CAPTURE_TTL_MS)
      await db
        .insertInto('captures')
        .values({
          id: captureId,
          challenge,
          device_id: deviceId,
          purpose,
          subject_id: subjectId,
          hand,
          flash,
          unlit: demand.unlit,
          expires_at: expiresAt,
          used_at: null,
          body_sha256: null,
          result: null,
        })
        .execute()
      return { captureId, challenge, hand, flash, expiresAt: toTimestamp(expiresAt), sealKey: opener.current }
    },
    async redeem({ captureId, deviceId, purpose, subjectId, sealed }) {
      const bodySha256 = createHash('sha256').update(sealed).digest('hex')
      const now = new Date(clock.nowMs())
      // One statement decides who is first, also between two nodes.
      const taken = await db
        .updateTable('captures')
        .set({ used_at: now, body_sha256: bodySha256 })
        .where('id', '=', captureId)
        .where('device_id', '=', deviceId)
        .where('purpose', '=', purpose)
        .where('subject_id', '=', subjectId)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .returning(['challenge', 'hand', 'flash', 'unlit'])
        .executeTakeFirst()
      if (taken !== undefined) return { kind: 'fresh', place: { deviceId, captureId, ...taken } }
      const row = await db.selectFrom('captures').selectAll().where('id', '=', captureId).executeTakeFirst()
      if (row === undefined || row.purpose !== purpose || row.subject_id !== subjectId) {
        throw new Failure(row !== undefined && row.device_id !== deviceId ? 'capture_wrong_device' : 'capture_unknown')
      }
      if (row.device_id !== deviceId) throw new Failure('capture_wrong_device')
      if (row.used_at === null) throw new Failure('capture_expired')
      if (row.body_sha256 !== bodySha256) throw new Failure('capture_reused')
      return { kind: 'repeated', result: row.result }
    },
    async remember(captureId, result) {
      await db
        .updateTable('captures')
        .set({ result: JSON.stringify(result) })
        .where('id', '=', captureId)
        .execute()
    },
    async resultOf(captureId) {
      const row = await db.selectFrom('captures').select('result').where('id', '=', captureId).executeTakeFirst()
      return row?.result ?? null
    },
    async prune() {
      await db
        .deleteFrom('captures')
        .where('expires_at', '<', new Date(clock.nowMs() - KEPT_MS))
        .execute()
    },
  }
}
