import { randomBytes } from 'node:crypto'
import type { NexoEventTarget, NexoKey, NexoKeyIssued, NexoKeyOwn } from '@paume/contract'
import type { Selectable } from 'kysely'
import { type Clock, toTimestamp } from '../../clock.ts'
import { type Db, isUniqueViolation, withTransaction } from '../../database.ts'
import { Failure, invariant } from '../../failure.ts'
import { ulid } from '../../ids.ts'
import type { TillTables } from '../tables.ts'
import { CRYPTO_VERSION, KEY_MATERIAL_BYTES, keyMaterialOf, type LocalKeys, localKeysOf } from './cipher.ts'
import type { KeyVault } from './key-vault.ts'
import type { TillAudit, TillCaller, TillDevices, TillPush } from './ports.ts'

/** Who stands behind a message: a key of a register that is not revoked. */
export type Till = { keyId: string; saleId: string | null; caller: TillCaller }
/** Where events of a key go, with the header that lets them in there. */
export type EventTarget = { url: string; authorization: string | null }
/** The till of an encrypted message, and what opens and seals for it. */
export type LocalTill = Till & { secret: LocalKeys & { identifier: string; version: number } }

export type NexoKeys = {
  /**
   * Throws `not_found` (no such register), `device_revoked`, `request_malformed` (identifier and version are taken in this shop),
   * `webhook_url_refused`.
   */
  issue(registerId: string, asked: NexoKeyOwn, by: 'operator' | 'register'): Promise<NexoKeyIssued>
  list(registerId?: string): Promise<NexoKey[]>
  /** Works at once, on every node. Throws `not_found`; a register revokes its own keys only. */
  revoke(id: string, registerId?: string): Promise<NexoKey>
  /** Where events of this key are pushed to from now on; null: nowhere. Throws `not_found`, `webhook_url_refused`. */
  pushTo(id: string, target: NexoEventTarget | null, registerId?: string): Promise<NexoKey>
  /** Null when the key is revoked, or wants nothing pushed. */
  eventTarget(id: string): Promise<EventTarget | null>
  /** Null when the key is not known or revoked, or its register is. */
  byApiKey(apiKey: string): Promise<Till | null>
  byIdentifier(shopId: string, identifier: string, version: number): Promise<LocalTill | null>
}

type Row = Selectable<TillTables['nexo_key']>
type Options = {
  db: Db
  clock: Clock
  audit: TillAudit
  devices: TillDevices
  vault: KeyVault
  push: Pick<TillPush, 'check'>
}

const viewOf = (row: Row): NexoKey => ({
  id: row.id,
  registerId: row.register_id,
  shopId: row.shop_id,
  saleId: row.sale_id,
  keyIdentifier: row.key_identifier,
  keyVersion: row.key_version,
  ...(row.events_url === null ? {} : { eventsUrl: row.events_url }),
  createdAt: toTimestamp(row.created_at),
  ...(row.revoked_at === null ? {} : { revokedAt: toTimestamp(row.revoked_at) }),
})

/** A login is sealed for another purpose than the keys of the same row. */
const loginSealId = (id: string) => `${id} events`

export function createNexoKeys({ db, clock, audit, devices, vault, push }: Options): NexoKeys {
  const targetColumns = (id: string, target: NexoEventTarget | null) => {
    if (target === null) return { events_url: null, events_login: null }
    push.check(target.url)
    const { url, login } = target
    const plain = login === undefined ? null : Buffer.from(`${login.username}:${login.password}`)
    return { events_url: url, events_login: plain === null ? null : vault.seal(loginSealId(id), plain) }
  }
  const tillOf = async (row: Row | undefined): Promise<Till | null> => {
    if (row === undefined) return null
    const register = await devices.find(row.register_id)
    if (register === null || register.revoked || register.shopId !== row.shop_id) return null
    const { register_id: deviceId, shop_id: shopId, organisation_id: organisationId } = row
    await devices.seen(deviceId)
    return { keyId: row.id, saleId: row.sale_id, caller: { deviceId, kind: 'register', shopId, organisationId } }
  }
  const good = () => db.selectFrom('nexo_key').selectAll().where('revoked_at', 'is', null)

  return {
    async issue(registerId, asked, by) {
      const register = await devices.find(registerId)
      if (register?.kind !== 'register') throw new Failure('not_found')
      if (register.revoked) throw new Failure('device_revoked')
      const now = new Date(clock.nowMs())
      const id = `nxk_${ulid(now.getTime())}`
      const apiKey = `nexo_${randomBytes(32).toString('base64url')}`
      const passphrase = asked.local?.passphrase ?? randomBytes(24).toString('base64url')
      const row: Row = {
        id,
        register_id: registerId,
        shop_id: register.shopId,
        organisation_id: register.organisationId,
        sale_id: asked.saleId ?? null,
        api_key_hmac: vault.hmacOf(apiKey),
        key_identifier: asked.local?.keyIdentifier ?? id,
        key_version: asked.local?.keyVersion ?? 1,
        key_material: vault.seal(id, await keyMaterialOf(passphrase)),
        issued_by: by,
        created_at: now,
        revoked_at: null,
        ...targetColumns(id, asked.events ?? null),
      }
      try {
        await withTransaction(db, async (tx) => {
          await tx.insertInto('nexo_key').values(row).execute()
          await audit.append(tx, 'nexo_key_issued', { keyId: id, registerId, by })
        })
      } catch (error) {
        if (!isUniqueViolation(error, 'nexo_key_identifier')) throw error
        throw new Failure('request_malformed', { detail: 'This key identifier and version are taken in this shop.' })
      }
      const local = {
        KeyIdentifier: row.key_identifier,
        KeyVersion: row.key_version,
        Passphrase: passphrase,
        AdyenCryptoVersion: CRYPTO_VERSION,
      }
      return { key: viewOf(row), apiKey, local }
    },
    async list(registerId) {
      const all = db.selectFrom('nexo_key').selectAll().orderBy('created_at', 'desc').orderBy('id')
      const rows = await (registerId === undefined ? all : all.where('register_id', '=', registerId)).execute()
      return rows.map(viewOf)
    },
    revoke: (id, registerId) =>
      withTransaction(db, async (tx) => {
        const row = await tx.selectFrom('nexo_key').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
        if (row === undefined || (registerId !== undefined && row.register_id !== registerId)) {
          throw new Failure('not_found')
        }
        if (row.revoked_at !== null) return viewOf(row)
        const revoked_at = new Date(clock.nowMs())
        await tx.updateTable('nexo_key').set({ revoked_at }).where('id', '=', id).execute()
        await audit.append(tx, 'nexo_key_revoked', { keyId: id, registerId: row.register_id })
        return viewOf({ ...row, revoked_at })
      }),
    async pushTo(id, target, registerId) {
      const columns = targetColumns(id, target)
      return withTransaction(db, async (tx) => {
        const row = await tx.selectFrom('nexo_key').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
        if (row === undefined || (registerId !== undefined && row.register_id !== registerId)) {
          throw new Failure('not_found')
        }
        await tx.updateTable('nexo_key').set(columns).where('id', '=', id).execute()
        await audit.append(tx, 'nexo_key_events', { keyId: id, registerId: row.register_id, pushed: target !== null })
        return viewOf({ ...row, ...columns })
      })
    },
    async eventTarget(id) {
      const row = await good().where('id', '=', id).executeTakeFirst()
      if (row === undefined || row.events_url === null) return null
      const login = row.events_login === null ? null : vault.open(loginSealId(id), row.events_login)
      return { url: row.events_url, authorization: login === null ? null : `Basic ${login.toString('base64')}` }
    },
    byApiKey: async (apiKey) =>
      tillOf(await good().where('api_key_hmac', '=', vault.hmacOf(apiKey)).executeTakeFirst()),
    async byIdentifier(shopId, identifier, version) {
      const row = await good()
        .where('shop_id', '=', shopId)
        .where('key_identifier', '=', identifier)
        .where('key_version', '=', version)
        .executeTakeFirst()
      const till = await tillOf(row)
      if (row === undefined || till === null) return null
      const material = vault.open(row.id, row.key_material)
      invariant(material.length === KEY_MATERIAL_BYTES, 'sealed keys of a till have their length')
      const keys = localKeysOf(material)
      return { ...till, secret: { ...keys, identifier: row.key_identifier, version: row.key_version } }
    },
  }
}
