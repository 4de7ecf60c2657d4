import { join } from 'node:path'
import type { ErrorCode } from '@paume/contract'
import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle, Db, Tx } from './database.ts'
import type { Devices } from './devices/service.ts'
import { Failure } from './failure.ts'
import type { RequestLogger } from './http/log.ts'
import { createCaptures } from './identity/captures.ts'
import { createKeyRing } from './identity/data-key.ts'
import { createEnrolmentPalms, type EnrolmentPalms } from './identity/enrolment-palms.ts'
import { registerEnrolmentRoutes } from './identity/enrolment-routes.ts'
import { createEnrolments, type Enrolments } from './identity/enrolment-service.ts'
import { demandOf, type LivenessDemands } from './identity/flash.ts'
import { createGalleryFollower, type GalleryFollower } from './identity/gallery-follower.ts'
import { createGalleryKeys, NETWORK } from './identity/gallery-keys.ts'
import { createHovers, type Hovers } from './identity/hover.ts'
import type { PalmEngine } from './identity/palm-engine.ts'
import type { GalleriesOf, SearchedGalleries } from './identity/ports.ts'
import { createRenewalWorker, type RenewalWorker } from './identity/renewal-worker.ts'
import { createCaptureOpener } from './identity/sealed-capture.ts'
import { createTemplateLoader } from './identity/template-loader.ts'
import { createTemplateRenewal } from './identity/template-renewal.ts'
import { createTemplateStore } from './identity/template-store.ts'
import { createTemplateUpgrade, type TemplateUpgrade } from './identity/template-upgrade.ts'
import type { ShopperId } from './ids.ts'
import type { Merchants } from './merchants/service.ts'
import type { Metrics } from './metrics.ts'
import type { Outbox } from './outbox/service.ts'
import type { OutboxHandler } from './outbox/worker.ts'
import { forgetLinksOf } from './payments/reports/links.ts'
import { createPseudonyms } from './pseudonyms.ts'
import { createRateLimiter, type RateLimiter } from './rate-limit.ts'
import { createRounds, type Rounds } from './rounds.ts'
import type { App, AuthenticatedDevice, Guards } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'
import { requireLive, servingOnly } from './serving.ts'
import { createConsents } from './shoppers/consents.ts'
import { createErasure, ERASURE_TOPIC, type Erasure } from './shoppers/erasure.ts'
import { createErasureJournal } from './shoppers/erasure-journal.ts'
import { createOwnPhone, type OwnPhone } from './shoppers/own-phone.ts'
import { createPhoneVault, parsePhone } from './shoppers/phone.ts'
import { createPhoneCodes } from './shoppers/phone-codes.ts'
import { registerShopperRoutes } from './shoppers/routes.ts'
import { createShoppers, type Shoppers } from './shoppers/service.ts'
import type { TextMessages, TextOutcome } from './shoppers/text-messages.ts'
import type { Money } from './wiring-money.ts'

export type People = {
  enrolments: Enrolments
  palms: EnrolmentPalms
  hovers: Hovers
  shoppers: Shoppers
  erasure: Erasure
  /** `reapply` must have ended before the first palm is searched. Rounds note down who was erased, on every node. */
  erasures: { reapply(): Promise<number>; rounds: Rounds }
  ownPhone: OwnPhone
  /** A text to a number that lies sealed under this name. */
  tellNumber(sealed: Buffer, owner: string, text: string): Promise<TextOutcome>
  follower: GalleryFollower
  renewalWorker: RenewalWorker
  upgrade: TemplateUpgrade
  captureLimit: RateLimiter
  outboxHandlers: Record<string, OutboxHandler>
  registerRoutes(app: App, guards: Guards): void
  /** Each removes what has expired or waits; one that fails keeps no other from running. */
  sweeps: (() => Promise<unknown>)[]
}

export type PeopleNeeds = {
  config: Config
  secrets: Secrets
  database: DatabaseHandle
  clock: Clock
  audit: Audit
  outbox: Outbox
  merchants: Merchants
  devices: Pick<Devices, 'describe' | 'find'>
  metrics: Metrics
  money: Money
  engine: PalmEngine
  messages: TextMessages
  logEvent: RequestLogger['event']
  /** Hears of each step of a registration, once. */
  observeEnrolment(device: AuthenticatedDevice, step: 'offered' | 'consented' | 'enrolled'): void
  onFailure(error: unknown): void
}

const A_MINUTE_MS = 60_000
/** Beside the database, and not in its backups. */
const ERASURES_FILE = 'erasures.txt'
/** How soon an erasure by another node is noted down here, too, ms. */
const NOTE_DOWN_EVERY_MS = 2_000
/** Codes asked for or tried by one device or address in a minute. */
const CODES_A_MINUTE = 60
/** Captures by one device in a minute: ten times a busy lane, few enough that one device cannot take the whole machine. */
const CAPTURES_A_MINUTE = 240
/** On a sandbox programs enrol and pay as fast as the machine can. */
const SANDBOX_FACTOR = 20

/** An erasure that somebody else finished, or that has to wait on, is no fault. */
const SETTLED: readonly ErrorCode[] = ['shopper_unknown']

/** Puts shoppers and identity together. Part of the wiring. */
export async function wirePeople(needs: PeopleNeeds): Promise<People> {
  const {
    config,
    secrets,
    database,
    clock,
    audit,
    outbox,
    merchants,
    metrics,
    money,
    engine,
    messages,
    logEvent,
    onFailure,
  } = needs
  // A data set's stills were taken under no light of ours.
  const demands: LivenessDemands = async (deviceId) =>
    demandOf(config.measureStills ? { screen: 'lights', flash: 'off' } : await needs.devices.describe(deviceId))
  const { db } = database
  const { sandbox } = config
  const { wallet, payments } = money

  const galleryKeys = createGalleryKeys(secrets.tenantKeys)
  const keys = createKeyRing(galleryKeys)
  const galleriesOf: GalleriesOf = async (organisationId) =>
    (await merchants.galleryOf(organisationId)) === 'network' ? [organisationId, NETWORK] : [organisationId]
  const opener = await createCaptureOpener(secrets.sealKeys, {
    clock,
    hasNearInfrared: async (deviceId) => (await needs.devices.describe(deviceId)).nearInfrared,
    ...(config.measureStills ? { fewestFrames: 1 } : {}),
  })
  const captures = servingOnly(createCaptures({ db, clock, opener }), needs)
  const store = createTemplateStore({ db, clock, keys })
  const renewal = createTemplateRenewal(galleryKeys)
  let refusedBefore = 0
  const onSize = (palms: number, refused: number) => {
    metrics.galleryPalms.set(palms)
    metrics.galleryTemplates.reset()
    for (const [model, { templates }] of engine.gallery.holdings()) metrics.galleryTemplates.set({ model }, templates)
    metrics.galleryRefused.set(refused)
    if (refused !== refusedBefore) logEvent('templates_refused', { shoppers: refused })
    refusedBefore = refused
  }
  const { gallery } = engine
  const { connect } = database
  const loader = createTemplateLoader({ connect, tenantKeys: secrets.tenantKeys })
  const follower = createGalleryFollower({ store, loader, gallery, renewal, connect, onSize })
  const upgrade = createTemplateUpgrade({
    db,
    store,
    engine,
    audit,
    onDone: (outcome) => metrics.palmUpgrades.inc({ outcome }),
  })
  const renewalWorker = createRenewalWorker({
    store,
    renewal,
    onDone({ shoppers, unreadable }) {
      if (shoppers > 0 || unreadable > 0) logEvent('templates_renewed', { shoppers, unreadable, epoch: renewal.epoch })
    },
  })

  const key = (purpose: string) => deriveKey(secrets.contactKey, purpose)
  const vault = createPhoneVault(key('phone numbers'), key('phone lookup'))
  const codes = createPhoneCodes({ db, clock, vault, codeKey: key('phone codes'), messages })
  const consents = createConsents(db, clock)
  const palmsOfShopper = { of: store.summaryOf, erase: store.erase, unusedSince: store.unusedSince }
  const shoppers = createShoppers({ db, clock, vault, codes, consents, palms: palmsOfShopper, cards: wallet })
  const erasure = createErasure({
    db,
    clock,
    audit,
    outbox,
    consents,
    palms: palmsOfShopper,
    cards: wallet,
    payments,
    receiptLinks: { forget: forgetLinksOf },
  })

  const journal = createErasureJournal({ db, file: join(config.dataDir, ERASURES_FILE), erasure })
  const noting = createRounds(journal.follow, { everyMs: NOTE_DOWN_EVERY_MS, onFailure })
  /** Whoever is told that they were erased is in the journal by then, unless this node's disk is full: the next round tries again. */
  const noted: Erasure = {
    ...erasure,
    async erase(shopperId, by) {
      const receipt = await erasure.erase(shopperId, by)
      await noting.runOnce().catch(onFailure)
      return receipt
    },
  }

  const accounts = {
    sendCode: (enrolmentId: string, phone: string, country: string, language: string) =>
      codes.send('enrolment', enrolmentId, parsePhone(phone, country), language),
    async confirmCode(enrolmentId: string, code: string) {
      const { phone_hmac } = await codes.confirm(enrolmentId, code)
      if (await shoppers.isPhoneTaken(phone_hmac)) throw new Failure('phone_already_registered')
    },
    async contactOf(on: Db | Tx, enrolmentId: string) {
      const found = await codes.find(on, enrolmentId)
      return found === undefined ? null : { phoneSealed: found.phone_sealed, phoneHmac: found.phone_hmac }
    },
    hintOf: async (enrolmentId: string) => (await codes.find(db, enrolmentId))?.phone_hint ?? null,
    create: shoppers.create,
    drop: codes.drop,
  }
  const enrolments = createEnrolments({
    db,
    clock,
    keys,
    consents,
    accounts,
    cards: wallet,
    galleriesOf,
    async countryOf(shopId) {
      const shop = await merchants.shop(shopId)
      requireLive(shop)
      return shop?.country ?? config.defaultCountry
    },
    sandbox,
    pseudonymOf: createPseudonyms(secrets),
    onEnded: (outcome) => metrics.enrolments.inc({ outcome }),
    onStep: needs.observeEnrolment,
  })
  const palms = createEnrolmentPalms({
    db,
    clock,
    keys,
    captures,
    opener,
    engine,
    store,
    renewal,
    follower,
    demands,
    galleriesOf,
    enrolments,
    consents,
    accounts,
    cards: wallet,
    audit,
    onDone: (outcome, device) => {
      metrics.enrolments.inc({ outcome })
      if (outcome === 'enrolled') needs.observeEnrolment(device, 'enrolled')
    },
  })
  const onStage = (stage: string, ms: number) => metrics.stageMs.observe({ stage }, ms)
  const searched: SearchedGalleries = async (deviceId) => {
    const device = await needs.devices.find(deviceId)
    if (device === null) throw new Failure('device_unknown')
    return galleriesOf(device.organisation_id)
  }
  const hovers = createHovers({ clock, captures, opener, engine, store, upgrade, demands, searched, onStage })
  const factor = sandbox ? SANDBOX_FACTOR : 1
  const captureLimit = createRateLimiter(clock, { events: CAPTURES_A_MINUTE * factor, windowMs: A_MINUTE_MS })
  const codeLimit = createRateLimiter(clock, { events: CODES_A_MINUTE * factor, windowMs: A_MINUTE_MS })

  return {
    enrolments,
    palms,
    hovers,
    shoppers,
    erasure,
    erasures: { reapply: journal.reapply, rounds: noting },
    ownPhone: createOwnPhone({ db, vault, messages }),
    tellNumber: (sealed, owner, text) => messages.send(vault.open(sealed, owner), text),
    follower,
    renewalWorker,
    upgrade,
    captureLimit,
    outboxHandlers: {
      /** Finishes an erasure that waited for a payment; throws while the payment is still open, and is called again. */
      async [ERASURE_TOPIC](payload) {
        await erasure.erase(payload.shopperId as ShopperId, 'continued').catch((error: unknown) => {
          if (!(error instanceof Failure && SETTLED.includes(error.code))) throw error
        })
      },
    },
    registerRoutes(app, guards) {
      registerEnrolmentRoutes(app, { enrolments, palms, guards, codeLimit, captureLimit })
      const { defaultCountry } = config
      registerShopperRoutes(app, { shoppers, erasure: noted, guards, codeLimit, defaultCountry, sandbox })
    },
    sweeps: [enrolments.sweep, captures.prune, shoppers.prune, erasure.continueWaiting, erasure.eraseUnused],
  }
}
