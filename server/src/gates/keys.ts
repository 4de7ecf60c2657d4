import { createHmac, randomBytes } from 'node:crypto'
import type { GateKey } from '@paume/contract'
import type { Selectable } from 'kysely'
import { withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { ulid } from '../ids.ts'
import { type GateParts, nowOf } from './parts.ts'
import type { GateTables } from './tables.ts'

/** A cart system, by its key. */
export type CartSystem = { keyId: string; organisationId: string; shopId: string | null }

export type GateKeys = {
  issue(wish: {
    organisationId: string
    shopId: string | null
    name: string
  }): Promise<{ key: GateKey; secret: string }>
  list(organisationId: string | null): Promise<GateKey[]>
  /** At once, on every node. Throws `not_found`. */
  revoke(id: string): Promise<GateKey>
  /** Throws `gate_key_unknown`. */
  systemOf(secret: string): Promise<CartSystem>
}

const viewOf = (row: Selectable<GateTables['gate_key']>): GateKey => ({
  id: row.id,
  organisationId: row.organisation_id,
  shopId: row.shop_id,
  name: row.name,
  createdAt: row.created_at.toISOString(),
  revokedAt: row.revoked_at?.toISOString() ?? null,
})

/** Keys of cart systems. Of a key only its HMAC is kept: it is shown once. */
export function createGateKeys(parts: Pick<GateParts, 'db' | 'clock' | 'audit'>, hmacKey: Buffer): GateKeys {
  const { db, audit } = parts
  const hmacOf = (secret: string) => createHmac('sha256', hmacKey).update(secret).digest('hex')
  return {
    async issue({ organisationId, shopId, name }) {
      const now = nowOf(parts)
      const secret = `gate_${randomBytes(32).toString('base64url')}`
      const row = {
        id: `gky_${ulid(now.getTime())}`,
        organisation_id: organisationId,
        shop_id: shopId,
        name,
        secret_hmac: hmacOf(secret),
        created_at: now,
        revoked_at: null,
      }
      await withTransaction(db, async (tx) => {
        await tx.insertInto('gate_key').values(row).execute()
        await audit.append(tx, 'gate_key_issued', { keyId: row.id, organisationId, shopId })
      })
      return { key: viewOf(row), secret }
    },
    async list(organisationId) {
      const all = db.selectFrom('gate_key').selectAll().orderBy('created_at', 'desc').limit(200)
      const rows = await (organisationId === null ? all : all.where('organisation_id', '=', organisationId)).execute()
      return rows.map(viewOf)
    },
    revoke: (id) =>
      withTransaction(db, async (tx) => {
        const row = await tx.selectFrom('gate_key').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
        if (row === undefined) throw new Failure('not_found')
        if (row.revoked_at !== null) return viewOf(row)
        const revoked_at = nowOf(parts)
        await tx.updateTable('gate_key').set({ revoked_at }).where('id', '=', id).execute()
        await audit.append(tx, 'gate_key_revoked', { keyId: id, organisationId: row.organisation_id })
        return viewOf({ ...row, revoked_at })
      }),
    async systemOf(secret) {
      const row = await db
        .selectFrom('gate_key')
        .selectAll()
        .where('secret_hmac', '=', hmacOf(secret))
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      if (row === undefined) throw new Failure('gate_key_unknown')
      return { keyId: row.id, organisationId: row.organisation_id, shopId: row.shop_id }
    },
  }
}
