import type { CardSetup, CardSetupProgress, CardSetupWish, Guidance, HandSide } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import type { ConsentGrant } from '../consent-grant.ts'
import type { Db, Tx } from '../database.ts'

/**
 * The galleries that the organisation of a device may search: its own first, and the network's where it has agreed to it. Rejects when that
 * cannot be said: then nothing is searched.
 */
export type SearchedGalleries = (deviceId: string) => Promise<readonly string[]>
/** The same for an organisation. */
export type GalleriesOf = (organisationId: string) => Promise<readonly string[]>

type Agreement = { sha256: string; version: string; language: 'en' | 'fr' }
type AgreedText = {
  kind: 'notice' | 'consent' | 'terms' | 'network'
  version: string
  language: 'en' | 'fr'
  title: string
  paragraphs: string[]
  sha256: string
}

/** The ledger of consents, as a registration needs it. */
export type ConsentPort = {
  texts(language: 'en' | 'fr'): Record<'notice' | 'consent' | 'terms', AgreedText>
  networkText(language: 'en' | 'fr'): AgreedText
  /** Whether whoever registers wants to be known in the whole network. Throws `consent_text_outdated`. */
  setNetwork(tx: Tx, enrolmentId: string, wish: Agreement & { agreed: boolean }): Promise<void>
  record(enrolmentId: string, kind: 'consent' | 'terms', agreement: Agreement): Promise<void>
  grantFor(enrolmentId: string): Promise<ConsentGrant>
  attach(tx: Tx, enrolmentId: string, shopperId: string): Promise<unknown>
  of(
    shopperId: string,
  ): Promise<{ id: string; kind: string; version: string; language: string; sha256: string; agreedAt: Date }[]>
  drop(db: Db | Tx, enrolmentId: string): Promise<void>
}

/** Phone and account of the person who registers. */
export type AccountPort = {
  /** Sends a code to the number. Throws `phone_invalid`, `rate_limited`. */
  sendCode(enrolmentId: string, phone: string, country: string, language: string): Promise<{ code: string }>
  /** Throws `phone_code_wrong`, `phone_code_expired`, `phone_code_locked`, `phone_already_registered`. */
  confirmCode(enrolmentId: string, code: string): Promise<void>
  hintOf(enrolmentId: string): Promise<string | null>
  /** How to reach and to know again who registers; the number is sealed under the registration's name. Null: no longer there. */
  contactOf(db: Db | Tx, enrolmentId: string): Promise<{ phoneSealed: Buffer; phoneHmac: string } | null>
  create(tx: Tx, shopperId: string, enrolmentId: string, language: string): Promise<void>
  drop(db: Db | Tx, enrolmentId: string): Promise<void>
}

export type CardPort = {
  /** At the processor of the shop where the kiosk stands. */
  beginCardSetup(enrolmentId: string, shopId?: string, wish?: CardSetupWish): Promise<CardSetup>
  cardSetupProgress(enrolmentId: string, setupId: string): Promise<CardSetupProgress>
  cancelCardSetup(enrolmentId: string, setupId: string): Promise<void>
  confirmCardSetup(enrolmentId: string, setupId: string): Promise<{ brand: string; last4: string }>
  pendingCardOf(enrolmentId: string): Promise<{ brand: string; last4: string } | null>
  attachToShopper(tx: QueryExecutorProvider, enrolmentId: string, shopperId: string): Promise<unknown>
  dropPending(enrolmentId: string): Promise<void>
}

/** What one burst showed, as far as a registration or a hover cares. */
export type BurstOutcome<Sample> =
  | { outcome: 'good'; hand: HandSide; samples: Sample[]; guidance: Guidance[] }
  | { outcome: 'refused'; guidance: Guidance[] }
