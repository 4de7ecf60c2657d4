import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { followUpOf, requestOf } from '../processor-contract/bench.ts'
import { captureFeeMinor, disputeFeeMinor } from './fees.ts'
import { type SandboxBench, sandboxBench } from './sandbox-bench.test-data.ts'
import { settlementFile } from './settlement.ts'

const DAY_MS = 86_400_000
const EVER = { from: new Date(0), to: new Date('2100-01-01') }

let bench: SandboxBench
beforeAll(async () => {
  bench = await sandboxBench()
})
afterAll(() => bench.close())

const pay = async (amountMinor: bigint, currency = 'USD') =>
  bench.processor.authorise(
    requestOf(await bench.saveCard('approves'), { amountMinor, currency, capture: 'automatic' }),
  )
const dayOf = async () => (await bench.processor.desk.clock()).now.toISOString().slice(0, 10)

describe('fees', () => {
  it('are 1.4 per cent and ten cents of a capture, rounded half up', () => {
    expect(captureFeeMinor(10_000n, 'USD')).toBe(150n)
    expect(captureFeeMinor(2_340n, 'USD')).toBe(43n)
    expect(captureFeeMinor(250n, 'USD')).toBe(14n)
    expect(captureFeeMinor(10_000n, 'JPY')).toBe(150n)
    expect([disputeFeeMinor('USD'), disputeFeeMinor('JPY')]).toEqual([1_500n, 1_500n])
  })

  it('never take more than there is, and grow with the amount', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 15n })
    fc.assert(
      fc.property(amount, amount, fc.constantFrom('USD', 'JPY', 'EUR'), (a, b, currency) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(captureFeeMinor(less, currency)).toBeLessThanOrEqual(less)
        expect(captureFeeMinor(less, currency)).toBeGreaterThan(0n)
        expect(captureFeeMinor(less, currency)).toBeLessThanOrEqual(captureFeeMinor(more, currency))
      }),
    )
  })
})

describe('batches', () => {
  it('are closed by day, currency and merchant, and pay out gross less fees', async () => {
    const day = await dayOf()
    const dollars = await pay(10_000n)
    await bench.processor.refund(followUpOf(dollars, 1_000n))
    await pay(500n, 'JPY')
    const merchantRef = bench.merchantRef!
    const { token } = await bench.processor.cloneInstrument({ token: await bench.saveCard('approves'), merchantRef })
    await bench.processor.authorise(requestOf(token, { merchantRef, capture: 'automatic' }))
    const batches = await bench.processor.desk.listBatches(EVER)
    expect(batches).toEqual([
      {
        batchRef: `sbx_${day}_USD`,
        currency: 'USD',
        state: 'open',
        lines: 2,
        grossMinor: 9_000n,
        feeMinor: 150n,
        netMinor: 8_850n,
      },
      expect.objectContaining({ batchRef: `sbx_${day}_JPY`, grossMinor: 500n, feeMinor: 17n, netMinor: 483n }),
      expect.objectContaining({ batchRef: `sbx_${day}_USD_acct_bakery`, lines: 1, grossMinor: 2_340n }),
    ])
    const lines = await bench.processor.listSettlement(EVER)
    const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n)
    expect(sum(batches.map((batch) => batch.netMinor))).toBe(sum(lines.map((line) => line.amountMinor - line.feeMinor)))
  })

  it('have a file once their day is over, which says what listSettlement says', async () => {
    const batchRef = `sbx_${await dayOf()}_USD`
    expect(await bench.processor.desk.batchLines(batchRef)).toBeNull()
    await bench.moveMs(DAY_MS)
    const lines = (await bench.processor.desk.batchLines(batchRef))!
    expect(lines).toEqual((await bench.processor.listSettlement(EVER)).filter((line) => line.batchRef === batchRef))
    const [head, ...records] = settlementFile(lines).trimEnd().split('\r\n')
    expect(head).toBe('record,batch,currency,charge_key,kind,key,amount_minor,fee_minor,net_minor,at')
    expect(records).toHaveLength(lines.length + 1)
    expect(records[0]).toBe(
      `line,${batchRef},USD,${lines[0]!.chargeKey},capture,${lines[0]!.key},10000,150,9850,${lines[0]!.at.toISOString()}`,
    )
    expect(records.at(-1)).toBe(`total,${batchRef},USD,,,,9000,150,8850,`)
    const batch = (await bench.processor.desk.listBatches(EVER)).find((found) => found.batchRef === batchRef)
    expect(batch).toMatchObject({ state: 'paid', netMinor: 8_850n })
    // A movement of the next day is in the next batch.
    await pay(700n)
    expect(await bench.processor.desk.batchLines(batchRef)).toEqual(lines)
  })

  it('nobody heard of have no file', async () => {
    for (const batchRef of ['', 'sbx_2026-13-45_USD', 'sbx_2020-01-01_USD', 'other', "sbx_2020-01-01_'; drop"]) {
      expect(await bench.processor.desk.batchLines(batchRef), batchRef).toBeNull()
    }
  })

  it('count a slow refund on the day it succeeds, and the fee of a dispute until it is won', async () => {
    const late = await bench.processor.authorise(
      requestOf(await bench.saveCard('slow_refund'), { capture: 'automatic' }),
    )
    const { now } = await bench.processor.desk.clock()
    // To the last seconds of the day.
    await bench.moveMs(DAY_MS - (now.getTime() % DAY_MS) - 2_000)
    const day = await dayOf()
    await bench.processor.refund(followUpOf(late, 340n))
    await bench.moveMs(bench.slowRefundMs)
    expect(await dayOf()).not.toBe(day)
    const disputed = await pay(2_000n)
    const about = { reason: 'fraudulent', answered: 'won' } as const
    const { ref } = await bench.processor.desk.openDispute(disputed.ref, about)
    await bench.processor.desk.decideDispute(ref, 'won')
    const lines = await bench.processor.listSettlement(EVER)
    const refund = lines.find((line) => line.chargeKey === late.key && line.kind === 'refund')!
    expect(refund.batchRef).toBe(`sbx_${await dayOf()}_USD`)
    expect(
      lines.filter((line) => line.chargeKey === disputed.key).map(({ kind, feeMinor }) => [kind, feeMinor]),
    ).toEqual([
      ['capture', 38n],
      ['dispute', 1_500n],
      ['dispute_returned', -1_500n],
    ])
  })
})

it('the file quotes what would break a line', () => {
  const line = {
    chargeKey: 'a,"b"\r\nc',
    kind: 'capture',
    key: 'k',
    amountMinor: 1n,
    feeMinor: 0n,
    currency: 'USD',
    batchRef: 'b',
    at: new Date(0),
  } as const
  expect(settlementFile([line])).toContain('line,b,USD,"a,""b""\r\nc",capture,k,1,0,1,1970-01-01T00:00:00.000Z\r\n')
  expect(settlementFile([])).toContain('total,,,,,,0,0,0,\r\n')
})
