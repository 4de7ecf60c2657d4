import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import { pay, shopperWithCard } from './sale.ts'
import { TestDevice } from './test-device.ts'
import { LUNCH, move, registerBeside, sellForCash } from './till-desk.ts'

const HOUR_MS = 3_600_000
let house: TestHouse
let register: TestDevice
let second: TestDevice
let terminal: TestDevice
let elsewhere: TestDevice
beforeAll(async () => {
  house = await startHouse()
  register = await house.pair('register')
  terminal = await house.pair('terminal')
  elsewhere = await house.pair('register', 1)
  second = await registerBeside(house, register)
})
afterAll(() => house.stop())

const day = async (number: number | 'open') => (await register.call('GET', `/v1/till-days/${number}`)).body
const close = (till: TestDevice, number: number, drawer: object | null = null) =>
  till.call('PUT', `/v1/till-days/${number}/closing`, { drawer })
/** The same device later, or before another server. */
const moved = (till: TestDevice, { url = till.url, clockOffMs = 0 }): TestDevice =>
  Object.create(till, {
    url: { value: url },
    call: {
      value(...[method, path, body, options]: Parameters<TestDevice['call']>) {
        return TestDevice.prototype.call.call(this, method, path, body, { ...options, clockOffMs })
      },
    },
  })
const rate = (of: { taxes: { taxBasisPoints: number }[] }, taxBasisPoints: number) =>
  of.taxes.find((each) => each.taxBasisPoints === taxBasisPoints)

it('stores the day with its tenders, its tax by rate, its drawer and its trial balance, once and for good', async () => {
  const anna = await shopperWithCard(house)
  await register.call('PUT', '/v1/tickets/R-palm', LUNCH)
  const palm = await pay(house, register, terminal, anna, { amountMinor: 3_020, reference: 'R-palm' })
  const cash = await sellForCash(register, 'R-cash')
  // Kept and never paid: no tax is owed for it.
  await register.call('PUT', '/v1/tickets/R-left', LUNCH)
  await move(register, '/v1/tickets/R-palm/returns', {
    lines: [{ line: 2, quantity: 1 }],
    shares: [{ partId: palm.id, amountMinor: 680 }],
  })
  await move(register, `/v1/sales/${cash.id}/refunds`, { partId: cash.parts[0]!.id, amountMinor: 100 })

  const open = await day('open')
  expect(open).toMatchObject({
    number: 1,
    state: 'open',
    openedAt: null,
    count: 2,
    paidMinor: 6_040,
    refundedMinor: 780,
    // What was given back without lines is the rest: no rate holds it.
    restMinor: -100,
    books: { sumMinor: 0 },
    drawer: null,
  })
  expect(rate(open, 800)).toMatchObject({ netMinor: 4_334, taxMinor: 346, backNetMinor: 0, backTaxMinor: 0 })
  expect(rate(open, 250)).toMatchObject({ netMinor: 1_326, taxMinor: 34, backNetMinor: 663, backTaxMinor: 17 })

  const drawer = { floatMinor: 5_000, countedMinor: 7_900 }
  const [one, other] = await Promise.all([close(register, 1, drawer), close(second, 1)])
  expect([one.status, other.status]).toEqual([200, 200])
  expect(one.body).toEqual(other.body)
  expect(one.body).toMatchObject({ ...open, state: 'closed', drawer: one.body.drawer, closedAt: one.body.closedAt })
  expect((await close(second, 1, { floatMinor: 1, countedMinor: 1 })).body).toEqual(one.body)
  expect(await day(1)).toEqual(one.body)
  expect((await close(register, 3)).body.code).toBe('till_day_state')
  expect((await register.call('GET', '/v1/till-days/9')).body.code).toBe('not_found')
  expect((await register.call('GET', '/v1/till-days/x')).body.code).toBe('request_malformed')

  const { db } = house.paume.database
  for (const statement of [
    sql`update counter_till_day set report = '{}'`,
    sql`delete from counter_till_day`,
    sql`truncate counter_till_day cascade`,
  ])
    await expect(statement.execute(db)).rejects.toThrow(/permission denied|stays as it was closed|must be owner/)
})

it('counts a sale after the closing into the next day, and begins its books where the last day ended', async () => {
  const before = await day(1)
  const bob = await shopperWithCard(house)
  await pay(house, register, terminal, bob, { amountMinor: 1_000, reference: 'R-late' })
  const open = await day('open')
  expect(open).toMatchObject({
    number: 2,
    openedAt: before.closedAt,
    count: 1,
    paidMinor: 1_000,
    taxes: [],
    restMinor: 1_000,
  })
  for (const { kind, closingMinor } of before.books.accounts) {
    const account = open.books.accounts.find((each: { kind: string }) => each.kind === kind)
    expect([kind, account.openingMinor]).toEqual([kind, closingMinor])
  }
  expect(await day(1)).toEqual(before)
})

it('counts over midnight, keeps a closed day as it was when its money moves later, and lists the days after a restart', async () => {
  const evening = await day('open')
  house.clock.moveMs(20 * HOUR_MS)
  const late = moved(register, { clockOffMs: 20 * HOUR_MS })
  const cash = await sellForCash(late, 'R-night')
  const { body: night } = await close(late, 2, { floatMinor: 0, countedMinor: 3_020 })
  expect(night).toMatchObject({ count: 2, paidMinor: 4_020, drawer: { expectedMinor: 3_020, countedMinor: 3_020 } })
  expect(night.openedAt).toBe(evening.openedAt)
  expect(Date.parse(night.closedAt) - Date.parse(night.openedAt)).toBeGreaterThan(20 * HOUR_MS - 1)
  // The loaf of the night comes back on the day after.
  await move(late, '/v1/tickets/R-night/returns', {
    lines: [{ line: 2, quantity: 1 }],
    shares: [{ partId: cash.parts[0]!.id, amountMinor: 680 }],
  })
  expect((await late.call('GET', '/v1/till-days/2')).body).toEqual(night)

  const again = await startHouse({ databaseUrl: house.databaseUrl, secrets: house.secrets })
  try {
    const after = moved(register, { url: again.url })
    const ask = (path: string) => after.call('GET', path)
    const { body: list } = await ask('/v1/till-days')
    expect(list).toMatchObject({
      openNumber: 3,
      days: [
        { number: 2, count: 2, netMinor: 4_020 },
        { number: 1, count: 2, netMinor: 5_260 },
      ],
    })
    expect((await ask('/v1/till-days?before=2')).body.days).toHaveLength(1)
    const { body: third } = await ask('/v1/till-days/3')
    expect(third).toMatchObject({ count: 0, refundedMinor: 680, restMinor: 0 })
    expect(rate(third, 250)).toMatchObject({ netMinor: 0, taxMinor: 0, backNetMinor: 663, backTaxMinor: 17 })
  } finally {
    await again.stop()
  }
  const clockOffMs = 20 * HOUR_MS
  expect((await elsewhere.call('GET', '/v1/till-days', undefined, { clockOffMs })).body).toEqual({
    openNumber: 1,
    days: [],
  })
  expect((await terminal.call('GET', '/v1/till-days', undefined, { clockOffMs })).body.code).toBe('device_wrong_kind')
})
