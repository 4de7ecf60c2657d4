import { randomBytes } from 'node:crypto'
import { MODEL, modelVersionOf } from '@paume/palm'
import { expect, it } from 'vitest'
import type { Secrets } from '../src/secrets.ts'
import { captureHand, enrol, enrolToPalms } from './enrol.ts'
import { startHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { handBurst } from './synthetic-pictures.ts'
import { createTestDatabase } from './test-database.ts'
import { TestDevice } from './test-device.ts'

it('a new tenant key renews every palm without its owner, who pays as before; then the old key may go', async () => {
  const database = await createTestDatabase()
  const burst = { L: await handBurst(71, 'L'), R: await handBurst(71, 'R') }
  const shown = await handBurst(71, 'L', 5)

  const before = await startHouse({ realPalms: true, databaseUrl: database.url })
  const kiosk = await before.pair('kiosk')
  expect((await enrol(kiosk, (hand) => burst[hand])).body.step).toBe('done')
  // Somebody is in the middle of registering when the key changes.
  const half = await enrolToPalms(kiosk)
  const other = { L: await handBurst(72, 'L'), R: await handBurst(72, 'R') }
  expect((await captureHand(kiosk, half.id, 'L', other.L)).body.accepted).toBe(3)
  await before.stop()

  const next = { epoch: 2, key: randomBytes(32) }
  const both: Secrets = { ...before.secrets, tenantKeys: [...before.secrets.tenantKeys, next] }
  const during = await startHouse({ realPalms: true, databaseUrl: database.url, secrets: both })
  const moved = Object.assign(new TestDevice(during.url, 'kiosk'), { id: kiosk.id, privateKey: kiosk.privateKey })
  expect((await captureHand(moved, half.id, 'R', other.R)).body.accepted).toBe(3)
  expect((await moved.call('POST', `/v1/enrolments/${half.id}/complete`)).body.step).toBe('done')
  await until(async () => (await olderPalms(during)) === 0)
  expect(during.logLines.join('')).toContain('templates_renewed')
  await during.stop()

  const after = await startHouse({
    realPalms: true,
    databaseUrl: database.url,
    secrets: { ...both, tenantKeys: [next] },
  })
  const terminal = await after.pair('terminal')
  const payment = await presentPayment(await after.pair('register'), terminal)
  const paid = await hover(terminal, payment.id, shown)
  expect([paid.status, paid.body.outcome]).toEqual([200, 'approved'])
  const [[model, { palms }], ...others] = after.paume.engine.gallery.holdings()
  expect([model, palms, others]).toEqual([modelVersionOf(MODEL), 4, []])
  await after.stop()
  await database.drop()
}, 240_000)

const olderPalms = async (house: Awaited<ReturnType<typeof startHouse>>) =>
  (
    await house.paume.database.db
      .selectFrom('palm_templates')
      .select('palm_id')
      .where('rotation_epoch', '<', 2)
      .execute()
  ).length

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 30_000
  while (!(await holds())) {
    expect(Date.now()).toBeLessThan(endMs)
    await new Promise((again) => setTimeout(again, 50))
  }
}
