import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'

/** `nxk_` and a ULID. */
export const NexoKeyId = Type.String({
  pattern: '^nxk_[0-9A-HJKMNP-TV-Z]{26}$',
  description: 'Identifier of one key of a till.',
})
const Printable = (most: number) => Type.String({ pattern: `^[\\x20-\\x7e]{1,${most}}$` })

const LocalKeyAsked = Type.Object({
  keyIdentifier: Printable(80),
  keyVersion: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  /** At least 12 characters. Left out, one is made. */
  passphrase: Type.Optional(Type.String({ pattern: '^[\\x20-\\x7e]{12,128}$' })),
})
/**
 * Where results of `/async` requests and event notifications are pushed to: an https address on the public internet, with a name and
 * password for HTTP basic authentication if the till wants one.
 */
export const NexoEventTarget = Type.Object({
  url: Type.String({ maxLength: 500 }),
  login: Type.Optional(
    Type.Object({ username: Type.String({ pattern: '^[\\x21-\\x39\\x3b-\\x7e]{1,80}$' }), password: Printable(128) }),
  ),
})
export type NexoEventTarget = Static<typeof NexoEventTarget>
/** `PUT /v1/nexo-keys/{id}/events` (operator), `PUT /v1/devices/self/nexo-keys/{id}/events` (register). Null: nothing is pushed. */
export const NexoKeyEvents = Type.Object({ events: Type.Union([NexoEventTarget, Type.Null()]) })

/**
 * `POST /v1/devices/self/nexo-keys` (register): a key for the till that this register is. What is left out is made. A till that
 * already has a SaleID and a passphrase keeps them by sending them here.
 */
export const NexoKeyOwn = Type.Object({
  /** The only SaleID the key may speak for. Left out: any. The register's own identifier is always good. */
  saleId: Type.Optional(Printable(80)),
  local: Type.Optional(LocalKeyAsked),
  /** Left out: results are only kept to be asked for. */
  events: Type.Optional(NexoEventTarget),
})
export type NexoKeyOwn = Static<typeof NexoKeyOwn>
/** `POST /v1/nexo-keys` (operator): a key for any register. */
export const NexoKeyCreate = Type.Object({ registerId: idSchema('device'), ...NexoKeyOwn.properties })
export type NexoKeyCreate = Static<typeof NexoKeyCreate>

/** A key as it is listed: `GET /v1/nexo-keys` (operator), `GET /v1/devices/self/nexo-keys` (register). */
export const NexoKey = Type.Object({
  id: NexoKeyId,
  registerId: idSchema('device'),
  shopId: idSchema('shop'),
  saleId: Type.Union([Type.String(), Type.Null()]),
  keyIdentifier: Type.String(),
  keyVersion: Type.Integer(),
  /** Where events are pushed to. The password is never shown. */
  eventsUrl: Type.Optional(Type.String()),
  createdAt: Timestamp,
  revokedAt: Type.Optional(Timestamp),
})
export type NexoKey = Static<typeof NexoKey>
export const NexoKeys = Type.Object({ keys: Type.Array(NexoKey) })

/** The one reply that holds the secrets. They are not kept and cannot be shown again. */
export const NexoKeyIssued = Type.Object({
  key: NexoKey,
  apiKey: Type.String({ description: 'The `x-api-key` of the cloud form.' }),
  local: Type.Object({
    KeyIdentifier: Type.String(),
    KeyVersion: Type.Integer(),
    Passphrase: Type.String(),
    AdyenCryptoVersion: Type.Integer(),
  }),
})
export type NexoKeyIssued = Static<typeof NexoKeyIssued>

/**
 * `GET /v1/nexo/events?after=&wait=` (x-api-key): replies to `/async` requests and event notifications for this key, oldest first.
 * Each body is a whole message, `SaleToPOIResponse` or `SaleToPOIRequest`.
 */
export const NexoEvents = Type.Object({
  events: Type.Array(
    Type.Object({
      id: Type.Integer(),
      createdAt: Timestamp,
      body: Type.Unknown(),
      /** How pushing it went; left out where nothing is pushed. */
      push: Type.Optional(
        Type.Object({
          state: Type.Union([Type.Literal('pending'), Type.Literal('delivered'), Type.Literal('failed')]),
          attempts: Type.Integer(),
          status: Type.Optional(Type.Integer()),
          fault: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
})
export type NexoEvents = Static<typeof NexoEvents>
