import Type, { type Static } from 'typebox'
import { Guidance } from './captures.ts'
import { HandSide, idSchema, Language, Timestamp } from './identifiers.ts'

/** Good frames kept of each palm before it counts as enrolled. */
export const FRAMES_PER_PALM = 3
/** An enrolment left alone for this long is ended and everything of it is destroyed. */
export const ENROLMENT_TTL_MS = 15 * 60_000

/** A text the shopper agrees to: the hash names the exact words. */
export const AgreedText = Type.Object({
  kind: Type.Union([Type.Literal('notice'), Type.Literal('consent'), Type.Literal('terms'), Type.Literal('network')]),
  version: Type.String(),
  language: Language,
  title: Type.String(),
  paragraphs: Type.Array(Type.String()),
  /** SHA-256 of title and paragraphs joined by newlines, hex. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})
export type AgreedText = Static<typeof AgreedText>

export const EnrolmentStep = Type.Union([
  Type.Literal('consent'),
  Type.Literal('phone'),
  Type.Literal('phone_code'),
  Type.Literal('card'),
  Type.Literal('terms'),
  Type.Literal('palms'),
  Type.Literal('ready'),
  Type.Literal('done'),
  Type.Literal('ended'),
])
export type EnrolmentStep = Static<typeof EnrolmentStep>

const PalmProgress = Type.Object({ goodFrames: Type.Integer(), needed: Type.Integer() })
export const Enrolment = Type.Object({
  id: idSchema('enrolment'),
  step: EnrolmentStep,
  language: Language,
  texts: Type.Object({ notice: AgreedText, consent: AgreedText, terms: AgreedText }),
  /**
   * Present where the organisation takes part in the network: whether its shopper wants to be known there, too. Not asked for, not needed:
   * without it the palms are known at this organisation only.
   */
  network: Type.Optional(Type.Object({ text: AgreedText, agreed: Type.Boolean() })),
  phoneHint: Type.Optional(Type.String({ description: 'e.g. "…23"' })),
  card: Type.Optional(Type.Object({ brand: Type.String(), last4: Type.String() })),
  palms: Type.Object({ L: PalmProgress, R: PalmProgress }),
  expiresAt: Timestamp,
  /** Present when done. */
  receipt: Type.Optional(
    Type.Object({
      consentId: idSchema('consent'),
      /** What the organisation knows the shopper by; every organisation has another one. */
      pseudonym: idSchema('pseudonym'),
      consentSha256: Type.String(),
      consentVersion: Type.String(),
      language: Language,
      consentedAt: Timestamp,
      enrolledAt: Timestamp,
    }),
  ),
  /** Sandbox only: the code the shopper would get by SMS. */
  sandboxPhoneCode: Type.Optional(Type.String()),
})
export type Enrolment = Static<typeof Enrolment>

/** `POST /v1/enrolments` (kiosk, terminal). Afterwards every step answers the Enrolment. */
export const EnrolmentStart = Type.Object({ language: Language })
/** `POST /v1/enrolments/{id}/language` before consent. */
export const EnrolmentLanguage = Type.Object({ language: Language })
/** `POST /v1/enrolments/{id}/consent` and `/terms`. */
/** Whether the shopper wants to be known in the whole network; the words agreed to are named by their hash. */
export const NetworkWish = Type.Object({
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  version: Type.String(),
  language: Language,
  agreed: Type.Boolean(),
})
export type NetworkWish = Static<typeof NetworkWish>

export const Agreement = Type.Object({
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  version: Type.String(),
  language: Language,
  agreed: Type.Literal(true),
})
/** `POST /v1/enrolments/{id}/phone`: national format of the shop's country or E.164. Sends a code. */
export const PhoneNumber = Type.Object({ phone: Type.String({ minLength: 3, maxLength: 32 }) })
/** `POST /v1/enrolments/{id}/phone-code`. */
export const PhoneCode = Type.Object({ code: Type.String({ pattern: '^[0-9]{6}$' }) })
/** How a page takes the card: fields of the sandbox, of the processor, a page of the processor on the phone, or a reader beside. */
export const CardSetupForm = Type.Union([
  Type.Object({ kind: Type.Literal('sandbox') }),
  Type.Object({ kind: Type.Literal('elements'), publishableKey: Type.String() }),
  Type.Object({ kind: Type.Literal('hosted_page') }),
  Type.Object({ kind: Type.Literal('reader'), readerRef: Type.String() }),
])
export type CardSetupForm = Static<typeof CardSetupForm>
export const CARD_SETUP_FORMS = ['sandbox', 'elements', 'hosted_page', 'reader'] as const
const CardSetupKind = Type.Unsafe<(typeof CARD_SETUP_FORMS)[number]>(
  Type.Union(CARD_SETUP_FORMS.map((kind) => Type.Literal(kind))),
)
export type CardSetupKind = Static<typeof CardSetupKind>
/** Body of `card-setup`: how this person wants to give the card. Absent, or not to be had: the best way there is. */
export const CardSetupWish = Type.Object({ form: Type.Optional(CardSetupKind) })
export type CardSetupWish = Static<typeof CardSetupWish>
/** `POST /v1/enrolments/{id}/card-setup` → where the page sends the card: to the processor, never to us. */
export const CardSetup = Type.Object({
  setupId: idSchema('cardSetup'),
  processor: Type.String(),
  /** Where the processor's own field posts the number (sandbox: `/sandbox/processor/setups/{setupId}`). */
  confirmUrl: Type.String(),
  clientSecret: Type.String(),
  /** Which of the processor's forms the page shows. Absent: the sandbox's own. */
  form: Type.Optional(CardSetupForm),
  /** Other ways to give the card here, the best first. */
  others: Type.Optional(Type.Array(CardSetupKind)),
})
export type CardSetup = Static<typeof CardSetup>
/**
 * `GET /v1/enrolments/{id}/card-setups/{setupId}`: asked every other second while a card is given elsewhere. `DELETE` at the same address:
 * nobody will bring it; the reader stops asking, the page closes. Both: `card_setup_unknown` for a set-up of another registration.
 */
export const CardSetupProgress = Type.Object({
  state: Type.Unsafe<'open' | 'succeeded' | 'failed'>(
    Type.Union([Type.Literal('open'), Type.Literal('succeeded'), Type.Literal('failed')]),
  ),
})
export type CardSetupProgress = Static<typeof CardSetupProgress>
/** Body of the sandbox's reader: the card that is held to it. */
export const SandboxReaderCard = Type.Object({
  number: Type.String({ minLength: 8, maxLength: 24 }),
  expiryMonth: Type.Integer({ minimum: 1, maximum: 12 }),
  expiryYear: Type.Integer({ minimum: 2000, maximum: 2099 }),
  cvc: Type.String({ pattern: '^[0-9]{3,4}$' }),
})
export type SandboxReaderCard = Static<typeof SandboxReaderCard>
/** Body of the sandbox processor's own address. */
export const SandboxCard = Type.Object({
  clientSecret: Type.String(),
  number: Type.String({ minLength: 8, maxLength: 24 }),
  expiryMonth: Type.Integer({ minimum: 1, maximum: 12 }),
  expiryYear: Type.Integer({ minimum: 2000, maximum: 2099 }),
  cvc: Type.String({ pattern: '^[0-9]{3,4}$' }),
})
export type SandboxCard = Static<typeof SandboxCard>
/** What the sandbox processor answers to the page that posted the card. */
export const SandboxCardConfirmed = Type.Object({
  setupId: idSchema('cardSetup'),
  brand: Type.String(),
  last4: Type.String(),
})
export type SandboxCardConfirmed = Static<typeof SandboxCardConfirmed>
/** `POST /v1/enrolments/{id}/card`: the set-up is confirmed, keep the token. */
export const CardConfirmed = Type.Object({ setupId: idSchema('cardSetup') })
/** `POST /v1/enrolments/{id}/challenges` → CaptureChallenge. Then `POST /v1/enrolments/{id}/captures/{captureId}` with the sealed capture. */
export const EnrolmentChallenge = Type.Object({ hand: HandSide })
export const EnrolmentCaptureResult = Type.Object({
  accepted: Type.Integer({ description: 'Frames kept of this capture.' }),
  guidance: Type.Array(Guidance),
  enrolment: Enrolment,
})
export type EnrolmentCaptureResult = Static<typeof EnrolmentCaptureResult>
/**
 * Body of `POST /v1/enrolments/{id}/complete`. `onePalm`: the person has, or can show, one hand only; the other palm then has no
 * frames and the enrolment completes with one.
 */
export const EnrolmentComplete = Type.Object({ onePalm: Type.Optional(Type.Boolean()) })
/** `POST /v1/enrolments/{id}/complete` → Enrolment (done) or problem `palm_already_enrolled`. `DELETE /v1/enrolments/{id}`: "no thanks". */
