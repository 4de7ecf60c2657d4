import Type, { type Static, type TSchema } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { listOf, listQuery } from './lists.ts'
import { ConsoleLanguage, StaffRole } from './staff-roles.ts'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** How a person is called in the console. */
export const StaffName = Type.String({ minLength: 1, maxLength: 80, pattern: '^\\S(.*\\S)?$' })
/** How a person calls one of their passkeys, e.g. "phone". */
export const PasskeyName = Type.String({ minLength: 1, maxLength: 40, pattern: '^\\S(.*\\S)?$' })
/** Most passkeys of one person. */
export const MOST_PASSKEYS = 10
/** Recovery codes given out at once. */
export const RECOVERY_CODES = 10

/** What a person may be, and where. An operator has no organisation; `shopIds` null: all shops of it. */
export const StaffRights = Type.Object({
  roles: Type.Array(StaffRole, { minItems: 1, maxItems: 7, uniqueItems: true }),
  shopIds: nullable(Type.Array(idSchema('shop'), { minItems: 1, maxItems: 500, uniqueItems: true })),
})
export type StaffRights = Static<typeof StaffRights>

const Named = Type.Object({ id: Type.String(), name: Type.String() })

/** `GET /v1/staff/me`: who is signed in, and what they may see. */
export const StaffSelf = Type.Object({
  id: nullable(idSchema('staff')),
  name: Type.String(),
  language: ConsoleLanguage,
  roles: Type.Array(StaffRole),
  /** Null: the whole installation. */
  organisation: nullable(Named),
  /** Null: all shops. */
  shops: nullable(Type.Array(Named)),
  /** Signed in by a recovery code: nothing but a new passkey is allowed until there is one. */
  passkeyDue: Type.Boolean(),
  recoveryCodesLeft: Type.Integer({ minimum: 0 }),
  /** When this session ends at the latest, and after which time without a request; null with the operator's token. */
  session: nullable(Type.Object({ id: Type.String(), endsAt: Timestamp, idleEndMs: Type.Integer() })),
})
export type StaffSelf = Static<typeof StaffSelf>

export const StaffSelfChange = Type.Object({
  name: Type.Optional(StaffName),
  language: Type.Optional(ConsoleLanguage),
})
export type StaffSelfChange = Static<typeof StaffSelfChange>

// Passkeys (Web Authentication, level 3; JSON forms of §5.1.8 ff.)

const base64url = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$' })
const extensions = Type.Object({}, { additionalProperties: true })
const attachment = Type.Optional(Type.Union([Type.Literal('platform'), Type.Literal('cross-platform')]))

/** What the browser's authenticator made: `RegistrationResponseJSON`. */
export const PasskeyMade = Type.Object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: Type.Literal('public-key'),
  response: Type.Object(
    {
      clientDataJSON: base64url(4000),
      attestationObject: base64url(16_000),
      transports: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { maxItems: 8 })),
    },
    { additionalProperties: true },
  ),
  clientExtensionResults: extensions,
  authenticatorAttachment: attachment,
})
export type PasskeyMade = Static<typeof PasskeyMade>

/** What the authenticator signed: `AuthenticationResponseJSON`. */
export const PasskeyUsed = Type.Object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: Type.Literal('public-key'),
  response: Type.Object(
    {
      clientDataJSON: base64url(4000),
      authenticatorData: base64url(4000),
      signature: base64url(2000),
      userHandle: Type.Optional(base64url(200)),
    },
    { additionalProperties: true },
  ),
  clientExtensionResults: extensions,
  authenticatorAttachment: attachment,
})
export type PasskeyUsed = Static<typeof PasskeyUsed>

/** What goes to `navigator.credentials`: options in their JSON form. `ceremonyId` comes back with the answer, once, within five minutes. */
export const PasskeyCeremony = Type.Object({
  ceremonyId: Type.String(),
  options: Type.Object({}, { additionalProperties: true }),
})
export type PasskeyCeremony = Static<typeof PasskeyCeremony>

const ceremonyId = base64url(64)
export const StaffSignIn = Type.Object({ ceremonyId, response: PasskeyUsed })
export type StaffSignIn = Static<typeof StaffSignIn>
/** Hyphens, spaces and small letters do not matter. */
export const StaffRecovery = Type.Object({ code: Type.String({ minLength: 8, maxLength: 60 }) })
export type StaffRecovery = Static<typeof StaffRecovery>

export const Passkey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Timestamp,
  lastUsedAt: nullable(Timestamp),
  /** Kept by its maker on several devices. */
  synced: Type.Boolean(),
})
export type Passkey = Static<typeof Passkey>
export const Passkeys = Type.Object({ passkeys: Type.Array(Passkey) })
export const PasskeyAdd = Type.Object({ ceremonyId, response: PasskeyMade, name: PasskeyName })
export type PasskeyAdd = Static<typeof PasskeyAdd>
export const PasskeyRename = Type.Object({ name: PasskeyName })
/** Shown this one time. */
export const RecoveryCodes = Type.Object({ codes: Type.Array(Type.String()) })
export type RecoveryCodes = Static<typeof RecoveryCodes>

export const StaffSession = Type.Object({
  id: Type.String(),
  /** What the browser said it was when the session began. */
  browser: Type.String(),
  via: Type.Union([
    Type.Literal('passkey'),
    Type.Literal('recovery_code'),
    Type.Literal('invitation'),
    Type.Literal('sandbox'),
  ]),
  startedAt: Timestamp,
  lastSeenAt: Timestamp,
  endsAt: Timestamp,
  /** The one that asks. */
  current: Type.Boolean(),
})
export type StaffSession = Static<typeof StaffSession>
export const StaffSessions = Type.Object({ sessions: Type.Array(StaffSession) })

// Invitations

/** `POST /v1/staff/invitations`. An operator names the organisation, or null for another operator; others invite into their own. */
export const InvitationAsk = Type.Object({
  name: StaffName,
  organisationId: Type.Optional(nullable(idSchema('organisation'))),
  ...StaffRights.properties,
})
export type InvitationAsk = Static<typeof InvitationAsk>

/** The link is told this one time. Whoever opens it first within 72 hours becomes this person. */
export const InvitationMade = Type.Object({ id: Type.String(), link: Type.String(), expiresAt: Timestamp })
export type InvitationMade = Static<typeof InvitationMade>

const token = base64url(80)
export const InvitationToken = Type.Object({ token })
/** What the person invited is shown before they say yes. */
export const InvitationSeen = Type.Object({
  name: Type.String(),
  organisation: nullable(Named),
  roles: Type.Array(StaffRole),
  shops: nullable(Type.Array(Named)),
  invitedBy: Type.String(),
  expiresAt: Timestamp,
  /** The link puts an existing person's lost passkeys in order again. */
  renewal: Type.Boolean(),
})
export type InvitationSeen = Static<typeof InvitationSeen>
export const InvitationAccept = Type.Object({
  token,
  ceremonyId,
  response: PasskeyMade,
  name: StaffName,
  language: ConsoleLanguage,
  passkeyName: PasskeyName,
})
export type InvitationAccept = Static<typeof InvitationAccept>
export const InvitationAccepted = Type.Object({ self: StaffSelf, codes: Type.Array(Type.String()) })
export type InvitationAccepted = Static<typeof InvitationAccepted>

export const Invitation = Type.Object({
  id: Type.String(),
  name: Type.String(),
  organisation: nullable(Named),
  ...StaffRights.properties,
  invitedBy: Type.String(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  renewal: Type.Boolean(),
})
export type Invitation = Static<typeof Invitation>
export const INVITATION_SORTS = ['expiresAt', 'name'] as const
export const InvitationQuery = Type.Object(listQuery(INVITATION_SORTS))
export type InvitationQuery = Static<typeof InvitationQuery>
export const Invitations = listOf(Invitation)

/** `GET /v1/staff/places`: what the one who invites may give rights to. The shops are those of one organisation. */
export const StaffPlacesQuery = Type.Object({ organisationId: Type.Optional(idSchema('organisation')) })
export type StaffPlacesQuery = Static<typeof StaffPlacesQuery>
export const StaffPlaces = Type.Object({ organisations: Type.Array(Named), shops: Type.Array(Named) })
export type StaffPlaces = Static<typeof StaffPlaces>

// People

export const STAFF_STATES = ['active', 'revoked'] as const
export const StaffPerson = Type.Object({
  id: idSchema('staff'),
  name: Type.String(),
  organisation: nullable(Named),
  ...StaffRights.properties,
  state: Type.Union([Type.Literal('active'), Type.Literal('revoked')]),
  passkeys: Type.Integer({ minimum: 0 }),
  createdAt: Timestamp,
  lastSeenAt: nullable(Timestamp),
  /** Whether the one who asks may change or revoke this person. */
  mayChange: Type.Boolean(),
})
export type StaffPerson = Static<typeof StaffPerson>
export const STAFF_SORTS = ['name', 'createdAt', 'lastSeenAt', 'state'] as const
export const StaffQuery = Type.Object({
  ...listQuery(STAFF_SORTS),
  role: Type.Optional(StaffRole),
  state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('revoked')])),
  organisationId: Type.Optional(idSchema('organisation')),
})
export type StaffQuery = Static<typeof StaffQuery>
export const StaffPeople = listOf(StaffPerson)
