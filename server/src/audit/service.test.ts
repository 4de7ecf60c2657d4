import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../test/test-database.ts'
import { movableClock } from '../clock.ts'
import { type DatabaseHandle, withTransaction } from '../database.ts'
import { createAudit, entrySha256 } from './service.ts'

let handle: DatabaseHandle
beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())

describe('the audit log', () => {
  it('is one chain, also when many write at once', async () => {
    const audit = createAudit(handle.db, movableClock())
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        withTransaction(handle.db, (tx) => audit.append(tx, 'tested', { i, b: null, a: 'x' })),
      ),
    )
    const rows = await handle.db.selectFrom('audit_entries').selectAll().orderBy('sequence').execute()
    expect(rows.map(({ sequence }) => Number(sequence))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(await audit.firstBroken()).toBeNull()
  })

  it('hashes whatever is told, in the database as here', async () => {
    const audit = createAudit(handle.db, movableClock())
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean())),
        async (event, facts) => {
          // PostgreSQL keeps no text with a zero byte in it.
          fc.pre(!`${event}${JSON.stringify(facts)}`.includes('\\u0000') && !event.includes('\0'))
          const { sequence, sha256 } = await withTransaction(handle.db, (tx) => audit.append(tx, event, facts))
          const row = await handle.db
            .selectFrom('audit_entries')
            .selectAll()
            .where('sequence', '=', BigInt(sequence))
            .executeTakeFirstOrThrow()
          const entry = {
            sequence,
            at: row.at.toISOString(),
            event,
            facts: row.facts,
            previousSha256: row.previous_sha256,
          }
          expect([row.sha256, sha256]).toEqual([entrySha256(entry), entrySha256(entry)])
        },
      ),
      { numRuns: 60 },
    )
    expect(await audit.firstBroken()).toBeNull()
  })

  it('keeps no entry of a transaction that was rolled back', async () => {
    const audit = createAudit(handle.db, movableClock())
    const failed = withTransaction(handle.db, async (tx) => {
      await audit.append(tx, 'never', {})
      throw new Error('rolled back')
    })
    await expect(failed).rejects.toThrow('rolled back')
    expect(await audit.firstBroken()).toBeNull()
  })

  it('cannot be changed or emptied', async () => {
    await expect(sql`update audit_entries set event = 'x'`.execute(handle.db)).rejects.toThrow('append-only')
    await expect(sql`delete from audit_entries`.execute(handle.db)).rejects.toThrow('append-only')
    await expect(sql`truncate audit_entries`.execute(handle.db)).rejects.toThrow('append-only')
  })

  it('shows what somebody with the keys of the database changed', async () => {
    const audit = createAudit(handle.db, movableClock())
    await sql`alter table audit_entries disable trigger all`.execute(handle.db)
    await sql`update audit_entries set facts = '{}' where sequence = 7`.execute(handle.db)
    expect(await audit.firstBroken()).toBe(7)
  })
})
