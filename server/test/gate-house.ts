import { randomUUID } from 'node:crypto'
import type { CartEvent, GateEntry, GateSession } from '@paume/contract'
import { APPROVED, enrol, seal, sendSealed } from './enrol.ts'
import { type HouseOptions, startHouse, type TestHouse } from './harness.ts'
import { standInBurst } from './palm-stand-in.ts'
import { post, type Reply, type TestDevice } from './test-device.ts'

/** A checkout-free shop: a server, a kiosk to register at, a gate of its first shop. */
export async function openGateShop(options?: HouseOptions) {
  const house = await startHouse(options)
  const kiosk = await house.pair('kiosk')
  const gate = await house.pair('gate')
  return { house, kiosk, gate, ...doing(house, kiosk, gate) }
}
export type GateShop = Awaited<ReturnType<typeof openGateShop>>

const doing = (house: TestHouse, kiosk: TestDevice, gate: TestDevice) => {
  const off = () => ({ clockOffMs: house.clock.nowMs() - Date.now() })
  const at = (session: string, what: string) => `/v1/gates/${gate.id}/sessions/${session}/${what}`
  const shop = {
    /** Registers somebody with both hands and a test card. */
    async person(name: string, card: string = APPROVED): Promise<string> {
      const { status, body } = await enrol(kiosk, (hand) => standInBurst(name, hand), { card })
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
      return name
    },
    /** One hover at the gate. */
    async hover(name: string, query: { groupSize?: number; pays?: string } = {}, at: TestDevice = gate) {
      const asked = await at.call('POST', `/v1/gates/${at.id}/challenges`, {}, off())
      if (asked.status !== 200) throw new Error(`${asked.status} ${JSON.stringify(asked.body)}`)
      const { attempt, challenge } = asked.body
      const sealed = await seal(at, challenge, standInBurst(name, 'R'))
      const more = new URLSearchParams({
        attempt,
        ...Object.fromEntries(Object.entries(query).map(([k, v]) => [k, String(v)])),
      })
      const path = `/v1/gates/${at.id}/entries/${challenge.captureId}?${more}`
      const send = (): Promise<Reply<GateEntry & { code?: string }>> => sendSealed(at, path, sealed)
      return { ...(await send()), again: send }
    },
    async enter(name: string, groupSize = 1): Promise<GateEntry> {
      const { status, body } = await shop.hover(name, { groupSize })
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
      return body
    },
    cart: (session: string, events: CartEvent[]) => gate.call('POST', at(session, 'cart-events'), { events }, off()),
    exit: (session: string): Promise<Reply<GateSession>> => gate.call('POST', at(session, 'exit'), {}, off()),
    finalise: (
      session: string,
      body: object = {},
      key: string = randomUUID(),
    ): Promise<Reply<GateSession & { code?: string }>> =>
      gate.call('POST', at(session, 'cart:finalise'), body, { ...off(), headers: { 'idempotency-key': key } }),
    adjust: (
      session: string,
      totalMinor: number,
      key: string = randomUUID(),
    ): Promise<Reply<GateSession & { code?: string }>> =>
      gate.call(
        'POST',
        at(session, 'adjust'),
        { totalMinor, reason: 'checked again' },
        { ...off(), headers: { 'idempotency-key': key } },
      ),
    look: async (session: string): Promise<GateSession> =>
      (await gate.call('GET', `/v1/gates/${gate.id}/sessions/${session}`, undefined, off())).body,
    /** A guest's card at the reader. */
    async card(number: string = APPROVED): Promise<string> {
      const { body } = await gate.call('POST', `/v1/gates/${gate.id}/card-setups`, {}, off())
      const shown = { number, expiryMonth: 12, expiryYear: 2040, cvc: '123' }
      await post(new URL(body.confirmUrl, house.url).href, { clientSecret: body.clientSecret, ...shown })
      return body.setupId
    },
    guest: (setupId: string, more: object = {}, key: string = randomUUID()): Promise<Reply<GateEntry>> =>
      gate.call(
        'POST',
        `/v1/gates/${gate.id}/entries`,
        { setupId, ...more },
        { ...off(), headers: { 'idempotency-key': key } },
      ),
    /** What the merchant's books say of all visits: captured less given back. */
    async ledger(): Promise<{ sum: number; charged: number }> {
      const { sumMinor, accounts } = await house.paume.money.payments.trialBalance()
      const charged = accounts
        .filter(({ kind }) => kind === 'merchant_payable')
        .reduce((sum, a) => sum - a.balanceMinor, 0n)
      return { sum: Number(sumMinor), charged: Number(charged) }
    },
  }
  return shop
}

export const add = (sequence: number, sku: string, unitMinor: number, quantity = 1): CartEvent => ({
  sequence,
  kind: 'add',
  sku,
  name: sku,
  quantity,
  unitMinor,
})
export const remove = (sequence: number, sku: string, quantity = 1): CartEvent => ({
  sequence,
  kind: 'remove',
  sku,
  quantity,
})
