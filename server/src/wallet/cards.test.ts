import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openWalletHouse } from '../../test/wallet-house.ts'
import { withTransaction } from '../database.ts'
import { refreshHandler } from './service.ts'

const house = await openWalletHouse()
const { wallet, db, clock, setups, known, messages, trouble } = house
afterAll(() => house.close())

const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })

describe('the cards of a signed-in shopper', () => {
  let shopperId: string
  const add = async (last4: string, makeDefault = false, more: { expiryMonth?: number; expiryYear?: number } = {}) => {
    const { setupId } = await wallet.beginShopperCard(shopperId)
    const card = { ...house.card(last4), ...more }
    setups.set(setupId, { kind: 'succeeded', ...card })
    known.set(card.token, { kind: 'usable', ...card })
    const cards = await wallet.cards.add(shopperId, setupId, makeDefault)
    return { setupId, token: card.token, cards, id: cards.at(-1)!.id }
  }
  const shown = async () => (await wallet.cardsOf(shopperId)).map((card) => [card.last4, card.default])
  beforeEach(() => {
    shopperId = `shp_${randomUUID()}`
  })

  it('are added beside each other; the first pays until another is chosen', async () => {
    const first = await add('1111')
    expect(first.cards).toEqual([
      expect.objectContaining({ last4: '1111', default: true, expiryMonth: 12, expiryYear: 2040 }),
    ])
    const second = await add('2222')
    await add('3333', true)
    expect(await shown()).toEqual([
      ['1111', false],
      ['2222', false],
      ['3333', true],
    ])
    await wallet.cards.makeDefault(shopperId, second.id)
    const lookup = await wallet.instrumentOf(shopperId)
    expect(lookup).toMatchObject({ kind: 'found', instrument: { last4: '2222' } })
    expect(lookup.kind === 'found' && lookup.others.map((card) => card.last4)).toEqual(['1111', '3333'])
  })

  it('are added once however often the request is repeated, and by nobody else', async () => {
    const { setupId } = await add('1111')
    await Promise.all([1, 2, 3].map(() => wallet.cards.add(shopperId, setupId, true)))
    expect(await shown()).toEqual([['1111', true]])
    await expect(wallet.cards.add('shp_stranger', setupId, true)).rejects.toEqual(code('card_setup_unknown'))
    await expect(wallet.confirmCardSetup('enr_stranger', setupId)).rejects.toEqual(code('card_setup_unknown'))
  })

  it('are forgotten by the processor when removed; the next one pays', async () => {
    const first = await add('1111')
    await add('2222')
    await wallet.cards.remove(shopperId, first.id)
    expect(messages.map((message) => message.token)).toContain(first.token)
    expect(await shown()).toEqual([['2222', true]])
    await expect(wallet.cards.remove(shopperId, first.id)).rejects.toEqual(code('card_unknown'))
    await expect(wallet.cards.makeDefault('shp_stranger', first.id)).rejects.toEqual(code('card_unknown'))
  })

  it('that were replaced keep their place with a new number and date', async () => {
    const { token, id } = await add('1111', false, { expiryYear: 2027 })
    known.set(token, { kind: 'usable', token, brand: 'visa', last4: '9999', expiryMonth: 1, expiryYear: 2031 })
    await wallet.cards.refresh(token)
    expect(await wallet.cardsOf(shopperId)).toEqual([
      { id, brand: 'visa', last4: '9999', default: true, expiryMonth: 1, expiryYear: 2031 },
    ])
  })

  it('that are lost or over do not pay: the next one does, and without any the payment says why', async () => {
    const first = await add('1111')
    const second = await add('2222')
    known.set(first.token, { kind: 'unusable', reason: 'card_lost' })
    await wallet.cards.refresh(first.token)
    expect(await wallet.instrumentOf(shopperId)).toMatchObject({
      kind: 'found',
      instrument: { last4: '2222' },
      others: [],
    })
    await expect(wallet.cards.makeDefault(shopperId, first.id)).rejects.toEqual(code('card_unusable'))
    known.set(second.token, null)
    await wallet.cards.refresh(second.token)
    expect(await wallet.instrumentOf(shopperId)).toEqual({ kind: 'unusable', reason: 'card_lost' })
    expect((await wallet.cardsOf(shopperId)).map((card) => card.unusable)).toEqual(['card_lost', 'forgotten'])
    const third = await add('3333')
    expect(third.cards.at(-1)).toMatchObject({ last4: '3333', default: true })
  })

  it('are looked up again when the issuer calls them lost, and once their date is over', async () => {
    const { token, id } = await add('1111', false, { expiryMonth: 1, expiryYear: 2027 })
    await withTransaction(db, (tx) => wallet.troubled(tx, id))
    expect(messages.at(-1)).toEqual({ token, processor: 'pretend' })
    known.set(token, { kind: 'unusable', reason: 'card_expired' })
    expect(await wallet.cards.refreshOver()).toBe(0)
    clock.moveMs(100 * 24 * 3_600_000)
    expect(await wallet.cards.refreshOver()).toBe(1)
    expect(await wallet.instrumentOf(shopperId)).toEqual({ kind: 'unusable', reason: 'card_expired' })
    expect(await wallet.cards.refreshOver()).toBe(0)
    known.set(token, { kind: 'usable', token, brand: 'visa', last4: '1112', expiryMonth: 1, expiryYear: 2032 })
    await refreshHandler(wallet)({ token })
    expect(await wallet.instrumentOf(shopperId)).toMatchObject({ kind: 'found', instrument: { last4: '1112' } })
  })

  it('that cannot be looked up keep no other from it', async () => {
    const over = { expiryMonth: 1, expiryYear: 2026 }
    const first = await add('1111', false, over)
    const second = await add('2222', false, over)
    clock.moveMs(2 * 24 * 3_600_000)
    trouble.unreadable = first.token
    known.set(second.token, { kind: 'unusable', reason: 'card_expired' })
    await expect(wallet.cards.refreshOver()).rejects.toThrow('down')
    trouble.unreadable = ''
    expect((await wallet.cardsOf(shopperId)).map((card) => card.unusable)).toEqual([undefined, 'card_expired'])
  })

  it('are changed by several hands at once without a loss', async () => {
    const [first, second] = [await add('1111'), await add('2222')]
    await Promise.all([
      wallet.cards.makeDefault(shopperId, second.id),
      add('3333', true),
      wallet.cards.remove(shopperId, first.id),
      wallet.cards.makeDefault(shopperId, second.id),
      add('4444', true),
    ])
    const left = await wallet.cardsOf(shopperId)
    expect(left.map((card) => card.last4).sort()).toEqual(['2222', '3333', '4444'])
    expect(left.filter((card) => card.default)).toHaveLength(1)
  })

  it('pay by the default that was chosen while the charge waited for it', async () => {
    await add('1111')
    const second = await add('2222')
    const found = await withTransaction(db, async (tx) => {
      await sql`select 1 from wallet_instrument where shopper_id = ${shopperId} for update`.execute(tx)
      await sql`update wallet_instrument set is_default = false where shopper_id = ${shopperId}`.execute(tx)
      await sql`update wallet_instrument set is_default = true where id = ${second.id}`.execute(tx)
      const charge = withTransaction(db, (own) => wallet.instrumentOf(shopperId, own))
      await new Promise((done) => setTimeout(done, 100))
      return { charge }
    })
    expect(await found.charge).toMatchObject({ kind: 'found', instrument: { last4: '2222', default: true } })
  })

  it('go with their owner, set-ups that were never finished too', async () => {
    const { token } = await add('1111')
    const { setupId } = await wallet.beginShopperCard(shopperId)
    await withTransaction(db, (tx) => wallet.eraseShopper(tx, shopperId))
    expect(messages.filter((message) => message.token === token)).toHaveLength(1)
    await expect(wallet.cards.add(shopperId, setupId, true)).rejects.toEqual(code('card_setup_unknown'))
    expect(await wallet.cardsOf(shopperId)).toEqual([])
  })
})
