import type { ConsoleNews, NewsKind } from '@paume/contract'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { DEMO_ORGANISATION, DEMO_SHOPS } from '../src/merchants/demo.ts'
import { startHouse } from './harness.ts'
import { signedIn, type TestPerson } from './staff-person.ts'

const streamTiming = { keepAliveMs: 150, lifeMs: 60_000, gatherMs: 20 }
const house = await startHouse({ overrides: { streamTiming } })
const second = await startHouse({ databaseUrl: house.databaseUrl, secrets: house.secrets, overrides: { streamTiming } })
const OTHER = { id: 'org_00000000000000000000000008', name: 'Other Stores' }
await withTransaction(house.paume.database.db, (tx) => house.paume.merchants.add(tx, OTHER, []))
afterAll(async () => {
  await second.stop()
  await house.stop()
})

type Heard = { event: string; id?: string; data: ConsoleNews }
const open: { close(): void }[] = []
afterEach(() => {
  for (const stream of open.splice(0)) stream.close()
})

/** Listens as a browser does. */
async function listen(person: TestPerson, { at = house.url, lastEventId }: { at?: string; lastEventId?: string } = {}) {
  const stop = new AbortController()
  const origin = at.replace('127.0.0.1', 'localhost')
  const reply = await fetch(`${origin}/v1/console/events`, {
    headers: {
      ...person.headers,
      origin,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: stop.signal,
  })
  const heard: Heard[] = []
  let text = ''
  let ended = false
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of reply.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      const parts = text.split('\n\n')
      text = parts.pop()!
      for (const part of parts) {
        const lines = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
        if (lines.event) heard.push({ event: lines.event, id: lines.id, data: JSON.parse(lines.data ?? '{}') })
      }
    }
  })().catch(() => {})
  void reading.then(() => {
    ended = true
  })
  const stream = {
    status: reply.status,
    type: reply.headers.get('content-type'),
    heard,
    news: () => heard.filter(({ event }) => event === 'news').map(({ data }) => data),
    get ended() {
      return ended
    },
    close: () => stop.abort(),
  }
  open.push(stream)
  if (reply.ok) await until(() => heard.length > 0)
  return stream
}

async function until(met: () => boolean, withinMs = 5_000): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!met()) {
    if (performance.now() > endMs) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const SHOP = DEMO_SHOPS[0].id
const tell = (kind: NewsKind, organisationId: string | null, id: string, shopId: string | null = SHOP, from = house) =>
  from.paume.reports.announce({ kind, organisationId, shopId, id })

describe('the stream of news', () => {
  it('tells staff of an organisation of their own only, operators of all', async () => {
    const ours = await listen(await signedIn(house))
    const theirs = await listen(await signedIn(house, { organisationId: OTHER.id }))
    const operator = await listen(await signedIn(house, { role: 'operator' }))
    expect([ours.status, ours.type]).toEqual([200, 'text/event-stream; charset=utf-8'])
    tell('payment', DEMO_ORGANISATION.id, 'pay_ours')
    tell('payment', OTHER.id, 'pay_theirs', 'shop_theirs')
    tell('device', null, 'dev_nobodys', null)
    await until(() => operator.news().length === 3)
    expect(ours.news().map(({ id }) => id)).toEqual(['pay_ours'])
    expect(theirs.news().map(({ id }) => id)).toEqual(['pay_theirs'])
    expect(operator.news().map(({ id }) => id)).toEqual(['pay_ours', 'pay_theirs', 'dev_nobodys'])
  })

  it('tells nobody of what they may not read, nor of shops that they do not work for', async () => {
    const cashier = await listen(await signedIn(house, { role: 'cashier' }))
    const manager = await listen(await signedIn(house, { role: 'manager', shopIds: [DEMO_SHOPS[1].id] }))
    const owner = await listen(await signedIn(house))
    tell('payment', DEMO_ORGANISATION.id, 'pay_1')
    tell('settlement', DEMO_ORGANISATION.id, 'stb_1', null)
    tell('payment', DEMO_ORGANISATION.id, 'pay_2', DEMO_SHOPS[1].id)
    await until(() => owner.news().length === 3)
    expect(cashier.news()).toEqual([])
    expect(manager.news().map(({ id }) => id)).toEqual(['pay_2'])
  })

  it('reaches whoever listens at another node', async () => {
    const there = await listen(await signedIn(house), { at: second.url })
    for (let i = 0; i < 100 && there.news().every(({ kind }) => kind !== 'shop'); i++) {
      tell('shop', DEMO_ORGANISATION.id, 'shop_new')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(there.news()).toContainEqual(expect.objectContaining({ kind: 'shop', id: 'shop_new' }))
  })

  it('goes on where it broke off, and says so where it cannot', async () => {
    const person = await signedIn(house)
    const first = await listen(person)
    tell('device', DEMO_ORGANISATION.id, 'dev_1')
    await until(() => first.news().length === 1)
    const lastEventId = first.heard.at(-1)!.id!
    first.close()
    tell('device', DEMO_ORGANISATION.id, 'dev_2')
    tell('device', OTHER.id, 'dev_3', null)
    const again = await listen(person, { lastEventId })
    await until(() => again.news().length > 0)
    expect(again.news().map(({ id }) => id)).toEqual(['dev_2'])
    const elsewhere = await listen(person, { at: second.url, lastEventId })
    expect(elsewhere.heard[0]).toMatchObject({ event: 'look_again' })
  })

  it('tells that payments moved, once for many', async () => {
    const person = await signedIn(house)
    const stream = await listen(person)
    for (let i = 0; i < 10; i++) house.paume.reports.paymentMoved(SHOP, DEMO_ORGANISATION.id)
    await house.paume.reports.flush()
    await until(() => stream.news().some(({ kind }) => kind === 'payment'))
    expect(stream.news()).toEqual([
      expect.objectContaining({ kind: 'payment', shopId: SHOP, organisationId: DEMO_ORGANISATION.id, id: null }),
    ])
  })

  it('says the same once, and much of one kind as several', async () => {
    const owner = await listen(await signedIn(house))
    for (let i = 0; i < 5; i++) tell('payment', DEMO_ORGANISATION.id, 'pay_again')
    for (let i = 0; i < 60; i++) tell('device', DEMO_ORGANISATION.id, `dev_${i}`)
    await until(() => owner.news().some(({ kind }) => kind === 'device'))
    expect(owner.news().filter(({ kind }) => kind === 'payment')).toHaveLength(1)
    expect(owner.news().filter(({ kind }) => kind === 'device')).toEqual([expect.objectContaining({ id: null })])
  })

  it('ends when the session ends, within one sign of life, and at once when that is told', async () => {
    const person = await signedIn(house)
    const stream = await listen(person)
    await house.paume.staff.sessions.endAll(person.staff.id, null)
    await until(() => stream.ended, 2_000)
    expect(stream.heard.at(-1)?.event).toBe('signed_out')
    tell('payment', DEMO_ORGANISATION.id, 'pay_after')
    expect(stream.news()).toEqual([])
    expect((await listen(person)).status).toBe(401)
  })

  it('follows what somebody may see while it lasts', async () => {
    const person = await signedIn(house, { role: 'manager' })
    const stream = await listen(person)
    const { db } = house.paume.database
    await db
      .updateTable('staff_person')
      .set({ roles: ['cashier'] })
      .where('id', '=', person.staff.id)
      .execute()
    tell('session', DEMO_ORGANISATION.id, person.staff.id, null)
    await new Promise((resolve) => setTimeout(resolve, 400))
    tell('payment', DEMO_ORGANISATION.id, 'pay_hidden')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(stream.news().filter(({ kind }) => kind === 'payment')).toEqual([])
  })

  it('holds many readers at once', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => signedIn(house)))
    const streams = await Promise.all(people.flatMap((person) => Array.from({ length: 5 }, () => listen(person))))
    expect(streams.every(({ status }) => status === 200)).toBe(true)
    tell('hovers', DEMO_ORGANISATION.id, 'x')
    await until(() => streams.every((stream) => stream.news().length === 1))
  })

  it('does not keep a session alive by itself', async () => {
    const person = await signedIn(house)
    const { db } = house.paume.database
    const seen = async () =>
      (
        await db
          .selectFrom('staff_session')
          .select('last_seen_at')
          .where('person_id', '=', person.staff.id)
          .executeTakeFirstOrThrow()
      ).last_seen_at
    await db
      .updateTable('staff_session')
      .set({ last_seen_at: new Date(house.clock.nowMs() - 30 * 60_000) })
      .where('person_id', '=', person.staff.id)
      .execute()
    const before = await seen()
    await listen(person)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(await seen()).toEqual(before)
    await person.call('GET', '/v1/console/overview')
    expect((await seen()).getTime()).toBeGreaterThan(before.getTime())
  })
})

describe('several nodes', () => {
  it('add up what each of them counted, also when they write at the same moment', async () => {
    const observed = (outcome: 'identified' | 'not_recognised') => ({
      deviceId: 'dev_0000000000000000000000TW0S',
      shopId: SHOP,
      organisationId: DEMO_ORGANISATION.id,
      outcome,
      stagesMs: { total: 120, search: 5 },
      similarity: { model: 'm', bucket: 3 },
      refusedBefore: 1,
    })
    for (let i = 0; i < 40; i++) {
      for (const node of [house, second])
        node.paume.reports.observeHover(observed(i % 4 === 0 ? 'not_recognised' : 'identified'))
      if (i % 10 === 9) await Promise.all([house.paume.reports.flush(), second.paume.reports.flush()])
    }
    const { db } = house.paume.database
    const rows = await db.selectFrom('report_slot').selectAll().where('device_id', 'like', '%TW0S').execute()
    const sum = (of: (row: (typeof rows)[number]) => bigint) => rows.reduce((total, row) => total + of(row), 0n)
    expect(sum((row) => row.outcomes.map(BigInt).reduce((a, b) => a + b))).toBe(80n)
    expect(sum((row) => BigInt(row.outcomes[0]!))).toBe(60n)
    expect(sum((row) => row.refused_then_identified)).toBe(60n)
    expect(sum((row) => row.total_ms.map(BigInt).reduce((a, b) => a + b))).toBe(80n)
    const weeks = await db.selectFrom('report_similarity').selectAll().where('device_id', 'like', '%TW0S').execute()
    expect(weeks.map(({ buckets }) => Number(buckets[3]))).toEqual([60])
    const { body } = await (await signedIn(house, { role: 'operator' })).call('GET', '/v1/console/health')
    expect(body.nodes.filter(({ state }: { state: string }) => state === 'up')).toHaveLength(2)
  })
})
