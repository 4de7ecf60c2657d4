import {
  type CardSetup,
  type CardSetupProgress,
  type CardSetupWish,
  ENROLMENT_TTL_MS,
  type Enrolment,
  type EnrolmentStep,
  FRAMES_PER_PALM,
  type Language,
  type NetworkWish,
} from '@paume/contract'
import type { Clock } from '../clock.ts'
import { toTimestamp } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { PseudonymOf } from '../pseudonyms.ts'
import type { AuthenticatedDevice } from '../routing.ts'
import type { KeyRing } from './data-key.ts'
import {
  countSamples,
  dropSamples,
  type EnrolmentRow,
  expiredIds,
  findEnrolment,
  lockEnrolment,
  moveStep,
} from './enrolment-store.ts'
import { NETWORK } from './gallery-keys.ts'
import type { AccountPort, CardPort, ConsentPort, GalleriesOf } from './ports.ts'

type Agreement = { sha256: string; version: string; language: Language }

/** The order of a registration. A step that is behind may be asked for again: the reply may have been lost. */
const ORDER: readonly EnrolmentStep[] = ['consent', 'phone', 'phone_code', 'card', 'terms', 'palms', 'ready', 'done']
const isBehind = (row: EnrolmentRow, step: EnrolmentStep) => ORDER.indexOf(row.step) > ORDER.indexOf(step)

/** Everything of a registration except its palms. Every method answers how it stands afterwards. */
export type Enrolments = {
  start(device: AuthenticatedDevice, language: Language): Promise<Enrolment>
  view(device: AuthenticatedDevice, id: string): Promise<Enrolment>
  setLanguage(device: AuthenticatedDevice, id: string, language: Language): Promise<Enrolment>
  agree(device: AuthenticatedDevice, id: string, kind: 'consent' | 'terms', agreement: Agreement): Promise<Enrolment>
  /**
   * Whether its shopper wants to be known in the whole network. Safe to repeat and to take back until the registration is done. Throws
   * `network_not_offered` where the organisation takes no part.
   */
  setNetwork(device: AuthenticatedDevice, id: string, wish: NetworkWish): Promise<Enrolment>
  setPhone(device: AuthenticatedDevice, id: string, phone: string): Promise<Enrolment>
  confirmPhone(device: AuthenticatedDevice, id: string, code: string): Promise<Enrolment>
  beginCard(device: AuthenticatedDevice, id: string, wish?: CardSetupWish): Promise<CardSetup>
  /** How the giving of the card goes, while it is due. */
  cardProgress(device: AuthenticatedDevice, id: string, setupId: string): Promise<CardSetupProgress>
  cancelCard(device: AuthenticatedDevice, id: string, setupId: string): Promise<void>
  confirmCard(device: AuthenticatedDevice, id: string, setupId: string): Promise<Enrolment>
  /** “No thanks”, at any step. Destroys everything; safe to repeat. Nothing happens to one that is done. */
  end(device: AuthenticatedDevice, id: string): Promise<void>
  /** Ends what was left alone; answers how many. */
  sweep(): Promise<number>
  /** The registration of this device, still open. Throws `enrolment_unknown`, `enrolment_expired`. */
  require(device: AuthenticatedDevice, id: string): Promise<EnrolmentRow>
  describe(row: EnrolmentRow): Promise<Enrolment>
}

export type EnrolmentParts = {
  db: Db
  clock: Clock
  keys: KeyRing
  consents: ConsentPort
  accounts: AccountPort
  cards: CardPort
  countryOf(shopId: string): Promise<string>
  galleriesOf: GalleriesOf
  sandbox: boolean
  pseudonymOf: PseudonymOf
  onEnded?(outcome: 'declined' | 'expired'): void
  /** Hears once of each registration that began, and of each consent. */
  onStep?(device: AuthenticatedDevice, step: 'offered' | 'consented'): void
}

export function createEnrolments(parts: EnrolmentParts): Enrolments {
  const {
    db,
    clock,
    keys,
    consents,
    accounts,
    cards,
    countryOf,
    galleriesOf,
    sandbox,
    pseudonymOf,
    onEnded = () => {},
    onStep = () => {},
  } = parts
  const nextExpiry = () => new Date(clock.nowMs() + ENROLMENT_TTL_MS)

  const finish = async (row: EnrolmentRow, outcome: 'declined' | 'expired') => {
    const ended = await withTransaction(db, async (tx) => {
      const result = await tx
        .updateTable('enrolments')
        .set({ step: 'ended', ended_at: new Date(clock.nowMs()), wrapped_key: null })
        .where('id', '=', row.id)
        .where('wrapped_key', 'is not', null)
        .executeTakeFirst()
      if (result.numUpdatedRows === 0n) return false
      await dropSamples(tx, row.id)
      await tx.deleteFrom('captures').where('purpose', '=', 'enrolment').where('subject_id', '=', row.id).execute()
      await consents.drop(tx, row.id)
      await accounts.drop(tx, row.id)
      return true
    })
    await cards.dropPending(row.id)
    if (ended) onEnded(outcome)
  }
  const own = async (device: AuthenticatedDevice, id: string): Promise<EnrolmentRow> => {
    const row = await findEnrolment(db, id)
    if (row === undefined || row.device_id !== device.id) throw new Failure('enrolment_unknown')
    if (row.step === 'done') return row
    if (row.expires_at.getTime() <= clock.nowMs() || (row.step === 'ended' && row.ended_at! >= row.expires_at)) {
      if (row.step !== 'ended') await finish(row, 'expired')
      throw new Failure('enrolment_expired')
    }
    if (row.step === 'ended') throw new Failure('enrolment_unknown')
    return row
  }
  const describe = async (row: EnrolmentRow): Promise<Enrolment> => {
    const language = row.language as Language
    const base = { id: row.id, step: row.step, language, texts: consents.texts(language) }
    const done = row.step === 'done'
    const counts = done ? { L: FRAMES_PER_PALM, R: FRAMES_PER_PALM } : await countSamples(db, row.id)
    const [phoneHint, card, galleryIds] = done
      ? [null, null, []]
      : await Promise.all([accounts.hintOf(row.id), cards.pendingCardOf(row.id), galleriesOf(row.organisation_id)])
    const network = galleryIds.includes(NETWORK)
      ? { network: { text: consents.networkText(language), agreed: row.network_agreed } }
      : {}
    return {
      ...base,
      ...network,
      ...(phoneHint === null ? {} : { phoneHint }),
      ...(card === null ? {} : { card }),
      palms: {
        L: { goodFrames: counts.L, needed: FRAMES_PER_PALM },
        R: { goodFrames: counts.R, needed: FRAMES_PER_PALM },
      },
      expiresAt: toTimestamp(row.expires_at),
      ...(done ? { receipt: await receiptOf(row) } : {}),
    }
  }
  const receiptOf = async (row: EnrolmentRow): Promise<Enrolment['receipt']> => {
    const given = (await consents.of(row.shopper_id!)).find(({ kind }) => kind === 'consent')
    if (given === undefined) throw new Error('invariant broken: a registration without a consent')
    return {
      consentId: given.id,
      pseudonym: pseudonymOf(row.organisation_id, row.shopper_id!),
      consentSha256: given.sha256,
      consentVersion: given.version,
      language: given.language as Language,
      consentedAt: toTimestamp(given.agreedAt),
      enrolledAt: toTimestamp(row.enrolled_at!),
    }
  }
  const now = async (id: string) => describe((await findEnrolment(db, id))!)
  const move = async (row: EnrolmentRow, from: EnrolmentStep[], to: EnrolmentStep): Promise<Enrolment> => {
    if (!(await moveStep(db, row.id, from, to, nextExpiry()))) throw new Failure('enrolment_step')
    return now(row.id)
  }
  const due = (row: EnrolmentRow, ...steps: EnrolmentStep[]) => {
    if (!steps.includes(row.step)) throw new Failure('enrolment_step')
  }

  return {
    require: own,
    describe,
    async start(device, language) {
      const id = newId('enrolment', clock.nowMs())
      const { wrapped, epoch, keyedBy, key } = keys.make(id, device.organisationId)
      key.fill(0)
      await db
        .insertInto('enrolments')
        .values({
          id,
          device_id: device.id,
          shop_id: device.shopId,
          organisation_id: device.organisationId,
          language,
          country: await countryOf(device.shopId),
          step: 'consent',
          expires_at: nextExpiry(),
          ended_at: null,
          shopper_id: null,
          enrolled_at: null,
          wrapped_key: wrapped,
          tenant_epoch: epoch,
          keyed_by: keyedBy,
        })
        .execute()
      onStep(device, 'offered')
      return now(id)
    },
    view: async (device, id) => describe(await own(device, id)),
    async setLanguage(device, id, language) {
      due(await own(device, id), 'consent')
      await db.updateTable('enrolments').set({ language }).where('id', '=', id).where('step', '=', 'consent').execute()
      return now(id)
    },
    async agree(device, id, kind, agreement) {
      const row = await own(device, id)
      if (isBehind(row, kind)) return describe(row)
      due(row, kind)
      await consents.record(id, kind, agreement)
      const moved = await move(row, [kind], kind === 'consent' ? 'phone' : 'palms')
      if (kind === 'consent') onStep(device, 'consented')
      return moved
    },
    async setNetwork(device, id, wish) {
      const row = await own(device, id)
      due(row, ...ORDER.slice(ORDER.indexOf('phone'), ORDER.indexOf('done')))
      if (!(await galleriesOf(row.organisation_id)).includes(NETWORK)) throw new Failure('network_not_offered')
      await withTransaction(db, async (tx) => {
        const locked = await lockEnrolment(tx, id)
        // Locked as its completion locks it: what is done there was decided by what stood then.
        if (locked === undefined || locked.wrapped_key === null) throw new Failure('enrolment_step')
        await consents.setNetwork(tx, id, wish)
        await tx.updateTable('enrolments').set({ network_agreed: wish.agreed }).where('id', '=', id).execute()
      })
      return now(id)
    },
    async setPhone(device, id, phone) {
      const row = await own(device, id)
      due(row, 'phone', 'phone_code')
      const { code } = await accounts.sendCode(id, phone, row.country, row.language)
      const enrolment = await move(row, ['phone', 'phone_code'], 'phone_code')
      return sandbox ? { ...enrolment, sandboxPhoneCode: code } : enrolment
    },
    async confirmPhone(device, id, code) {
      const row = await own(device, id)
      if (isBehind(row, 'phone_code')) return describe(row)
      due(row, 'phone_code')
      await accounts.confirmCode(id, code)
      return move(row, ['phone_code'], 'card')
    },
    async beginCard(device, id, wish) {
      const row = await own(device, id)
      due(row, 'card')
      return cards.beginCardSetup(id, row.shop_id, wish)
    },
    async cardProgress(device, id, setupId) {
      await own(device, id)
      return cards.cardSetupProgress(id, setupId)
    },
    async cancelCard(device, id, setupId) {
      await own(device, id)
      await cards.cancelCardSetup(id, setupId)
    },
    async confirmCard(device, id, setupId) {
      const row = await own(device, id)
      if (isBehind(row, 'card')) return describe(row)
      due(row, 'card')
      await cards.confirmCardSetup(id, setupId)
      return move(row, ['card'], 'terms')
    },
    async end(device, id) {
      const row = await findEnrolment(db, id)
      if (row === undefined || row.device_id !== device.id) throw new Failure('enrolment_unknown')
      if (row.step === 'done') throw new Failure('enrolment_step')
      await finish(row, 'declined')
    },
    async sweep() {
      const ids = await expiredIds(db, new Date(clock.nowMs()))
      for (const id of ids) {
        const row = await findEnrolment(db, id)
        if (row !== undefined) await finish(row, 'expired')
      }
      return ids.length
    },
  }
}
