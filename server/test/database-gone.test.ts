import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EmbeddedPostgres, startPostgres } from '../src/postgres.ts'
import { enrol, sendSealed } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, prepareHover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { send, type TestDevice } from './test-device.ts'

let dataDir: string
let postgres: EmbeddedPostgres
let house: TestHouse
let kiosk: TestDevice
let terminal: TestDevice
let register: TestDevice
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'paume-gone-'))
  await chmod(dataDir, 0o755)
  postgres = await startPostgres({ dataDir })
  house = await startHouse({ databaseUrl: postgres.url })
  kiosk = await house.pair('kiosk')
  terminal = await house.pair('terminal')
  register = await house.pair('register')
  const reply = await enrol(kiosk, (hand) => standInBurst('edith', hand))
  expect([reply.status, JSON.stringify(reply.body).slice(0, 300)]).toEqual([200, expect.anything()])
})
afterAll(async () => {
  await house.stop()
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
})

/** As long as the story says the database is away, ms. */
const AWAY_MS = 10_000

it('a database that is gone for ten seconds is told, charges nothing, and everything goes on afterwards', async () => {
  const { id } = await presentPayment(register, terminal)
  const { path, sealed } = await prepareHover(terminal, id, standInBurst('edith', 'L'))
  const { port } = postgres
  await postgres.stop()
  const goneAtMs = Date.now()

  const replies = await Promise.all([
    sendSealed(terminal, path, sealed),
    kiosk.call('POST', '/v1/enrolments', { language: 'en' }),
    register.call('GET', `/v1/payments/${id}`),
    send(`${house.url}/v1/sandbox/devices`),
  ])
  for (const { status, body } of replies) expect([status, body.code]).toEqual([503, 'database_unavailable'])
  expect((await send(`${house.url}/healthz`)).status).toBe(200)
  const ready = await send(`${house.url}/readyz`)
  expect([ready.status, ready.body.checks]).toEqual([503, { database: false, gallery: true, networks: true }])

  await new Promise((done) => setTimeout(done, AWAY_MS - (Date.now() - goneAtMs)))
  postgres = await startPostgres({ dataDir, port })

  expect((await send(`${house.url}/readyz`)).status).toBe(200)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from payment_spent_assertion`.execute(
    house.paume.database.db,
  )
  expect(rows[0].n).toBe(0)
  const again = await sendSealed(terminal, path, sealed)
  expect(again.body).toMatchObject({ outcome: 'approved', payment: { state: 'approved', totalMinor: 2340 } })
  const next = await presentPayment(register, terminal, 100)
  expect((await hover(terminal, next.id, standInBurst('edith', 'R'))).body.outcome).toBe('approved')
  // The gallery follows again too.
  expect((await enrol(kiosk, (hand) => standInBurst('lise', hand))).status).toBe(200)
  expect(house.paume.engine.gallery.palms).toBe(4)
}, 60_000)
