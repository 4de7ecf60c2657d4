import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Charge } from '../processor.ts'
import { followUpOf, requestOf } from '../processor-contract/bench.ts'
import { calm } from './chaos.ts'
import { EVENT_TYPES } from './events.ts'
import { SLOW_REFUND_MS } from './rules.ts'
import { openSandboxProcessor } from './sandbox.ts'
import { type SandboxBench, sandboxBench } from './sandbox-bench.test-data.ts'

let bench: SandboxBench
beforeEach(async () => {
  bench = await sandboxBench()
})
afterEach(() => bench.close())

const types = async () => {
  const messages = bench.receiver.received.splice(0)
  return Promise.all(messages.map(async (message) => (await bench.processor.parseWebhook(message)).type))
}
const sent = async () => {
  await bench.deliveries.runOnce()
  return types()
}
async function captured(number = '4242424242424242'): Promise<Charge> {
  const charge = await bench.processor.authorise(requestOf(await bench.saveNumber(number)))
  return bench.processor.capture(followUpOf(charge, 2340n))
}

describe('messages', () => {
  it('tell of everything in the order it happened, each once', async () => {
    const { processor } = bench
    const charge = await processor.authorise(requestOf(await bench.saveCard('slow_refund')))
    await processor.increment(followUpOf(charge, 100n))
    await processor.capture(followUpOf(charge, 2440n))
    await processor.refund(followUpOf(charge, 40n))
    await processor.authorise(requestOf(await bench.saveCard('declines')))
    const open = await processor.authorise(requestOf(await bench.saveCard('approves')))
    await processor.void(followUpOf(open, 2340n))
    expect(await sent()).toEqual([
      'charge.authorised',
      'charge.incremented',
      'charge.captured',
      'refund.pending',
      'charge.declined',
      'charge.authorised',
      'charge.voided',
    ])
    expect(await sent()).toEqual([])
    await bench.moveMs(SLOW_REFUND_MS)
    expect(await sent()).toEqual(['refund.succeeded'])
  })

  it('tell of a lapse that came, not of one that a capture or a void prevented', async () => {
    const { processor } = bench
    await captured()
    const open = await processor.authorise(requestOf(await bench.saveCard('approves')))
    const voided = await processor.authorise(requestOf(await bench.saveCard('approves')))
    await processor.void(followUpOf(voided, 2340n))
    await sent()
    await bench.moveMs(processor.capabilities.authorisationTtlMs!)
    await bench.deliveries.runOnce()
    const events = await Promise.all(bench.receiver.received.map((message) => processor.parseWebhook(message)))
    expect(events.map(({ type, subject }) => ({ type, subject }))).toEqual([
      { type: 'charge.lapsed', subject: { kind: 'charge', chargeRef: open.ref } },
    ])
    expect((await processor.fetch({ ref: open.ref }))!.state).toBe('lapsed')
  })

  it('tell only what was asked for: left out, what nobody was answered anyway', async () => {
    const quiet = await bench.processor.deliverTo(bench.receiver.url)
    const paid = await captured()
    await bench.processor.refund(followUpOf(paid, 40n))
    await bench.processor.desk.openDispute(paid.ref, { reason: 'fraudulent', answered: 'won' })
    await quiet.runOnce()
    expect(await types()).toEqual(['refund.succeeded', 'dispute.opened'])
    await bench.processor.deliverTo(bench.receiver.url, [])
    await bench.processor.refund(followUpOf(await captured(), 40n))
    expect(await sent()).toEqual([])
    expect(EVENT_TYPES).toContain('refund.succeeded')
  })

  it('name things and tell no amount, no card and no key of ours', async () => {
    const paid = await captured()
    await bench.deliveries.runOnce()
    const bodies = bench.receiver.received.map(({ rawBody }) => rawBody.toString())
    expect(bodies.length).toBe(2)
    for (const body of bodies) {
      expect(Object.keys(JSON.parse(body))).toEqual(['id', 'type', 'created', 'object'])
      for (const secret of ['2340', '4242', paid.key]) expect(body).not.toContain(secret)
    }
  })
})

describe('a message that is not taken', () => {
  it('comes again after a while, longer each time, and is given up after seven tries more', async () => {
    await captured()
    await sent()
    await bench.processor.refund(followUpOf(await captured(), 40n))
    bench.receiver.answer = 500
    expect(await sent()).toHaveLength(3)
    expect(await sent()).toEqual([])
    for (const waitMs of [5_000, 30_000, 300_000, 1_800_000, 7_200_000, 21_600_000]) {
      bench.clock.moveMs(waitMs - 1_000)
      expect(await sent()).toEqual([])
      bench.clock.moveMs(1_001)
      expect(await sent()).toHaveLength(3)
    }
    bench.clock.moveMs(43_200_001)
    bench.receiver.answer = 200
    expect(await sent()).toHaveLength(3)
    bench.clock.moveMs(10 * 86_400_000)
    expect((await sent()).filter((type) => type !== 'charge.lapsed')).toEqual([])
  })

  it('is given up in the end', async () => {
    await bench.processor.authorise(requestOf(await bench.saveCard('declines')))
    bench.receiver.answer = 503
    let tries = 0
    for (let round = 0; round < 12; round++) {
      tries += (await sent()).length
      bench.clock.moveMs(43_200_001)
    }
    expect(tries).toBe(8)
  })

  it('waits while nothing gets through', async () => {
    await captured()
    bench.chaos.down = true
    expect(await sent()).toEqual([])
    bench.chaos.down = false
    expect(await sent()).toEqual(['charge.authorised', 'charge.captured'])
  })
})

describe('on a bad network messages', () => {
  it('come twice, as the same message', async () => {
    bench.chaos.webhooks.twice = true
    await captured()
    await bench.deliveries.runOnce()
    const events = await Promise.all(bench.receiver.received.map((message) => bench.processor.parseWebhook(message)))
    expect(events.map(({ type }) => type)).toEqual([
      'charge.authorised',
      'charge.authorised',
      'charge.captured',
      'charge.captured',
    ])
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(2)
  })

  it('come in the wrong order', async () => {
    bench.chaos.webhooks.shuffled = true
    await captured()
    expect(await sent()).toEqual(['charge.captured', 'charge.authorised'])
  })

  it('come late', async () => {
    bench.chaos.webhooks.delayMs = 60_000
    await captured()
    expect(await sent()).toEqual([])
    bench.clock.moveMs(60_001)
    expect(await sent()).toEqual(['charge.authorised', 'charge.captured'])
  })

  it('are lost, and come at the next try', async () => {
    bench.chaos.webhooks.lose = 1
    await captured()
    expect(await sent()).toEqual(['charge.captured'])
    bench.clock.moveMs(5_001)
    expect(await sent()).toEqual(['charge.authorised'])
  })
})

it('messages are kept for 30 days after they happened, those that still wait for longer', async () => {
  const count = async () => {
    const client = new pg.Client({ connectionString: bench.databaseUrl })
    await client.connect()
    const { rows } = await client.query('select count(*)::int as kept from sandbox_processor.event')
    await client.end()
    return rows[0].kept
  }
  await captured()
  await sent()
  bench.receiver.answer = 500
  await captured()
  await sent()
  expect(await count()).toBe(4)
  bench.clock.moveMs(29 * 86_400_000)
  await sent()
  expect(await count()).toBe(4)
  bench.clock.moveMs(2 * 86_400_000)
  await sent()
  expect(await count()).toBe(2)
})

describe('several nodes', () => {
  it('send each message once between them', async () => {
    const { databaseUrl, clock, receiver } = bench
    const other = await openSandboxProcessor({ databaseUrl, clock, chaos: calm(), mode: 'sandbox' })
    const otherDeliveries = await other.deliverTo(receiver.url, EVENT_TYPES)
    for (let i = 0; i < 12; i++) await captured()
    const counts = await Promise.all([bench.deliveries.runOnce(), otherDeliveries.runOnce()])
    expect(counts[0] + counts[1]).toBe(24)
    const events = await Promise.all(receiver.received.map((message) => bench.processor.parseWebhook(message)))
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(24)
    await other.close()
  })

  it('run on their own until they are stopped', async () => {
    bench.deliveries.start()
    bench.deliveries.start()
    await captured()
    await expect.poll(() => bench.receiver.received.length, { timeout: 10_000 }).toBe(2)
    await bench.deliveries.stop()
    await captured()
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(bench.receiver.received.length).toBe(2)
  })
})
