import type { CardSetup, HoverResult, Payment, ShopperCards } from '@paume/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { enrol, newPhone } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { postCard } from './sale.ts'
import { post, type Reply, send, type TestDevice } from './test-device.ts'

const POOR = '4000000000009995'
const GOOD = '5555555555554444'
let house: TestHouse
let terminal: TestDevice
let register: TestDevice
let headers: Record<string, string>
beforeAll(async () => {
  house = await startHouse()
  const kiosk = await house.pair('kiosk')
  terminal = await house.pair('terminal')
  register = await house.pair('register')
  const phone = newPhone()
  expect((await enrol(kiosk, (hand) => standInBurst('cara', hand), { phone })).status).toBe(200)
  const started = await post(`${house.url}/v1/shopper-sessions`, { phone })
  const { sessionId, sandboxPhoneCode: code } = started.body
  const session = await post(`${house.url}/v1/shopper-sessions/confirm`, { sessionId, code })
  headers = { authorization: `Bearer ${session.body.token}` }
})
afterAll(() => house.stop())

const mine = <T = ShopperCards>(method: string, path: string, body?: object): Promise<Reply<T>> =>
  send(`${house.url}/v1/me${path}`, {
    method,
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
async function addCard(number: string, makeDefault = false) {
  const setup = await mine<CardSetup>('POST', '/card-setups', {})
  expect(setup.status).toBe(201)
  expect((await postCard(house, setup.body, number)).status).toBe(200)
  const kept = await mine('POST', '/cards', { setupId: setup.body.setupId, default: makeDefault })
  expect(kept.status).toBe(200)
  return kept.body.cards
}
const seen = (by: TestDevice, id: string) => by.call<Payment>('GET', `/v1/payments/${id}`)
const choose = (id: string, choice: number) => terminal.call<HoverResult>('POST', `/v1/payments/${id}/card`, { choice })

it('a shopper adds a second card and chooses at the terminal; the till never learns what there was to choose', async () => {
  const cards = await addCard(GOOD)
  expect(cards.map((card) => [card.brand, card.last4, card.default, card.expiryYear])).toEqual([
    ['visa', '4242', true, 2040],
    ['mastercard', '4444', false, 2040],
  ])
  const { id } = await presentPayment(register, terminal)
  const wanted = await terminal.call('POST', `/v1/payments/${id}/card-choice`, { wanted: true })
  expect(wanted.body).toMatchObject({ state: 'presented', choosesCard: true })
  const { body } = await hover(terminal, id, standInBurst('cara', 'R'))
  expect(body.outcome).toBe('choose_card')
  expect(body.payment.cardChoice!.cards.map((card) => [card.choice, card.brand, card.last4])).toEqual([
    [1, 'visa', '4242'],
    [2, 'mastercard', '4444'],
  ])
  const atTill = await seen(register, id)
  expect(atTill.body.state).toBe('choosing_card')
  expect(JSON.stringify(atTill.body)).not.toMatch(/4242|4444|ins_/)
  const byTill = await register.call('POST', `/v1/payments/${id}/card`, { choice: 2 })
  expect(byTill.body.code).toBe('device_wrong_kind')
  expect((await choose(id, 9)).body).toMatchObject({ code: 'card_choice_unknown' })
  const paid = await choose(id, 2)
  expect(paid.body).toMatchObject({ outcome: 'approved', payment: { card: { last4: '4444' }, capturedMinor: 2340 } })
  expect((await choose(id, 2)).body.outcome).toBe('approved')
  expect((await seen(register, id)).body).toMatchObject({ state: 'approved', card: { last4: '4444' } })
})

it('the usual card is declined: another is offered while the hand is still warm', async () => {
  const cards = await addCard(POOR, true)
  expect(cards.filter((card) => card.default).map((card) => card.last4)).toEqual(['9995'])
  const { id } = await presentPayment(register, terminal)
  const { body } = await hover(terminal, id, standInBurst('cara', 'L'))
  expect(body).toMatchObject({ outcome: 'choose_card', payment: { cardChoice: { declined: 'insufficient_funds' } } })
  expect((await choose(id, 1)).body).toMatchObject({ outcome: 'approved', payment: { card: { last4: '4242' } } })
})

it('cards are the shopper’s own: chosen, removed, and of nobody else’s business', async () => {
  const { body } = await mine<{ cards: ShopperCards['cards'] }>('GET', '')
  const [visa] = body.cards
  expect((await mine('POST', `/cards/${visa!.id}/default`)).body.cards.find((card) => card.default)!.id).toBe(visa!.id)
  const left = await mine('DELETE', `/cards/${visa!.id}`)
  expect(left.body.cards.map((card) => [card.last4, card.default])).toEqual([
    ['4444', true],
    ['9995', false],
  ])
  expect((await mine('DELETE', `/cards/${visa!.id}`)).body).toMatchObject({ code: 'card_unknown' })
  expect((await mine('POST', '/cards', { setupId: 'cds_00000000000000000000000000' })).body).toMatchObject({
    code: 'card_setup_unknown',
  })
  const stranger = await send(`${house.url}/v1/me/card-setups`, { method: 'POST' })
  expect(stranger.body.code).toBe('shopper_session_required')
})
