import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { createKeyRing } from '../src/identity/data-key.ts'
import { createGalleryKeys } from '../src/identity/gallery-keys.ts'
import { createTemplateStore } from '../src/identity/template-store.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { enrol } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { createStandInEngine, STAND_IN_MODELS, standInBurst, standInFrame } from './palm-stand-in.ts'
import { createTestDatabase } from './test-database.ts'
import type { TestDevice } from './test-device.ts'

const [EARLIER, NEWEST] = STAND_IN_MODELS
const PEOPLE = ['anna', 'bert', 'cleo', 'dora']

let database: Awaited<ReturnType<typeof createTestDatabase>>
let house: TestHouse
let second: TestHouse
let terminal: TestDevice
let register: TestDevice

/** A node of the newer software on the database that the older software enrolled people in. */
const newerNode = (from: Pick<TestHouse, 'secrets'>) =>
  startHouse({
    databaseUrl: database.url,
    secrets: from.secrets,
    overrides: { engine: createStandInEngine(NEWEST) },
  })

beforeAll(async () => {
  database = await createTestDatabase()
  const before = await startHouse({ databaseUrl: database.url })
  const kiosk = await before.pair('kiosk')
  for (const person of PEOPLE) expect((await enrol(kiosk, (hand) => standInBurst(person, hand))).status).toBe(200)
  expect([...before.paume.engine.gallery.holdings().keys()]).toEqual([EARLIER])
  await before.stop()
  house = await newerNode(before)
  second = await newerNode(before)
  terminal = await house.pair('terminal')
  register = await house.pair('register')
}, 120_000)
afterAll(async () => {
  await second.stop()
  await house.stop()
  await database.drop()
})

const pay = async (frames: readonly Uint8Array[]) => {
  const { id } = await presentPayment(register, terminal)
  const reply = await hover(terminal, id, frames)
  await house.paume.people.upgrade.settled()
  return reply.body.outcome
}
const modelsOf = async (shopperId: string) => {
  const { rows } = await sql<{ hand: string; model_version: string; template_count: number }>`
    select hand, model_version, template_count from palm_templates t join palms p on p.id = t.palm_id
    where p.shopper_id = ${shopperId} order by hand, model_version`.execute(house.paume.database.db)
  return rows.map((row) => [row.hand, row.model_version, row.template_count])
}
const renewals = async () => {
  const { rows } = await sql<{ facts: string }>`
    select facts from audit_entries where event = 'palm_renewed' order by sequence`.execute(house.paume.database.db)
  return rows.map(({ facts }) => JSON.parse(facts))
}
const shopperIds = async () => {
  const { rows } = await sql<{ id: string }>`select distinct shopper_id as id from palms order by id`.execute(
    house.paume.database.db,
  )
  return rows.map(({ id }) => id)
}
const until = async (holds: () => boolean | Promise<boolean>, limitMs = 5_000) => {
  const endMs = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error('it did not come true in time')
    await new Promise((again) => setTimeout(again, 20))
  }
}
const holdings = (node: TestHouse) => Object.fromEntries(node.paume.engine.gallery.holdings())
const metricsOf = (node: TestHouse) => node.paume.metrics.registry.metrics()

describe('after a newer model came', () => {
  it('everybody is still recognised, by what they were enrolled with', async () => {
    expect(holdings(house)).toMatchObject({ [EARLIER]: { templates: holdings(second)[EARLIER].templates } })
    expect(holdings(house)[NEWEST]).toBeUndefined()
    expect(await metricsOf(house)).toContain(`paume_gallery_templates{model="${EARLIER}"}`)
  })

  it('a hover renews the palm that was shown, on every node, and leaves an audit entry', async () => {
    const [anna] = await shopperIds()
    const before = await modelsOf(anna)
    expect(before.map(([hand, model]) => [hand, model])).toEqual([['L', EARLIER], ['R', EARLIER]]) // biome-ignore format: a table
    expect(await pay(standInBurst('anna', 'L'))).toBe('approved')
    expect((await modelsOf(anna)).map(([hand, model]) => [hand, model])).toEqual([['L', NEWEST], ['R', EARLIER]]) // biome-ignore format: a table
    const [entry] = await renewals()
    expect(entry).toMatchObject({ shopperId: anna, modelVersion: NEWEST, templates: 3, isTakenOver: true })
    await until(() => holdings(second)[NEWEST]?.templates === 3)
    await until(() => holdings(house)[NEWEST]?.templates === 3)
    expect(await metricsOf(house)).toContain('paume_palm_upgrades_total{outcome="taken_over"} 1')
    expect(await pay(standInBurst('anna', 'L'))).toBe('approved')
    expect(await pay(standInBurst('anna', 'R'))).toBe('approved')
    expect(await renewals()).toHaveLength(2)
  })

  it('a hover that showed too little is kept beside, until the next brings the rest', async () => {
    const [, bert] = await shopperIds()
    // A burst of five, of which these are repeated: two are good.
    const poor = [standInFrame('bert', 'L'), standInFrame('bert', 'L', 'blurred'), standInFrame('bert', 'L', 'blurred')]
    expect(await pay(poor)).toBe('approved')
    expect((await modelsOf(bert)).filter(([hand]) => hand === 'L')).toEqual([
      ['L', EARLIER, expect.any(Number)],
      ['L', NEWEST, 2],
    ])
    expect((await renewals()).at(-1)).toMatchObject({ shopperId: bert, isTakenOver: false })
    // Of one person found by two models nobody is in doubt.
    expect(await pay(standInBurst('bert', 'L'))).toBe('approved')
    expect((await modelsOf(bert)).filter(([hand]) => hand === 'L')).toEqual([['L', NEWEST, 5]])
  })

  it('somebody erased before the renewal is done gets no template again', async () => {
    const cleo = (await shopperIds())[2]
    const { db } = house.paume.database
    const store = createTemplateStore({
      db,
      clock: house.clock,
      keys: createKeyRing(createGalleryKeys(house.secrets.tenantKeys)),
    })
    const engine = house.paume.engine
    const capture = { expectedHand: null, flash: null, unseenFlash: 'accept' } as const
    const frames = standInBurst('cleo', 'L').map((bytes) => ({ bytes, offsetMs: 0, screenColour: null }))
    const burst = await engine.analyse(frames, capture)
    if (burst.outcome !== 'good') throw new Error('the stand-in refused')
    const samples = burst.samples.map((sample) => engine.protect(sample, DEMO_ORGANISATION.id))
    const [palm] = (await store.palmsOf(cleo)).filter(({ hand }) => hand === 'L')
    await withTransaction(db, (tx) => store.erase(tx, cleo))
    house.paume.people.upgrade.afterHover({ shopperId: cleo, palmId: palm.palmId }, samples)
    await house.paume.people.upgrade.settled()
    expect(await modelsOf(cleo)).toEqual([])
    expect((await renewals()).filter(({ shopperId }) => shopperId === cleo)).toEqual([])
    await until(() => !second.paume.engine.gallery.has(palm.palmId))
  })

  it('a node that starts again finds both, and the earlier model is done with when nobody is left', async () => {
    const third = await newerNode(house)
    expect(holdings(third)).toEqual(holdings(house))
    await third.stop()
    for (const [person, hand] of [['bert', 'R'], ['dora', 'L'], ['dora', 'R']] as const) // biome-ignore format: a table
      expect(await pay(standInBurst(person, hand))).toBe('approved')
    await until(() => !(EARLIER in holdings(house)) && !(EARLIER in holdings(second)))
    await until(async () => !(await metricsOf(house)).includes(`paume_gallery_templates{model="${EARLIER}"}`))
    expect(await pay(standInBurst('dora', 'R'))).toBe('approved')
    expect(await house.paume.audit.firstBroken()).toBeNull()
  })
})

it('a node of the older software passes over what it cannot read, and says so', async () => {
  const older = await startHouse({
    databaseUrl: database.url,
    secrets: house.secrets,
    overrides: { engine: createStandInEngine(EARLIER) },
  }).catch((error: unknown) => error)
  // Not one palm is of its model any more: it does not pretend to recognise anybody.
  expect(older).toBeInstanceOf(Error)
  expect((older as Error).message).toContain('no registered palm')
})
