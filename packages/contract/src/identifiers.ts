import Type from 'typebox'

/** Identifiers are `<prefix>_<26 Crockford base-32 characters>` (a ULID): they sort by time and carry no meaning. */
export const ID_PREFIXES = {
  organisation: 'org',
  shop: 'shop',
  device: 'dev',
  shopper: 'shp',
  pseudonym: 'psn',
  enrolment: 'enr',
  capture: 'cap',
  payment: 'pay',
  refund: 'rfd',
  refundHover: 'rfh',
  instrument: 'ins',
  receipt: 'rct',
  receiptDelivery: 'rdl',
  paymentReport: 'rpt',
  consent: 'cns',
  cardSetup: 'cds',
  batch: 'stb',
  payout: 'pyt',
  difference: 'dif',
  sale: 'sal',
  otherTender: 'otd',
  ticketReturn: 'ret',
  dispute: 'dsp',
  webhookEndpoint: 'whe',
  webhookEvent: 'evt',
  webhookDelivery: 'whd',
  staff: 'stf',
  passkey: 'psk',
  staffSession: 'ses',
  invitation: 'inv',
  approval: 'apr',
  brand: 'brd',
  lane: 'lan',
  rollout: 'rol',
  phase: 'phs',
  attestation: 'att',
  settings: 'set',
  settingsRollout: 'sro',
  gateSession: 'gse',
  gateKey: 'gky',
  cart: 'crt',
  zone: 'zon',
  admission: 'adm',
  ticket: 'tkt',
  review: 'rvw',
} as const
export type IdKind = keyof typeof ID_PREFIXES

export const idSchema = (kind: IdKind) =>
  Type.String({ pattern: `^${ID_PREFIXES[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`, description: `Identifier of one ${kind}.` })

export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC.' })
export const Language = Type.Union([Type.Literal('en'), Type.Literal('fr')])
export const LANGUAGES = ['en', 'fr'] as const
export type Language = (typeof LANGUAGES)[number]
export const HandSide = Type.Union([Type.Literal('L'), Type.Literal('R')], { description: 'Left or right hand.' })
export type HandSide = 'L' | 'R'
