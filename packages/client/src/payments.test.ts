import type { Payment } from '@paume/contract'
import { afterEach, describe, expect, it } from 'vitest'
import { createDeviceKey } from './device-key.ts'
import { NetworkFailure, PaumeError } from './errors.ts'
import { openDevice } from './open.ts'
import { type Answer, json, lostReply, problem, scriptedServer } from './test-server.ts'

const SALE = { amountMinor: 2340, currency: 'EUR', reference: 'T-1' }
const QUICK = { tries: 5, firstWaitMs: 2, longestWaitMs: 8 }
const payment = (state: Payment['state'], version: number) => ({ id: 'pay_1', state, version }) as Payment

let close = async () => {}
afterEach(() => close())

async function till(answers: Answer[], retry = QUICK) {
  const server = await scriptedServer(answers)
  close = server.close
  const device = openDevice({ baseUrl: server.baseUrl, deviceId: 'dev_1', key: await createDeviceKey(), retry })
  return { server, device, payments: device.payments }
}

describe('a payment is asked for', () => {
  it('again with the same key and body after lost replies and passing faults, each time newly signed', async () => {
    const html: Answer = (_heard, reply) => reply.writeHead(502, { 'content-type': 'text/html' }).end('<h1>bad</h1>')
    const created = json(payment('created', 1), 201)
    const { server, payments } = await till([lostReply, problem('database_unavailable', 503), html, created])
    const handle = await payments.create('dev_2', SALE)
    expect(handle.payment.state).toBe('created')
    expect(server.heard).toHaveLength(4)
    const of = (name: string) => new Set(server.heard.map(({ headers }) => headers[name]))
    expect(of('idempotency-key').size).toBe(1)
    expect([...of('idempotency-key')][0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(of('signature').size).toBe(4)
    expect(new Set(server.heard.map(({ body }) => body.toString()))).toEqual(new Set([JSON.stringify(SALE)]))
  })

  it('never again after an answer that stands', async () => {
    const { server, payments } = await till([problem('terminal_busy', 409)])
    const failure = await payments.create('dev_2', SALE).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(PaumeError)
    expect(failure).toMatchObject({ code: 'terminal_busy', status: 409 })
    expect(server.heard).toHaveLength(1)
  })

  it('a bounded number of times, then says that the network failed', async () => {
    const { server, payments } = await till([lostReply])
    const failure = await payments.create('dev_2', SALE).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(NetworkFailure)
    expect(failure).toMatchObject({ fault: 'unreachable' })
    expect(server.heard).toHaveLength(QUICK.tries)
  })

  it("with the till's own key when it gives one, and a new one for each sale otherwise", async () => {
    const { server, payments } = await till([json(payment('created', 1), 201)])
    await payments.create('dev_2', SALE, { idempotencyKey: 'sale-7' })
    await payments.create('dev_2', SALE)
    await payments.create('dev_2', SALE)
    const keys = server.heard.map(({ headers }) => headers['idempotency-key'])
    expect(keys[0]).toBe('sale-7')
    expect(new Set(keys).size).toBe(3)
  })

  it('not a moment longer than the caller wants', async () => {
    const { server, payments } = await till([lostReply], { tries: 50, firstWaitMs: 5_000, longestWaitMs: 5_000 })
    const gone = new AbortController()
    const asked = payments.create('dev_2', SALE, { signal: gone.signal })
    setTimeout(() => gone.abort(new Error('the page was left')), 60)
    await expect(asked).rejects.toThrow('the page was left')
    expect(server.heard).toHaveLength(1)
  })
})

describe('a payment is awaited', () => {
  it('by long polls that say what is known, until it has left the terminal', async () => {
    const { server, payments } = await till([
      json(payment('created', 1)),
      json(payment('created', 1)),
      lostReply,
      json(payment('presented', 2)),
      json(payment('approved', 6)),
    ])
    const seen: string[] = []
    const end = await payments.finished('pay_1', { onChange: ({ state }) => seen.push(state) })
    expect(end.state).toBe('approved')
    expect(seen).toEqual(['created', 'presented', 'approved'])
    expect(server.heard.map(({ target }) => target)).toEqual([
      '/v1/payments/pay_1',
      '/v1/payments/pay_1?wait=25&after=1',
      '/v1/payments/pay_1?wait=25&after=1',
      '/v1/payments/pay_1?wait=25&after=1',
      '/v1/payments/pay_1?wait=25&after=2',
    ])
  })

  it('and "unknown" ends the wait: the terminal is free, the till must ask later', async () => {
    const { payments } = await till([json(payment('unknown', 5))])
    expect((await payments.finished('pay_1')).state).toBe('unknown')
  })
})

describe('a wait that is disturbed', () => {
  it('goes on through an outage that is longer than the tries of one question, and says so', async () => {
    const down = problem('database_unavailable', 503)
    const outage = Array.from({ length: 7 }, () => down)
    const { payments } = await till([json(payment('created', 1)), ...outage, json(payment('approved', 4))])
    const [seen, troubles]: [string[], unknown[]] = [[], []]
    const end = await payments.finished('pay_1', {
      onChange: ({ state }) => seen.push(state),
      onTrouble: (error) => troubles.push(error),
    })
    expect([end.state, seen]).toEqual(['approved', ['created', 'approved']])
    expect(troubles).toHaveLength(1)
    expect(troubles[0]).toMatchObject({ code: 'database_unavailable' })
  })

  it('ends when patience does, at once with what stands, and when the caller leaves', async () => {
    const { payments } = await till([problem('database_unavailable', 503)])
    await expect(payments.finished('pay_1', { patienceMs: 0 })).rejects.toMatchObject({ status: 503 })
    await close()
    const strict = await till([problem('payment_unknown', 404)])
    await expect(strict.payments.finished('pay_1')).rejects.toMatchObject({ code: 'payment_unknown' })
    expect(strict.server.heard).toHaveLength(1)
    await close()
    const gone = new AbortController()
    const left = await till([problem('database_unavailable', 503)])
    const onTrouble = () => gone.abort(new Error('the page was left'))
    const waiting = left.payments.finished('pay_1', { signal: gone.signal, onTrouble })
    await expect(waiting).rejects.toThrow('the page was left')
  })

  it('by an unknown end goes on until it is known, when that is wanted', async () => {
    const { server, payments } = await till([
      json(payment('authorising', 4)),
      json(payment('unknown', 5)),
      json(payment('approved', 6)),
    ])
    expect((await payments.finished('pay_1', { untilKnown: true })).state).toBe('approved')
    expect(server.heard.at(-1)!.target).toBe('/v1/payments/pay_1?wait=25&after=5')
  })

  it('by a restart goes on with a payment that was found again', async () => {
    const found = { payments: [payment('created', 1)] }
    const { server, payments } = await till([json(found), json(payment('approved', 4)), json({ lines: ['Thank you'] })])
    const again = payments.handle((await payments.byReference('T-1'))[0]!)
    expect((await again.finished()).state).toBe('approved')
    expect(again.payment.state).toBe('approved')
    expect((await again.receipt({ language: 'fr' })).lines).toEqual(['Thank you'])
    expect(server.heard.at(-1)!.target).toBe('/v1/payments/pay_1/receipt?language=fr')
  })
})

describe('the hover', () => {
  it('is sent once, whatever happens: a capture is good once', async () => {
    const { server, device } = await till([lostReply])
    await expect(device.terminal.hover('pay_1', 'cap_1', new Uint8Array([1, 2]))).rejects.toThrow(NetworkFailure)
    expect(server.heard).toHaveLength(1)
    expect(server.heard[0]).toMatchObject({
      target: '/v1/payments/pay_1/hovers/cap_1',
      headers: { 'content-type': 'application/vnd.paume.sealed-capture' },
    })
  })
})

describe('the clock', () => {
  it('is read off a clock_skew problem, and off nothing else', async () => {
    const { device } = await till([
      problem('terminal_offline', 409),
      (heard, reply) => problem('clock_skew', 401, { serverTimeMs: Date.now() + 300_000 })(heard, reply),
    ])
    await expect(device.terminal.presented('pay_1')).rejects.toThrow(PaumeError)
    expect(device.clock()).toBeNull()
    await expect(device.device.self()).rejects.toMatchObject({ code: 'clock_skew' })
    expect(device.clock()!.skewMs).toBeGreaterThan(299_000)
    expect(device.clock()!.skewMs).toBeLessThan(301_000)
  })
})

describe('a receipt', () => {
  const wish = { to: { kind: 'mail', address: 'ana@example.com' } } as const

  it('is sent once however often the reply is lost, and says how it went', async () => {
    const delivery = {
      id: 'rdl_1',
      paymentId: 'pay_1',
      kind: 'mail',
      state: 'queued',
      createdAt: '2026-11-23T00:00:00Z',
    }
    const { server, payments } = await till([
      lostReply,
      lostReply,
      json(delivery, 202),
      json({ deliveries: [delivery] }),
    ])
    expect(await payments.handle(payment('approved', 3)).sendReceipt(wish)).toEqual(delivery)
    expect(server.heard).toHaveLength(3)
    expect(new Set(server.heard.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(new Set(server.heard.map(({ target }) => target))).toEqual(
      new Set(['/v1/payments/pay_1/receipt/deliveries']),
    )
    expect(JSON.parse(server.heard[0]!.body.toString())).toEqual(wish)
    expect(await payments.receiptDeliveries('pay_1')).toEqual([delivery])
  })

  it('is not asked for again when the address is none', async () => {
    const { server, payments } = await till([problem('mail_address_invalid', 422)])
    await expect(payments.sendReceipt('pay_1', wish)).rejects.toMatchObject({ code: 'mail_address_invalid' })
    expect(server.heard).toHaveLength(1)
  })
})
