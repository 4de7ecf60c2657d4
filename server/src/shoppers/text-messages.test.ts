import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { ACCOUNT, FROM, KEY, startCarrier } from './carrier-stand-in.test-data.ts'
import { createCarrierTextMessages } from './carrier-text-messages.ts'
import type { PhoneNumber } from './phone.ts'
import { createConsoleTextMessages, NO_TEXT_MESSAGES, type TextMessages } from './text-messages.ts'

const TO = '+14155550123' as PhoneNumber
const carrier = await startCarrier()
afterAll(carrier.stop)
beforeEach(() => {
  carrier.taken.length = 0
  carrier.refusals.length = 0
  carrier.next.length = 0
})
const quick = { account: ACCOUNT, key: KEY, from: FROM, timeoutMs: 500, waitsMs: [1, 1] }
const byCarrier = (more: Partial<Parameters<typeof createCarrierTextMessages>[0]> = {}) =>
  createCarrierTextMessages({ url: carrier.url, ...quick, ...more })

const printed: string[] = []
const adapters: [string, () => TextMessages, () => string[]][] = [
  ['the console', () => createConsoleTextMessages((line) => printed.push(line)), () => printed],
  ['a carrier', byCarrier, () => carrier.taken.map(({ body }) => body)],
]

describe.each(adapters)('texts by %s', (_name, make, heard) => {
  it('are sent, word for word, once for each time they are asked for', async () => {
    const before = heard().length
    const text = 'Reçu 000042 & « Café » : 25,74 €. Pas vous ? https://pay.example/not-me/0a1b'
    expect(await make().send(TO, text)).toBe('sent')
    expect(await make().send(TO, text)).toBe('sent')
    const told = heard().slice(before)
    expect(told).toHaveLength(2)
    expect(told.every((line) => line.includes(text))).toBe(true)
  })

  it('never leave for something that is no number, or with nothing or too much in them', async () => {
    const before = heard().length
    const wrong = ['', '4155550123', '+1 415 555 0123', '+0123456789', '+14155550123,+14155550124', '+14155550123\n']
    for (const to of wrong) await expect(make().send(to as PhoneNumber, 'x'), to).rejects.toThrow('invariant')
    for (const text of ['', '  ', 'x'.repeat(1_601)]) await expect(make().send(TO, text)).rejects.toThrow('invariant')
    expect(heard().length).toBe(before)
  })
})

describe('texts by a carrier', () => {
  it('come from the number, or from the messaging service, that is set', async () => {
    const service = `MG${'a'.repeat(32)}`
    await byCarrier().send(TO, 'one')
    await byCarrier({ from: service }).send(TO, 'two')
    expect(carrier.taken).toEqual([
      { to: TO, from: FROM, body: 'one' },
      { to: TO, from: service, body: 'two' },
    ])
  })

  it('tell a number that will never get one from a mistake of ours', async () => {
    for (const code of [21211, 21610, 21614]) {
      carrier.next.push({ status: 400, code })
      expect(await byCarrier().send(TO, 'x'), String(code)).toBe('refused')
    }
    for (const ours of [{ key: 'wrong-key-of-somebody' }, { from: '+15550000000' }, { account: 'ACother' }]) {
      const before = carrier.calls()
      await expect(byCarrier(ours).send(TO, 'x')).rejects.toMatchObject({ code: 'text_unavailable' })
      expect(carrier.calls() - before, 'asked once: the same mistake again is of no use').toBe(1)
    }
    expect(carrier.taken).toEqual([])
  })

  it('are asked for again only where the carrier certainly has nothing', async () => {
    carrier.next.push({ status: 429, code: 20429 }, { status: 429, code: 20429 })
    expect(await byCarrier().send(TO, 'patience')).toBe('sent')
    expect(carrier.taken).toHaveLength(1)
    for (let i = 0; i < 3; i++) carrier.next.push({ status: 429, code: 20429 })
    await expect(byCarrier().send(TO, 'x')).rejects.toMatchObject({ code: 'text_unavailable' })
    const gone = await startCarrier()
    await gone.stop()
    await expect(byCarrier({ url: gone.url }).send(TO, 'x')).rejects.toMatchObject({
      code: 'text_unavailable',
    })
    expect(carrier.taken).toHaveLength(1)
  })

  it('are never sent twice when the reply is lost, late or a failure over there', async () => {
    for (const reply of ['drop', 'hang', { status: 500 }, { status: 503 }] as const) {
      const before = carrier.calls()
      carrier.next.push(reply)
      expect(await byCarrier().send(TO, 'x'), JSON.stringify(reply)).toBe('unsure')
      expect(carrier.calls() - before).toBe(1)
    }
    expect(carrier.taken).toHaveLength(1)
  })

  it('name neither number nor key in what they throw', async () => {
    const error = (await byCarrier({ key: 'wrong-key-of-somebody' })
      .send(TO, 'secret words')
      .catch((thrown: unknown) => thrown)) as Error
    const said = `${error.stack} ${(error.cause as Error).stack}`
    expect(said).not.toMatch(/415555|wrong-key|secret words/)
  })
})

describe('a system without a carrier', () => {
  it('says so', async () => {
    await expect(NO_TEXT_MESSAGES.send(TO, 'x')).rejects.toMatchObject({ code: 'text_unavailable' })
  })
})
