import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../src/database.ts'
import { type EmbeddedPostgres, startPostgres } from '../src/postgres.ts'
import { captureHand, enrolToPalms } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { sliceSearch } from './slice-search.ts'
import { handBurst } from './synthetic-pictures.ts'

let dataDir: string
let postgres: EmbeddedPostgres
let house: TestHouse
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'paume-disk-'))
  await chmod(dataDir, 0o755)
  postgres = await startPostgres({ dataDir })
  house = await startHouse({ databaseUrl: postgres.url, realPalms: true })
})
afterAll(async () => {
  await house?.stop()
  await postgres?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Every value of every row of every table, as text and as bytes. */
async function everyRow(): Promise<Buffer> {
  const { db } = house.paume.database
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(db)
  expect(tables.length).toBeGreaterThan(20)
  const parts: Buffer[] = []
  for (const { schema, name } of tables) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(`${schema}.${name}`)}`.execute(db)
    for (const value of rows.flatMap((row) => Object.values(row))) {
      parts.push(
        Buffer.isBuffer(value)
          ? value
          : Buffer.from(
              typeof value === 'string'
                ? value
                : String(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v))),
            ),
      )
    }
  }
  return Buffer.concat(parts)
}

it('no slice of any picture is in the database, in the data folder or in the log', async () => {
  const [left, again, other] = await Promise.all([handBurst(41, 'L'), handBurst(41, 'L', 11), handBurst(42, 'R')])
  const kiosk = await house.pair('kiosk')
  const terminal = await house.pair('terminal')
  const register = await house.pair('register')

  const { id } = await enrolToPalms(kiosk)
  expect((await captureHand(kiosk, id, 'L', left)).body).toMatchObject({ accepted: 3 })
  const enrolled = await kiosk.call('POST', `/v1/enrolments/${id}/complete`, { onePalm: true })
  expect(enrolled.body.step).toBe('done')
  const payment = await presentPayment(register, terminal)
  const paid = await hover(terminal, payment.id, again)
  expect(paid.body).toMatchObject({ outcome: 'approved', payment: { totalMinor: 2340 } })
  // Pictures of a registration that is still open, and pictures that were refused.
  const unfinished = await enrolToPalms(kiosk)
  expect((await captureHand(kiosk, unfinished.id, 'R', other)).body).toMatchObject({ accepted: 3 })
  const refused = await captureHand(kiosk, unfinished.id, 'L', other)
  expect(refused.body).toMatchObject({ accepted: 0, guidance: [{ code: 'wrong_hand' }] })

  const search = sliceSearch([...left, ...again, ...other])
  expect(search.needles).toBeGreaterThan(10_000)
  expect(search.isIn(await everyRow())).toBe(false)
  expect(search.isIn(Buffer.from(house.logLines.join('')))).toBe(false)
  // The server's own role may not: the owner of the database writes everything out.
  const owner = openDatabase(postgres.url)
  await sql`checkpoint`.execute(owner.db)
  await owner.close()
  const files = await filesUnder(dataDir)
  expect(files.length).toBeGreaterThan(100)
  for (const file of [...files, ...(await filesUnder(house.dataDir))]) {
    expect(search.isIn(await readFile(file).catch(() => Buffer.alloc(0))), file).toBe(false)
  }

  // The search would have found one, in any of the places and forms.
  const slice = left[0].subarray(5_001, 5_065)
  for (const form of [
    slice,
    slice.toString('base64'),
    slice.toString('hex'),
    `x${Buffer.concat([Buffer.of(1), slice]).toString('base64')}`,
  ]) {
    const file = join(house.dataDir, 'planted')
    await writeFile(file, Buffer.concat([Buffer.alloc(1_000, 7), Buffer.from(form as string)]))
    expect(search.isIn(await readFile(file))).toBe(true)
  }
}, 180_000)
