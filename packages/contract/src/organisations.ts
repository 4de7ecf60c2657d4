import Type, { type Static, type TSchema } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { Jurisdiction } from './jurisdictions.ts'
import { listOf, listQuery } from './lists.ts'
import { ConsoleLanguage } from './staff-roles.ts'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/** Words on one line, without space at either end. */
export const Words = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^\\S(?:[^\\u0000-\\u001f]*\\S)?$' })
/** ISO 3166-1, two letters. */
export const CountryCode = Type.String({ pattern: '^[A-Z]{2}$' })
/** BCP 47, as far as shops use it: `en`, `es`, `zh-Hans`. */
export const LanguageTag = Type.String({ pattern: '^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$', maxLength: 20 })
export const Languages = Type.Array(LanguageTag, { minItems: 1, maxItems: 8, uniqueItems: true })

/** `applied`: waits for an operator. Only devices of an approved organisation serve anybody. */
export const ORGANISATION_STATES = ['applied', 'approved', 'suspended', 'refused'] as const
export type OrganisationState = (typeof ORGANISATION_STATES)[number]
export const OrganisationState = literals(ORGANISATION_STATES)
export const GALLERY_CHOICES = ['own', 'network'] as const
export const GalleryChoice = literals(GALLERY_CHOICES)

/**
 * `POST /v1/organisation-applications` (public): an outside business asks to take part. Answered the same way whatever is known of the
 * address: nobody learns who has asked before.
 */
export const OrganisationApplication = Type.Object({
  name: Words(80),
  legalName: Words(120),
  country: CountryCode,
  languages: Languages,
  contactName: Words(80),
  contactMail: Type.String({ maxLength: 254, pattern: '^[^\\s@<>"]+@[^\\s@<>"]+\\.[^\\s@<>".]+$' }),
  shopsPlanned: Type.Integer({ minimum: 1, maximum: 100_000 }),
  note: Type.Optional(Type.String({ maxLength: 1000 })),
  /** The language that we write back in. */
  language: ConsoleLanguage,
})
export type OrganisationApplication = Static<typeof OrganisationApplication>
/** `mail`: the address has to be confirmed by the link that was sent to it. */
export const ApplicationTaken = Type.Object({ next: literals(['mail', 'wait'] as const) })
export type ApplicationTaken = Static<typeof ApplicationTaken>
/** `POST /v1/organisation-applications/confirm` (public). */
export const ApplicationConfirm = Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) })
export const ApplicationConfirmed = Type.Object({ name: Type.String() })
export type ApplicationConfirmed = Static<typeof ApplicationConfirmed>

const Contact = Type.Object({
  name: Type.String(),
  mail: Type.String(),
  /** Null: nobody has opened the link yet. */
  mailConfirmedAt: nullable(Timestamp),
  shopsPlanned: Type.Integer(),
  note: nullable(Type.String()),
  language: ConsoleLanguage,
})

export const OrganisationListed = Type.Object({
  id: idSchema('organisation'),
  name: Type.String(),
  legalName: nullable(Type.String()),
  state: OrganisationState,
  country: nullable(CountryCode),
  languages: Type.Array(Type.String()),
  /** What holds for its shops that name none; null: by the shop's address. */
  jurisdiction: nullable(Jurisdiction),
  gallery: GalleryChoice,
  shops: Type.Integer(),
  createdAt: Timestamp,
})
export type OrganisationListed = Static<typeof OrganisationListed>

export const OrganisationDetails = Type.Object({
  ...OrganisationListed.properties,
  /** Of the application; null: it was made by an operator. */
  contact: nullable(Contact),
  decidedAt: nullable(Timestamp),
  decidedBy: nullable(Type.String()),
  galleryAgreedAt: nullable(Timestamp),
  /** What its money goes through; null: that of the platform. */
  processorAccount: nullable(Type.String()),
  brands: Type.Array(Type.Object({ id: idSchema('brand'), name: Type.String(), shops: Type.Integer() })),
})
export type OrganisationDetails = Static<typeof OrganisationDetails>

export const ORGANISATION_COLUMNS = ['name', 'state', 'country', 'shops', 'createdAt'] as const
export const OrganisationQuery = Type.Object({
  ...listQuery(ORGANISATION_COLUMNS),
  state: Type.Optional(OrganisationState),
})
export type OrganisationQuery = Static<typeof OrganisationQuery>
export const Organisations = listOf(OrganisationListed)

export const OrganisationCreate = Type.Object({
  name: Words(80),
  legalName: Words(120),
  country: CountryCode,
  languages: Languages,
  jurisdiction: Type.Optional(nullable(Jurisdiction)),
})
export type OrganisationCreate = Static<typeof OrganisationCreate>
export const OrganisationChange = Type.Partial(OrganisationCreate)
export type OrganisationChange = Static<typeof OrganisationChange>
/** `POST /v1/organisations/{id}/decision` (operator). */
export const OrganisationDecision = Type.Object({
  decision: literals(['approve', 'refuse', 'suspend', 'resume'] as const),
})
export type OrganisationDecision = Static<typeof OrganisationDecision>
/** `invitation`: the link for the owner, shown this one time; null when nobody had to be invited. */
export const OrganisationDecided = Type.Object({
  organisation: OrganisationDetails,
  invitation: nullable(Type.Object({ link: Type.String(), expiresAt: Timestamp })),
})
export type OrganisationDecided = Static<typeof OrganisationDecided>
/** `PUT /v1/organisations/{id}/gallery`: takes two people (`gallery.share`). */
export const OrganisationGallery = Type.Object({ gallery: GalleryChoice })

export const BrandName = Type.Object({ name: Words(60) })
export const Brand = Type.Object({ id: idSchema('brand'), name: Type.String(), shops: Type.Integer() })
export type Brand = Static<typeof Brand>
export const Brands = Type.Object({ brands: Type.Array(Brand) })
