import type { Payment } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { startHouse } from './harness.ts'
import { pay, present, ring, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'

const { house, register, terminal } = await openShop()

/** Opens the stream of a payment and reads its events one by one. */
async function open(paymentId: string, lastEventId?: number) {
  const path = `/v1/payments/${paymentId}/events`
  const headers = await register.sign('GET', path, undefined)
  if (lastEventId !== undefined) headers['last-event-id'] = String(lastEventId)
  const cut = new AbortController()
  const reply = await fetch(`${house.url}${path}`, { headers, signal: cut.signal })
  expect(reply.headers.get('content-type')).toContain('text/event-stream')
  const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let ended = false
  const next = async (): Promise<{ id: number; payment: Payment } | null> => {
    for (;;) {
      const found = /id: (\d+)\nevent: payment\ndata: (.*)\n\n/.exec(text)
      if (found) {
        text = text.slice(found.index + found[0].length)
        return { id: Number(found[1]), payment: JSON.parse(found[2]) }
      }
      if (ended) return null
      const { value, done } = await reader.read()
      text += value ?? ''
      ended = done
    }
  }
  return { next, cut }
}

describe('the stream of a payment', () => {
  it('tells each change with its version and ends with the payment', async () => {
    const { body } = await ring(register, terminal)
    const stream = await open(body.id)
    expect(await stream.next()).toMatchObject({ id: 1, payment: { state: 'created' } })
    await present(terminal, body.id)
    expect(await stream.next()).toMatchObject({ id: 2, payment: { state: 'presented' } })
    await register.call('POST', `/v1/payments/${body.id}/cancel`)
    expect(await stream.next()).toMatchObject({ id: 3, payment: { state: 'cancelled' } })
    expect(await stream.next()).toBeNull()
  })

  it('tells at once that the terminal went away', async () => {
    const { body } = await ring(register, terminal, { deadlineMs: 600_000 })
    const stream = await open(body.id)
    expect(await stream.next()).toMatchObject({ id: 1 })
    const { db } = house.paume.database
    const asOf = (last_seen_at: Date) =>
      db.updateTable('devices').set({ last_seen_at }).where('id', '=', terminal.id).execute()
    await asOf(new Date(0))
    expect(await stream.next()).toMatchObject({ id: 2, payment: { state: 'expired', reason: 'terminal_gone' } })
    expect(await stream.next()).toBeNull()
    await asOf(new Date(house.clock.nowMs()))
  })

  it('goes on after Last-Event-ID: what was missed comes at once, what is known does not come again', async () => {
    const { body } = await ring(register, terminal)
    await present(terminal, body.id)
    const missed = await open(body.id, 1)
    expect(await missed.next()).toMatchObject({ id: 2 })
    const known = await open(body.id, 2)
    await register.call('POST', `/v1/payments/${body.id}/cancel`)
    expect(await known.next()).toMatchObject({ id: 3, payment: { state: 'cancelled' } })
    missed.cut.abort()
  })

  it('tells of an approval and stays open for refunds', async () => {
    const paid = await pay(house, register, terminal, await shopperWithCard(house))
    const stream = await open(paid.id)
    expect(await stream.next()).toMatchObject({ payment: { state: 'approved', capturedMinor: 2340 } })
    await register.call('POST', `/v1/payments/${paid.id}/refunds`, {}, { headers: { 'idempotency-key': 'all' } })
    let last = await stream.next()
    while (last && last.payment.refundedMinor === 0) last = await stream.next()
    expect(last!.payment.refundedMinor).toBe(2340)
    stream.cut.abort()
  })

  it('leaves nobody waiting when the readers hang up', async () => {
    const { notifier } = house.paume.money
    const { body } = await ring(register, terminal)
    const streams = await Promise.all(Array.from({ length: 8 }, () => open(body.id)))
    for (const stream of streams) await stream.next()
    await expect.poll(() => notifier.waiting).toBe(8)
    for (const stream of streams) stream.cut.abort()
    await expect.poll(() => notifier.waiting).toBe(0)
    await register.call('POST', `/v1/payments/${body.id}/cancel`)
  })

  it('and a held reply end at once when the server stops', async () => {
    const other = await startHouse({ databaseUrl: house.databaseUrl, secrets: house.secrets })
    const { body } = await ring(register, terminal)
    const path = `/v1/payments/${body.id}?wait=20&after=1`
    // The path is signed, the host is not: one signature does for any node.
    const held = fetch(`${other.url}${path}`, { headers: await register.sign('GET', path, undefined) })
    await expect.poll(() => other.paume.money.notifier.waiting).toBe(1)
    const beganMs = performance.now()
    await Promise.all([held.catch(() => {}), other.stop()])
    expect(performance.now() - beganMs).toBeLessThan(3_000)
    await register.call('POST', `/v1/payments/${body.id}/cancel`)
  })
})
