import Type, { type Static } from 'typebox'
import { ConsoleLanguage } from './staff-roles.ts'

/** Where a shop stands, as far as the law on palms and notices differs. The strictest one that applies counts. */
export const JURISDICTIONS = [
  'us_il',
  'us_tx',
  'us_wa',
  'us_co',
  'us_ny_nyc',
  'us_ca',
  'us_other',
  'eu_eea',
  'uk',
  'rest',
] as const
export type Jurisdiction = (typeof JURISDICTIONS)[number]
export const Jurisdiction = Type.Unsafe<Jurisdiction>(Type.Union(JURISDICTIONS.map((each) => Type.Literal(each))))

/** Where a notice hangs: beside every device that takes pictures, and at every customer entrance where the law says so. */
export const SIGN_PLACES = ['device', 'entrance'] as const
export type SignPlace = (typeof SIGN_PLACES)[number]

/** The words of a sign in one language. */
export const SignText = Type.Object({
  title: Type.String(),
  /** One sentence each, in order. */
  lines: Type.Array(Type.String()),
  /** Beside the code that leads to the whole notice. */
  more: Type.String(),
})
export type SignText = Static<typeof SignText>

/** What a jurisdiction asks of a shop before its devices serve anybody. */
export const NoticePack = Type.Object({
  jurisdiction: Jurisdiction,
  name: Type.Record(Type.String(), Type.String()),
  /** Counts up when what is asked, or the text, changes. */
  version: Type.Integer({ minimum: 1 }),
  /** The law or rule that it follows, for people who look it up. */
  basis: Type.Array(Type.String()),
  sign: Type.Object({
    places: Type.Array(Type.Union([Type.Literal('device'), Type.Literal('entrance')])),
    /** Who may say that it hangs: roles of the shop's own organisation. */
    attestedBy: Type.Array(Type.String()),
    texts: Type.Record(Type.String(), SignText),
    /** SHA-256 of what is asked and of all texts, hex. What was attested names it. */
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  }),
  retention: Type.Object({
    /** A palm that was not used for so long is destroyed. */
    unusedMonths: Type.Integer(),
  }),
})
export type NoticePack = Static<typeof NoticePack>
/** `GET /v1/jurisdictions`. */
export const NoticePacks = Type.Object({ packs: Type.Array(NoticePack) })
export type NoticePacks = Static<typeof NoticePacks>

/** `GET /v1/notices/{shopId}` (public): what the code on a sign leads to. */
export const ShopNotice = Type.Object({
  shop: Type.String(),
  merchant: Type.String(),
  language: ConsoleLanguage,
  text: SignText,
  jurisdiction: Jurisdiction,
  version: Type.Integer(),
})
export type ShopNotice = Static<typeof ShopNotice>
