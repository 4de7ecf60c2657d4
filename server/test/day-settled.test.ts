import type {
  DayBooks,
  Differences,
  Payouts,
  Reconciliation,
  SettlementBatchDetail,
  SettlementRun,
} from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { pay, refund, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import { send } from './test-device.ts'

const DAY_MS = 24 * 3_600_000

const { house, register, terminal } = await openShop()

const ask = async <T>(path: string, method = 'GET', body?: object) => {
  const headers = { ...house.operator, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const reply = await send<T>(`${house.url}${path}`, { method, headers, body: body && JSON.stringify(body) })
  return reply
}
const csv = async (path: string) => {
  const reply = await fetch(`${house.url}${path}`, { headers: house.operator })
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
  expect(reply.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w-]+\.csv"$/)
  const [names, ...rows] = (await reply.text()).trimEnd().split('\r\n')
  return { names: names!.split(','), rows: rows.map((row) => row.split(',')) }
}

describe('a day of a shop', () => {
  let day: string
  let batchId: string

  it('is settled after midnight: every sale and refund, what the processor kept, and one payout', async () => {
    const terms = await ask(`/v1/organisations/${DEMO_ORGANISATION.id}/settlement-terms/USD`, 'PUT', {
      timeZone: 'UTC',
      passThrough: true,
      rateBasisPoints: 100,
      fixedMinor: 5,
      reserveBasisPoints: 0,
      reserveDays: 0,
      minimumPayoutMinor: 100,
    })
    expect(terms.status).toBe(200)
    const shopper = await shopperWithCard(house)
    const sales = []
    for (const amountMinor of [2_340, 1_250, 999]) {
      sales.push(await pay(house, register, terminal, shopper, { amountMinor }))
    }
    expect(sales.map((sale) => sale.state)).toEqual(['approved', 'approved', 'approved'])
    expect((await refund(register, sales[0]!.id, { amountMinor: 340 })).status).toBe(200)
    expect((await ask<SettlementRun>('/v1/settlements/run', 'POST', {})).body.batches).toEqual([])
    day = new Date(house.clock.nowMs()).toISOString().slice(0, 10)
    house.clock.moveMs(DAY_MS)
    const { body: run } = await ask<SettlementRun>('/v1/settlements/run', 'POST', {})
    expect(run).toMatchObject({ failures: 0, differencesFound: 0, daysClosed: 1 })
    const [batch] = run.batches
    batchId = batch!.id
    expect(batch).toMatchObject({
      day,
      capturedMinor: 4_589,
      captures: 3,
      refundedMinor: -340,
      refunds: 1,
      payoutStopped: null,
    })
    expect(batch!.processorFeeMinor).toBeGreaterThan(0)
    // The rate of 1 % (45.89 → 46) and three times five cents, on top of what the processor kept.
    expect(batch!.platformFeeMinor).toBe(batch!.processorFeeMinor + 46 + 15)
    expect(batch!.payoutMinor).toBe(4_589 - 340 - batch!.platformFeeMinor)
  })

  it('can be read line by line, as JSON and as CSV, and the lines sum to what was paid', async () => {
    const { body } = await ask<SettlementBatchDetail>(`/v1/settlements/batches/${batchId}`)
    expect(body.movements.map(({ kind, amountMinor }) => [kind, amountMinor])).toEqual([
      ['capture', 2_340],
      ['capture', 1_250],
      ['capture', 999],
      ['refund', -340],
    ])
    expect(body.movements.every(({ reference }) => reference!.startsWith('sale-'))).toBe(true)
    const { names, rows } = await csv(`/v1/settlements/batches/${batchId}/lines.csv`)
    const sum = (column: string) =>
      rows.reduce((total, row) => total + Math.round(Number(row[names.indexOf(column)] || 0) * 100), 0)
    expect(sum('amount')).toBe(4_249)
    expect(sum('platform_fee')).toBe(body.batch.platformFeeMinor)
    expect(sum('processor_fee')).toBe(body.batch.processorFeeMinor)
    expect(sum('amount') - sum('platform_fee')).toBe(body.batch.payoutMinor)
    const { body: list } = await ask<{ batches: { id: string }[] }>(
      `/v1/settlements/batches?organisation=${DEMO_ORGANISATION.id}&from=${day}&to=${day}`,
    )
    expect(list.batches.map(({ id }) => id)).toEqual([batchId])
  })

  it('is the same in the books of the processor', async () => {
    const query = `organisation=${DEMO_ORGANISATION.id}&currency=USD&day=${day}`
    const { body } = await ask<Reconciliation>(`/v1/settlements/reconciliation?${query}`)
    expect(body).toMatchObject({ counts: { matched: 4 }, oursMinor: 4_249, theirsMinor: 4_249, lines: [] })
    const { rows } = await csv(`/v1/settlements/reconciliation.csv?${query}`)
    expect(rows.map((row) => row[0])).toEqual(['matched', 'matched', 'matched', 'matched'])
    expect((await ask<Differences>('/v1/settlements/differences')).body).toEqual({ differences: [] })
    const tomorrow = `organisation=${DEMO_ORGANISATION.id}&currency=USD&day=2099-01-01`
    expect((await ask(`/v1/settlements/reconciliation?${tomorrow}`)).status).toBe(404)
  })

  it('balances, and its trial balance cannot be changed unseen', async () => {
    const { body } = await ask<DayBooks>(`/v1/ledger/trial-balances?day=${day}`)
    expect(body.guard).toBe('set_role')
    expect(body.books).toMatchObject([{ day, sequence: 1, balanced: true, findings: [], chainVerified: true }])
    const accounts = new Map(body.books[0]!.accounts.map((account) => [account.kind, account.closingMinor]))
    expect([accounts.get('processor_receivable'), accounts.get('merchant_payable')]).toEqual([4_249, -4_249])
    const { rows } = await csv(`/v1/ledger/trial-balances.csv?day=${day}`)
    expect(rows).toHaveLength(body.books[0]!.accounts.length)
  })

  it('is paid out by the processor, and the operator writes down what the bank said', async () => {
    const { body } = await ask<Payouts>('/v1/settlements/payouts?state=in_transit')
    expect(body.payouts).toMatchObject([{ batchId, day, state: 'in_transit' }])
    const outcome = `/v1/settlements/payouts/${body.payouts[0]!.id}/outcome`
    const paid = await ask(outcome, 'POST', { outcome: 'paid', note: 'Statement 11' })
    expect(paid).toMatchObject({ status: 200, body: { state: 'paid', note: 'Statement 11' } })
    expect(await ask(outcome, 'POST', { outcome: 'returned' })).toMatchObject({
      status: 409,
      body: { code: 'settlement_state' },
    })
    expect((await csv('/v1/settlements/payouts.csv')).rows[0]).toContain('paid')
  })

  it('is nobody’s but the operator’s', async () => {
    for (const path of [
      '/v1/settlements/batches',
      '/v1/settlements/differences',
      `/v1/ledger/trial-balances?day=${day}`,
    ]) {
      expect((await send(`${house.url}${path}`)).status).toBe(401)
      expect((await register.call('GET', path)).status).toBe(401)
    }
    expect((await ask('/v1/settlements/batches/stb_01ARZ3NDEKTSV4RRFFQ69G5FAV')).status).toBe(404)
    const zone = { timeZone: 'Mars/Olympus', passThrough: true, rateBasisPoints: 0, fixedMinor: 0 }
    const rest = { reserveBasisPoints: 0, reserveDays: 0, minimumPayoutMinor: 1 }
    const url = `/v1/organisations/${DEMO_ORGANISATION.id}/settlement-terms/USD`
    expect((await ask(url, 'PUT', { ...zone, ...rest })).status).toBe(400)
    expect((await ask(url)).body).toMatchObject({ timeZone: 'UTC', rateBasisPoints: 100 })
  })
})
