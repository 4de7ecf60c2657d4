import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { isConsistent, readHead, readVerifierKey, verifyReceipt } from 'paume-verify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../test/test-database.ts'
import { movableClock } from '../clock.ts'
import { type DatabaseHandle, withTransaction } from '../database.ts'
import { createHeadSigner } from './checkpoint.ts'
import { createAudit } from './service.ts'
import { createAuditTree } from './tree.ts'

let handle: DatabaseHandle
beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())

const clock = movableClock()
const signer = createHeadSigner('pay.example/log', Buffer.alloc(32, 5))
const verifier = readVerifierKey(signer.verifierKey)
const treeOf = () => createAuditTree({ db: handle.db, clock, signer })
const write = async (count: number, facts: Record<string, string> = {}) => {
  const audit = createAudit(handle.db, clock)
  for (let n = 0; n < count; n++) await withTransaction(handle.db, (tx) => audit.append(tx, 'tested', { n, ...facts }))
}

describe('the tree over the audit log', () => {
  it('is empty while nothing was written', async () => {
    expect(await treeOf().seal()).toBeNull()
    expect(await treeOf().receiptOf(1n)).toBeNull()
  })

  it('takes up what was written, once, whoever seals', async () => {
    await write(5)
    const heads = await Promise.all([treeOf().seal(), treeOf().seal(), treeOf().seal()])
    expect(heads.map((head) => head?.size)).toEqual([5n, 5n, 5n])
    await write(9)
    await treeOf().seal()
    const { rows } = await sql<{ size: bigint }>`select size from audit_head order by size`.execute(handle.db)
    expect(rows.map(({ size }) => size)).toEqual([5n, 14n])
    for (const { note } of [(await treeOf().head())!]) expect(readHead(note, verifier).size).toBe(14n)
  })

  it('gives a receipt for every entry that holds for a stranger, also before its head was signed', async () => {
    const statement = 'Your palms were erased.\nNothing is left of them.'
    await write(1, { statementSha256: createHash('sha256').update(statement).digest('hex') })
    const last = 15n
    const receipt = (await treeOf().receiptOf(last, statement))!
    expect(verifyReceipt(JSON.parse(JSON.stringify(receipt)), signer.verifierKey)).toMatchObject({
      sequence: 15,
      treeSize: 15,
      event: 'tested',
      statement,
    })
    for (let sequence = 1n; sequence < last; sequence++)
      expect(verifyReceipt(await treeOf().receiptOf(sequence), signer.verifierKey).sequence).toBe(Number(sequence))
  })

  it('gives none that holds after a byte was changed, wherever', async () => {
    const receipt = (await treeOf().receiptOf(15n, 'Your palms were erased.\nNothing is left of them.'))!
    const text = JSON.stringify(receipt)
    for (let at = 0; at < text.length; at++) {
      const altered = `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`
      expect(() => verifyReceipt(JSON.parse(altered), signer.verifierKey), altered).toThrow()
    }
    expect(text.length).toBeGreaterThan(700)
  })

  it('shows that it only grew', async () => {
    await write(40)
    await treeOf().seal()
    const { rows } = await sql<{ size: bigint; root: Buffer }>`select size, root from audit_head order by size`.execute(
      handle.db,
    )
    const newest = rows.at(-1)!
    for (const { size, root } of rows) {
      const path = (await treeOf().consistency(size, newest.size))!
      expect(isConsistent(size, root, newest.size, newest.root, path)).toBe(true)
      if (size < newest.size) expect(isConsistent(size, Buffer.alloc(32), newest.size, newest.root, path)).toBe(false)
    }
    expect(await treeOf().consistency(1n, newest.size + 1n)).toBeNull()
    for (const head of rows) expect(await treeOf().holds(head)).toBe(true)
    expect(await treeOf().holds({ ...newest, root: Buffer.alloc(32) })).toBe(false)
    expect(await treeOf().holds({ ...newest, size: newest.size + 1n })).toBe(false)
  })

  it('cannot be changed, and refuses to grow over a gap', async () => {
    for (const table of ['audit_tree_node', 'audit_head']) {
      await expect(sql`delete from ${sql.table(table)}`.execute(handle.db)).rejects.toThrow('append-only')
      await expect(sql`truncate ${sql.table(table)}`.execute(handle.db)).rejects.toThrow('append-only')
    }
    await write(3)
    await sql`alter table audit_entries disable trigger all`.execute(handle.db)
    await sql`delete from audit_entries where sequence = 57`.execute(handle.db)
    await expect(treeOf().seal()).rejects.toThrow('lacks entry 57')
  })

  it('belongs to one key and one name', async () => {
    const receipt = await treeOf().receiptOf(3n)
    const other = (name: string, byte: number) => createHeadSigner(name, Buffer.alloc(32, byte)).verifierKey
    const refused = (code: string) => expect.objectContaining({ code })
    expect(() => verifyReceipt(receipt, other('pay.example/log', 6))).toThrow(refused('head_not_signed'))
    expect(() => verifyReceipt(receipt, other('other.example/log', 5))).toThrow(refused('head_of_another_log'))
    expect(() => verifyReceipt(receipt, signer.verifierKey.replace('+', '+0'))).toThrow(refused('key_unreadable'))
    expect(() => verifyReceipt({ ...receipt, format: 'x' }, signer.verifierKey)).toThrow(refused('format_unknown'))
    expect(() => verifyReceipt(null, signer.verifierKey)).toThrow(refused('receipt_unreadable'))
  })
})
