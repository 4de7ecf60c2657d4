import {
  type CaptureChallenge,
  ENROLMENT_TTL_MS,
  type Enrolment,
  type EnrolmentCaptureResult,
  FRAMES_PER_PALM,
  type Guidance,
  type HandSide,
} from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { AuthenticatedDevice } from '../routing.ts'
import type { Captures } from './captures.ts'
import type { KeyRing } from './data-key.ts'
import type { Enrolments } from './enrolment-service.ts'
import {
  countSamples,
  dropSamples,
  type EnrolmentRow,
  insertSamples,
  lockEnrolment,
  MAX_SAMPLES_PER_HAND,
  moveStep,
  readSamples,
} from './enrolment-store.ts'
import type { LivenessDemands } from './flash.ts'
import type { GalleryFollower } from './gallery-follower.ts'
import { NETWORK } from './gallery-keys.ts'
import { type PalmEngine, type ProtectedSample, probesOf } from './palm-engine.ts'
import type { AccountPort, CardPort, ConsentPort, GalleriesOf } from './ports.ts'
import { recognising } from './recognition.ts'
import { areTwins, type FoundPalm, noteTwin, openReview } from './reviews/opening.ts'
import { type CaptureOpener, wipe } from './sealed-capture.ts'
import type { TemplateRenewal } from './template-renewal.ts'
import type { NewPalm, TemplateStore } from './template-store.ts'

const HANDS = ['L', 'R'] as const

/** The palms of a registration, and its completion. */
export type EnrolmentPalms = {
  challenge(device: AuthenticatedDevice, id: string, hand: HandSide): Promise<CaptureChallenge>
  /** Throws the codes of captures and pictures, `recognition_unavailable`, `consent_required`, `palms_not_alike`, `palms_same_hand`. */
  capture(
    device: AuthenticatedDevice,
    id: string,
    captureId: string,
    sealed: Uint8Array,
  ): Promise<EnrolmentCaptureResult>
  /** All or nothing. Throws `palm_already_enrolled`, `phone_already_registered`, `recognition_unavailable`. Repeated, it answers the same. */
  complete(device: AuthenticatedDevice, id: string, wish?: { onePalm?: boolean }): Promise<Enrolment>
}

export type EnrolmentPalmParts = {
  db: Db
  clock: Clock
  keys: KeyRing
  captures: Captures
  opener: CaptureOpener
  engine: PalmEngine
  store: TemplateStore
  renewal: Pick<TemplateRenewal, 'sample'>
  follower: GalleryFollower
  demands: LivenessDemands
  galleriesOf: GalleriesOf
  enrolments: Enrolments
  consents: ConsentPort
  accounts: AccountPort
  cards: CardPort
  audit: Audit
  onDone?(outcome: 'enrolled' | 'already_enrolled', device: AuthenticatedDevice): void
}

export function createEnrolmentPalms(parts: EnrolmentPalmParts): EnrolmentPalms {
  const { db, clock, keys, captures, opener, engine, enrolments, consents, demands } = parts

  /** One completion at a time in this process: each holds a connection while it waits for its turn, and needs a second one. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }

  /** Keeps good frames, and drops a hand whose frames do not fit together or are the other hand's. Answers how many were kept. */
  const keep = (id: string, hand: HandSide, samples: readonly ProtectedSample[]) =>
    withTransaction(db, async (tx): Promise<{ kept: number; fault?: 'palms_not_alike' | 'palms_same_hand' }> => {
      const row = await lockEnrolment(tx, id)
      if (row?.step !== 'palms') throw new Failure('enrolment_step')
      const before = await countSamples(tx, id)
      const kept = samples.slice(0, Math.max(0, MAX_SAMPLES_PER_HAND - before[hand]))
      await insertSamples(tx, keys, row, hand, kept)
      const counts = { ...before, [hand]: before[hand] + kept.length }
      const fault = await faultOf(tx, row, hand, counts)
      if (fault !== undefined) {
        await dropSamples(tx, id, hand)
        return { kept: 0, fault }
      }
      const complete = HANDS.every((side) => counts[side] >= FRAMES_PER_PALM)
      await moveStep(tx, id, ['palms'], complete ? 'ready' : 'palms', new Date(clock.nowMs() + ENROLMENT_TTL_MS))
      return { kept: kept.length }
    })

  const faultOf = async (tx: Tx, row: EnrolmentRow, hand: HandSide, counts: Record<HandSide, number>) => {
    if (counts[hand] < FRAMES_PER_PALM) return undefined
    const samples = await samplesOf(parts, tx, row, hand)
    if (engine.checkPalm(samples).outcome === 'not_alike') return 'palms_not_alike' as const
    const other = hand === 'L' ? 'R' : 'L'
    if (counts[other] === 0) return undefined
    return engine.isSameHand(samples, await samplesOf(parts, tx, row, other)) ? ('palms_same_hand' as const) : undefined
  }

  return {
    async challenge(device, id, hand) {
      const row = await enrolments.require(device, id)
      await consents.grantFor(id)
      if (row.step !== 'palms') throw new Failure('enrolment_step')
      const demand = await demands(device.id)
      // What cannot light the hand must not register one either: a false palm in the gallery would pay for years.
      if (!demand.flash && demand.unlit !== 'one_palm') throw new Failure('device_wrong_kind')
      return captures.issue({ deviceId: device.id, purpose: 'enrolment', subjectId: id, hand, demand })
    },

    async capture(device, id, captureId, sealed) {
      const row = await enrolments.require(device, id)
      const grant = await consents.grantFor(id)
      const redeemed = await captures.redeem({
        captureId,
        deviceId: device.id,
        purpose: 'enrolment',
        subjectId: id,
        sealed,
      })
      if (redeemed.kind === 'repeated') {
        if (redeemed.result === null) throw new Failure('capture_reused')
        const known = redeemed.result as { accepted: number; guidance: Guidance[] }
        return { ...known, enrolment: await enrolments.describe(row) }
      }
      if (row.step !== 'palms') throw new Failure('enrolment_step')
      const hand = redeemed.place.hand
      if (hand === null) throw new Error('invariant broken: an enrolment capture names its hand')
      const { flash } = redeemed.place
      const { frames } = await opener.open(grant, sealed, redeemed.place)
      const burst = await recognising(() =>
        engine.analyse(frames, { expectedHand: hand, flash, unseenFlash: 'refuse' }),
      ).finally(() => wipe(frames))
      let kept = 0
      let { guidance } = burst
      if (burst.outcome === 'good' && burst.hand === hand) {
        const samples = burst.samples.map((sample) => engine.protect(sample, row.organisation_id))
        const result = await keep(id, hand, samples)
        if (result.fault !== undefined) throw new Failure(result.fault)
        kept = result.kept
      } else if (burst.outcome === 'good') {
        guidance = [{ code: 'wrong_hand', message: 'This is the other hand.' }]
      }
      await captures.remember(captureId, { accepted: kept, guidance })
      const enrolment = await enrolments.view(device, id)
      return { accepted: kept, guidance, enrolment }
    },

    async complete(device, id, { onePalm = false } = {}) {
      const row = await enrolments.require(device, id)
      if (row.step === 'done') return enrolments.describe(row)
      const hands = completeHands(await countSamples(db, id))
      const enough = row.step === 'ready' || (row.step === 'palms' && onePalm && hands.length === 1)
      if (!enough) throw new Failure('enrolment_step')
      const palms = await Promise.all(hands.map((hand) => readPalm(parts, row, hand)))
      if (!(await inTurn(() => completeOnce(parts, row, palms)))) {
        // Nothing of a registration that will not be one is kept; the review knows no more than who and where.
        await enrolments.end(device, id)
        parts.onDone?.('already_enrolled', device)
        throw new Failure('palm_already_enrolled')
      }
      // This node sees it at once; the others follow the change.
      await parts.follower.sync().catch(() => {})
      parts.onDone?.('enrolled', device)
      return enrolments.view(device, id)
    },
  }
}

/** Hands with frames enough to be enrolled. */
const completeHands = (counts: Record<HandSide, number>) => HANDS.filter((hand) => counts[hand] >= FRAMES_PER_PALM)

type ReadPalm = { hand: HandSide; samples: ProtectedSample[] }

/** Frames kept so far, under the key of the organisation's gallery; those from before a restart with a new tenant key are brought to it. */
const samplesOf = async ({ keys, renewal }: EnrolmentPalmParts, db: Db | Tx, row: EnrolmentRow, hand: HandSide) =>
  (await readSamples(db, keys, row, hand)).map((sample) =>
    renewal.sample(sample, { from: row.keyed_by, to: row.organisation_id }),
  )

async function readPalm(parts: EnrolmentPalmParts, row: EnrolmentRow, hand: HandSide): Promise<ReadPalm> {
  const samples = await samplesOf(parts, parts.db, row, hand)
  const check = parts.engine.checkPalm(samples)
  if (check.outcome === 'not_alike') throw new Failure('palms_not_alike')
  return { hand, samples }
}

/** The same frames for a gallery: the organisation's, whose key they are under, or another. */
const inGallery = (
  { engine }: EnrolmentPalmParts,
  row: EnrolmentRow,
  samples: readonly ProtectedSample[],
  to: string,
) =>
  to === row.organisation_id
    ? samples
    : samples.map((sample) => engine.turned(sample, { from: row.organisation_id, to }))

function templatesFor(parts: EnrolmentPalmParts, row: EnrolmentRow, { hand, samples }: ReadPalm, to: string): NewPalm {
  const check = parts.engine.checkPalm(inGallery(parts, row, samples, to))
  if (check.outcome === 'not_alike') throw new Failure('palms_not_alike')
  return { hand, templates: check.templates }
}

/** Whose palm one of these is already, as far as the organisation may look: what lies in another's gallery does not exist for it. */
async function findAmong(
  parts: EnrolmentPalmParts,
  row: EnrolmentRow,
  palms: readonly ReadPalm[],
  galleryIds: readonly string[],
): Promise<FoundPalm | null> {
  for (const { hand, samples } of palms) {
    const probes = galleryIds.flatMap((id) => inGallery(parts, row, samples, id).flatMap(probesOf))
    const shopperId = await recognising(() => parts.engine.findEnrolled(hand, probes, galleryIds))
    if (shopperId !== null) return { hand, shopperId }
  }
  return null
}

/** The review that said these two are twins, if one did. */
async function twinsReview({ accounts }: EnrolmentPalmParts, tx: Tx, row: EnrolmentRow, taken: FoundPalm) {
  const contact = await accounts.contactOf(tx, row.id)
  return contact === null ? null : areTwins(tx, taken.shopperId, contact.phoneHmac)
}

/**
 * The 1:N check and the account in one turn: two registrations of one palm, even on two nodes, go one after the other. False when a
 * palm is already there.
 */
async function completeOnce(
  parts: EnrolmentPalmParts,
  row: EnrolmentRow,
  palms: readonly ReadPalm[],
): Promise<boolean> {
  const { db, clock, store, follower, galleriesOf, consents, accounts, cards, audit } = parts
  const duplicate = await withTransaction(db, async (tx) => {
    await store.lockChanges(tx)
    const locked = await lockEnrolment(tx, row.id)
    if (locked?.step === 'done') return null
    if (locked?.step !== row.step) throw new Failure('enrolment_step')
    await follower.sync()
    const galleryIds = await recognising(() => galleriesOf(row.organisation_id))
    const taken = await findAmong(parts, row, palms, galleryIds)
    const twins = taken === null ? null : await twinsReview(parts, tx, row, taken)
    if (taken !== null && twins === null) return taken
    // Never by default: the organisation takes part, and its shopper agreed to more than the organisation.
    const galleryId = locked.network_agreed && galleryIds.includes(NETWORK) ? NETWORK : row.organisation_id
    const kept = palms.map((palm) => templatesFor(parts, row, palm, galleryId))
    const now = new Date(clock.nowMs())
    const shopperId = newId('shopper', clock.nowMs())
    await accounts.create(tx, shopperId, row.id, row.language)
    await store.insert(tx, { shopperId, galleryId, organisationId: row.organisation_id }, kept, now)
    if (twins !== null) await noteTwin(tx, shopperId, twins, now)
    await consents.attach(tx, row.id, shopperId)
    await cards.attachToShopper(tx, row.id, shopperId)
    await dropSamples(tx, row.id)
    await tx
      .updateTable('enrolments')
      .set({ step: 'done', shopper_id: shopperId, enrolled_at: now, wrapped_key: null })
      .where('id', '=', row.id)
      .execute()
    await audit.append(tx, 'shopper_enrolled', { shopperId, shopId: row.shop_id, deviceId: row.device_id })
    return null
  })
  if (duplicate === null) return true
  await withTransaction(db, async (tx) => {
    const contact = await accounts.contactOf(tx, row.id)
    const reviewId = await openReview(tx, row, duplicate, contact, new Date(clock.nowMs()))
    const { shopperId } = duplicate
    await audit.append(tx, 'palm_already_enrolled', { enrolmentId: row.id, shopperId, shopId: row.shop_id, reviewId })
  })
  return false
}
