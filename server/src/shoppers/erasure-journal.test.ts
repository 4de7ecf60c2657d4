import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../test/test-database.ts'
import type { DatabaseHandle } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { createErasureJournal } from './erasure-journal.ts'

let handle: DatabaseHandle
let folder: string
let file: string
beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())
beforeEach(async () => {
  await handle.db.deleteFrom('shoppers').execute()
  folder = await mkdtemp(join(tmpdir(), 'paume-journal-'))
  file = join(folder, 'erasures.txt')
  return () => rm(folder, { recursive: true })
})

const NOW = Date.parse('2026-11-24T12:00:00Z')
async function shopper(erased: Date | null = null, requested: Date | null = erased) {
  const id = newId('shopper', NOW)
  const row = { id, language: 'en', enrolled_at: new Date(NOW), phone_hmac: null, phone_sealed: null, phone_hint: null }
  await handle.db
    .insertInto('shoppers')
    .values({ ...row, erased_at: erased, erasure_requested_at: requested } as never)
    .execute()
  return id
}
const again: string[] = []
const erasure = {
  async erase(id: string, by: string) {
    again.push(`${id} ${by}`)
    await handle.db
      .updateTable('shoppers')
      .set({ erased_at: new Date(NOW) })
      .where('id', '=', id)
      .execute()
    return {} as never
  },
}
const journal = () => createErasureJournal({ db: handle.db, file, erasure })
const lines = async () => (await readFile(file, 'utf8')).split('\n').filter(Boolean)

describe('the journal of erasures', () => {
  it('notes down each shopper once, whoever erased them and however often it looks', async () => {
    const gone = [
      await shopper(new Date(NOW)),
      await shopper(null, new Date(NOW + 1)),
      await shopper(new Date(NOW + 2)),
    ]
    await shopper()
    const one = journal()
    expect([await one.follow(), await one.follow(), await journal().follow()]).toEqual([3, 0, 0])
    expect((await lines()).map((line) => line.split(' ')[1])).toEqual(gone)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    gone.push(await shopper(new Date(NOW + 3)))
    expect(await one.follow()).toBe(1)
    expect(await lines()).toHaveLength(4)
  })

  it('sees an erasure of a clock that was set back', async () => {
    await shopper(new Date(NOW))
    await journal().follow()
    await shopper(new Date(NOW - 86_400_000))
    expect(await journal().follow()).toBe(1)
  })

  it('erases again who came back with an older database, and nobody else', async () => {
    const id = await shopper(new Date(NOW))
    await journal().follow()
    await handle.db.updateTable('shoppers').set({ erased_at: null, erasure_requested_at: null }).execute()
    const other = await shopper()
    again.length = 0
    expect(await journal().reapply()).toBe(1)
    expect(again).toEqual([`${id} restored`])
    expect(await journal().reapply()).toBe(0)
    expect(again.join()).not.toContain(other)
  })

  it('goes on over one whose payment came back open, and stops at any other failure', async () => {
    const ids = [await shopper(new Date(NOW)), await shopper(new Date(NOW))]
    await journal().follow()
    await handle.db.updateTable('shoppers').set({ erased_at: null, erasure_requested_at: null }).execute()
    const failing = (code: 'erasure_blocked' | 'internal') =>
      createErasureJournal({
        db: handle.db,
        file,
        erasure: {
          erase: async (id) => (id === ids.toSorted()[0] ? Promise.reject(new Failure(code)) : erasure.erase(id, 'x')),
        },
      })
    await expect(failing('internal').reapply()).rejects.toThrow(Failure)
    expect(await failing('erasure_blocked').reapply()).toBe(2)
  })

  it('drops a line that was cut off and writes it again; refuses any other damage', async () => {
    await shopper(new Date(NOW))
    await journal().follow()
    const id = await shopper(new Date(NOW + 1))
    await appendFile(file, `2026-11-24T12:00:00.001Z ${id.slice(0, 9)}`)
    expect(await journal().follow()).toBe(1)
    expect((await lines()).at(-1)).toBe(`2026-11-24T12:00:00.001Z ${id}`)
    await writeFile(file, `${(await lines()).join('\n').replace('shp_', 'shp-')}\n`)
    await expect(journal().reapply()).rejects.toThrow('damaged in line 1')
    await expect(journal().follow()).rejects.toThrow('damaged')
  })
})
