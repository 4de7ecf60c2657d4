import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EmbeddedPostgres, startPostgres } from '../src/postgres.ts'
import { makeSecrets, openSecrets } from '../src/secrets.ts'
import { enrol, newPhone, shopperOf } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { post, send } from './test-device.ts'

/** A database of its own, which can be copied while it stands still; and the node's folder, which the backup leaves alone. */
let folder: string
let nodeDir: string
const secrets = openSecrets(JSON.stringify(makeSecrets()))
let postgres: EmbeddedPostgres
let house: TestHouse

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paume-backup-'))
  // PostgreSQL does not run as root, and its account has to reach it.
  await chmod(folder, 0o755)
  nodeDir = await mkdtemp(join(tmpdir(), 'paume-node-'))
})
afterAll(async () => {
  await Promise.all([folder, nodeDir].map((dir) => rm(dir, { recursive: true, force: true })))
})

/** With owners and rights, as a backup keeps them. */
const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', join(folder, from), join(folder, to)])
const open = async () => {
  postgres = await startPostgres({ dataDir: join(folder, 'data') })
  house = await startHouse({ databaseUrl: postgres.url, secrets, dataDir: nodeDir })
}
const close = async () => {
  await house.stop()
  await postgres.stop()
}
const pays = async (name: string) => {
  const [register, terminal] = [await house.pair('register'), await house.pair('terminal')]
  const { id } = await presentPayment(register, terminal)
  const { body } = await hover(terminal, id, standInBurst(name, 'L'))
  await register.call('POST', `/v1/payments/${id}/cancel`, {}, { headers: { 'idempotency-key': `cancel-${id}` } })
  if (body.outcome === undefined) throw new Error(JSON.stringify(body))
  return body.outcome
}
async function eraseBy(phone: string) {
  const started = await post(`${house.url}/v1/shopper-sessions`, { phone })
  const { sessionId, sandboxPhoneCode: code } = started.body
  const session = await post(`${house.url}/v1/shopper-sessions/confirm`, { sessionId, code })
  return send(`${house.url}/v1/me`, { method: 'DELETE', headers: { authorization: `Bearer ${session.body.token}` } })
}

const factsOf = async (event: string) => {
  const entries = house.paume.database.db.selectFrom('audit_entries').select('facts').where('event', '=', event)
  return (await entries.execute()).map((row) => JSON.parse(row.facts))
}
const until = async (holds: () => Promise<boolean>) => {
  for (const endMs = Date.now() + 10_000; !(await holds()); ) {
    if (Date.now() > endMs) throw new Error('it did not come true in time')
    await new Promise((again) => setTimeout(again, 50))
  }
}

it('a backup of before the erasure brings no palm back: it is gone before the first hover is answered', async () => {
  await open()
  const kiosk = await house.pair('kiosk')
  const phone = newPhone()
  const gone = await shopperOf(house, (await enrol(kiosk, (hand) => standInBurst('gone', hand), { phone })).body)
  await enrol(kiosk, (hand) => standInBurst('stays', hand), { phone: newPhone() })
  expect(await pays('gone')).toBe('approved')
  await close()
  await copy('data', 'backup')

  await open()
  expect((await eraseBy(phone)).status).toBe(200)
  expect(await readFile(join(nodeDir, 'erasures.txt'), 'utf8')).toMatch(new RegExp(`^\\S+Z ${gone}\\n$`))
  expect(await pays('gone')).toBe('try_again')
  await close()

  await rm(join(folder, 'data'), { recursive: true })
  await copy('backup', 'data')
  await open()
  // As soon as it answers anything at all.
  expect(house.paume.engine.gallery.palms).toBe(2)
  expect(await pays('gone')).toBe('try_again')
  expect(await pays('stays')).toBe('approved')
  const { rows } = await sql<{
    count: bigint
  }>`select count(*) as count from shopper_keys where shopper_id = ${gone}`.execute(house.paume.database.db)
  expect(rows[0]!.count).toBe(0n)
  const facts = await factsOf('shopper_erased')
  expect(facts).toEqual([expect.objectContaining({ shopperId: gone, by: 'restored' })])
  // The log lost what it said in between, and says that.
  await until(async () => (await factsOf('audit_log_behind_its_head')).length === 1)
  expect((await send(`${house.url}/readyz`)).status).toBe(200)
  await close()
})
