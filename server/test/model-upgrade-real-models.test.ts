import type { HandSide } from '@paume/contract'
import { EARLIER_MODELS, MODEL, modelVersionOf } from '@paume/palm'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createPalmEngine } from '../src/palm-adapter.ts'
import { makeSecrets, openSecrets } from '../src/secrets.ts'
import { enrol } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { handBurst } from './synthetic-pictures.ts'
import { createTestDatabase } from './test-database.ts'
import type { TestDevice } from './test-device.ts'

/** The vector that needs no training, and the learnt network. `model-upgrade.test.ts` has the rest of the story, with stand-ins. */
const EARLIER = modelVersionOf(EARLIER_MODELS[0])
const NEWEST = modelVersionOf(MODEL)
/** People who do not exist. */
const [SHOPPER, NEIGHBOUR, STRANGER] = [71, 72, 73]
/** Views of the hand that are not those of the registration. */
const [AT_FIRST, LATER] = [5, 9]

let database: Awaited<ReturnType<typeof createTestDatabase>>
let house: TestHouse
let terminal: TestDevice
let register: TestDevice

const holdings = () =>
  Object.fromEntries([...house.paume.engine.gallery.holdings()].map(([model, { palms }]) => [model, palms]))

/** Hand, model and number of templates of every palm that is kept, in the order of registration. */
const palmsKept = async () => {
  const { rows } = await sql<{ hand: string; model_version: string; template_count: number }>`
    select hand, model_version, template_count from palm_templates t join palms p on p.id = t.palm_id
    order by p.shopper_id, hand`.execute(house.paume.database.db)
  return rows.map((row) => [row.hand, row.model_version, row.template_count])
}

beforeAll(async () => {
  database = await createTestDatabase()
  const secrets = openSecrets(JSON.stringify(makeSecrets()))
  const config = readConfig([], {}, '/')
  const houseOf = async (model: string) =>
    startHouse({
      realPalms: true,
      databaseUrl: database.url,
      secrets,
      overrides: { engine: await createPalmEngine(config, secrets, model) },
    })
  const before = await houseOf(EARLIER)
  const kiosk = await before.pair('kiosk')
  for (const person of [SHOPPER, NEIGHBOUR]) {
    const bursts = { L: await handBurst(person, 'L'), R: await handBurst(person, 'R') }
    expect((await enrol(kiosk, (hand) => bursts[hand])).body.step).toBe('done')
  }
  await before.stop()
  house = await houseOf(NEWEST)
  terminal = await house.pair('terminal')
  register = await house.pair('register')
}, 120_000)
afterAll(async () => {
  await house.stop()
  await database.drop()
})

/** The outcome, or why there is none yet. */
const pay = async (person: number, hand: HandSide, view: number) => {
  const { id } = await presentPayment(register, terminal)
  const { body } = await hover(terminal, id, await handBurst(person, hand, view))
  await house.paume.people.upgrade.settled()
  if (body.outcome === 'approved') return body.outcome
  await register.call('POST', `/v1/payments/${id}/cancel`)
  return body.guidance.map(({ code }) => code).join() || body.outcome
}
const holdsInTheEnd = async (expected: Record<string, number>) => {
  const endMs = Date.now() + 10_000
  while (Date.now() < endMs && JSON.stringify(holdings()) !== JSON.stringify(expected)) {
    await new Promise((again) => setTimeout(again, 20))
  }
  expect(holdings()).toEqual(expected)
}

it('hands enrolled with the training-free vector are all there under the learnt network', async () => {
  expect(EARLIER).toMatch(/^pool/)
  expect(NEWEST).toMatch(/^palmnet/)
  expect(holdings()).toEqual({ [EARLIER]: 4 })
})

it('a stranger is nobody by the earlier model, and renews nothing', async () => {
  expect(await pay(STRANGER, 'L', AT_FIRST)).toBe('not_recognised')
  expect((await palmsKept()).map(([, model]) => model)).toEqual([EARLIER, EARLIER, EARLIER, EARLIER])
})

it('the hover that pays renews the hand that was shown, and that hand pays by the learnt network alone', async () => {
  expect(await pay(SHOPPER, 'L', AT_FIRST)).toBe('approved')
  expect(await palmsKept()).toEqual([
    ['L', NEWEST, 3],
    ['R', EARLIER, 3],
    ['L', EARLIER, 3],
    ['R', EARLIER, 3],
  ])
  await holdsInTheEnd({ [EARLIER]: 3, [NEWEST]: 1 })
  expect(await pay(SHOPPER, 'L', LATER)).toBe('approved')
})

it('with both models in the gallery a stranger is still nobody, and a neighbour is found by the earlier one', async () => {
  expect(await pay(STRANGER, 'L', LATER)).toBe('not_recognised')
  expect(await pay(NEIGHBOUR, 'L', AT_FIRST)).toBe('approved')
  await holdsInTheEnd({ [EARLIER]: 2, [NEWEST]: 2 })
})

it('when everybody came by, the earlier model holds nobody', async () => {
  expect(await pay(SHOPPER, 'R', AT_FIRST)).toBe('approved')
  expect(await pay(NEIGHBOUR, 'R', AT_FIRST)).toBe('approved')
  await holdsInTheEnd({ [NEWEST]: 4 })
  expect((await palmsKept()).every(([, model]) => model === NEWEST)).toBe(true)
  expect(await pay(NEIGHBOUR, 'L', LATER)).toBe('approved')
  expect(await house.paume.audit.firstBroken()).toBeNull()
})
