import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../../test/test-database.ts'
import { movableClock } from '../clock.ts'
import { type DatabaseHandle, openDatabase, withTransaction } from '../database.ts'
import { migrate } from '../migrate.ts'
import { type CardProcessor, onlyProcessor } from './ports.ts'
import { createWallet, forgetHandler, refreshHandler, type WalletService } from './service.ts'

type Setup = Awaited<ReturnType<CardProcessor['fetchSetup']>>

let database: Awaited<ReturnType<typeof createTestDatabase>>
let handle: DatabaseHandle
let wallet: WalletService
const setups = new Map<string, Setup>()
const known = new Map<string, Awaited<ReturnType<CardProcessor['fetchInstrument']>>>()
const clock = movableClock()
const forgotten: string[] = []
const messages: Record<string, unknown>[] = []
let down = false
/** A card that the processor can say nothing about. */
let unreadable = ''
const processor: CardProcessor = {
  name: 'pretend',
  async createSetup({ setupId }) {
    if (down) throw new Error('down')
    setups.set(setupId, { kind: 'open' })
    return { clientSecret: 'secret', confirmUrl: `/elsewhere/${setupId}`, form: { kind: 'sandbox' }, others: [] }
  },
  cancelSetup: async () => {},
  async fetchSetup(setupId) {
    if (down) throw new Error('down')
    return setups.get(setupId) ?? null
  },
  async fetchInstrument(token) {
    if (down || token === unreadable) throw new Error('down')
    return known.get(token) ?? null
  },
  async forgetInstrument(token) {
    forgotten.push(token)
  },
}
beforeAll(async () => {
  database = await createTestDatabase()
  handle = openDatabase(database.url)
  await migrate(handle.db)
  const outbox = {
    enqueue: async (_tx: unknown, _topic: string, payload: Record<string, unknown>) => void messages.push(payload),
  }
  wallet = createWallet({ db: handle.db, clock, processors: onlyProcessor(processor), outbox })
})
afterAll(async () => {
  await handle.close()
  await database.drop()
})

const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })
const enrolment = () => `enr_${randomUUID()}`
async function save(enrolmentId: string, last4 = '4242') {
  const { setupId } = await wallet.beginCardSetup(enrolmentId)
  const token = `tok_${randomUUID()}`
  setups.set(setupId, { kind: 'succeeded', token, brand: 'visa', last4, expiryMonth: 12, expiryYear: 2040 })
  await wallet.confirmCardSetup(enrolmentId, setupId)
  return { setupId, token }
}
const attach = (enrolmentId: string, shopperId: string) =>
  withTransaction(handle.db, (tx) => wallet.attachToShopper(tx, enrolmentId, shopperId))

describe('saving a card', () => {
  it('keeps a token once the processor says so, not before', async () => {
    const id = enrolment()
    const setup = await wallet.beginCardSetup(id)
    expect(setup).toMatchObject({ processor: 'pretend', clientSecret: 'secret' })
    expect(setup.setupId).toMatch(/^cds_/)
    await expect(wallet.confirmCardSetup(id, setup.setupId)).rejects.toEqual(code('card_declined_at_setup'))
    setups.set(setup.setupId, { kind: 'failed' })
    await expect(wallet.confirmCardSetup(id, setup.setupId)).rejects.toEqual(code('card_declined_at_setup'))
    setups.set(setup.setupId, {
      kind: 'succeeded',
      token: 'tok_1',
      brand: 'visa',
      last4: '4242',
      expiryMonth: null,
      expiryYear: null,
    })
    expect(await wallet.confirmCardSetup(id, setup.setupId)).toEqual({ brand: 'visa', last4: '4242' })
    expect(await wallet.confirmCardSetup(id, setup.setupId)).toEqual({ brand: 'visa', last4: '4242' })
    expect(await wallet.pendingCardOf(id)).toEqual({ brand: 'visa', last4: '4242' })
  })

  it('knows no set-up of another registration', async () => {
    const { setupId } = await save(enrolment())
    await expect(wallet.confirmCardSetup(enrolment(), setupId)).rejects.toEqual(code('card_setup_unknown'))
    await expect(wallet.confirmCardSetup(enrolment(), 'cds_none')).rejects.toEqual(code('card_setup_unknown'))
  })

  it('says so when the processor cannot be reached', async () => {
    const id = enrolment()
    const { setupId } = await wallet.beginCardSetup(id)
    down = true
    await expect(wallet.beginCardSetup(id)).rejects.toEqual(code('processor_unavailable'))
    await expect(wallet.confirmCardSetup(id, setupId)).rejects.toEqual(code('processor_unavailable'))
    down = false
  })

  it('leaves nothing behind of a registration that came to nothing', async () => {
    const id = enrolment()
    const { token, setupId } = await save(id)
    await wallet.dropPending(id)
    await wallet.dropPending(id)
    expect(await wallet.pendingCardOf(id)).toBeNull()
    expect(messages.filter((message) => message.token === token)).toHaveLength(1)
    await expect(wallet.confirmCardSetup(id, setupId)).rejects.toEqual(code('card_setup_unknown'))
  })
})

describe('a shopper', () => {
  it('gets the card confirmed last; the processor forgets the others', async () => {
    const id = enrolment()
    const first = await save(id, '1111')
    const second = await save(id, '2222')
    expect(await attach(id, 'shp_1')).toEqual({ brand: 'visa', last4: '2222' })
    const found = await wallet.instrumentOf('shp_1')
    expect(found).toMatchObject({
      kind: 'found',
      instrument: { token: second.token, last4: '2222', processor: 'pretend' },
    })
    expect(messages.map((message) => message.token)).toContain(first.token)
    expect(await wallet.pendingCardOf(id)).toBeNull()
  })

  it('gets nothing when the registration is rolled back', async () => {
    const id = enrolment()
    await save(id)
    const undone = handle.db.transaction().execute(async (tx) => {
      await wallet.attachToShopper(tx, id, 'shp_undone')
      throw new Error('the palms were refused')
    })
    await expect(undone).rejects.toThrow('palms')
    expect(await wallet.instrumentOf('shp_undone')).toEqual({ kind: 'none' })
    expect(await wallet.pendingCardOf(id)).not.toBeNull()
  })

  it('needs a card to finish', async () => {
    await expect(attach(enrolment(), 'shp_none')).rejects.toEqual(code('enrolment_step'))
  })

  it('may have a second card, which becomes the one that pays', async () => {
    for (const last4 of ['3333', '4444']) {
      const id = enrolment()
      await save(id, last4)
      await attach(id, 'shp_two')
    }
    expect((await wallet.cardsOf('shp_two')).map((card) => [card.last4, card.default])).toEqual([
      ['3333', false],
      ['4444', true],
    ])
  })

  it('is erased with every card, and told apart from one who never had any', async () => {
    const id = enrolment()
    const { token } = await save(id)
    await attach(id, 'shp_erased')
    const erase = () => withTransaction(handle.db, (tx) => wallet.eraseShopper(tx, 'shp_erased'))
    expect(await erase()).toBe(1)
    expect(await erase()).toBe(0)
    expect((await wallet.instrumentOf('shp_erased')).kind).toBe('erased')
    expect(await wallet.cardsOf('shp_erased')).toEqual([])
    const told = messages.find((message) => message.token === token)!
    await forgetHandler(onlyProcessor(processor))(told)
    expect(forgotten).toContain(token)
    await expect(forgetHandler(onlyProcessor(processor))({ token, processor: 'another' })).rejects.toThrow('invariant')
  })
})

it('keeps a card that a payment has just looked up until that payment is written, while its owner is erased', async () => {
  const id = enrolment()
  await save(id)
  await attach(id, 'shp_torn')
  const order: string[] = []
  let erasing: Promise<unknown> = Promise.resolve()
  await withTransaction(handle.db, async (tx) => {
    expect(await wallet.instrumentOf('shp_torn', tx)).toMatchObject({ kind: 'found' })
    erasing = withTransaction(handle.db, (other) => wallet.eraseShopper(other, 'shp_torn')).then(() =>
      order.push('erased'),
    )
    await new Promise((done) => setTimeout(done, 200))
    order.push('paid')
  })
  await erasing
  expect(order).toEqual(['paid', 'erased'])
  expect(await wallet.instrumentOf('shp_torn')).toMatchObject({ kind: 'erased' })
})

describe('the cards of a signed-in shopper', () => {
  let shopperId: string
  const add = async (last4: string, makeDefault = false, more: { expiryMonth?: number; expiryYear?: number } = {}) => {
    const { setupId } = await wallet.beginShopperCard(shopperId)
    const token = `tok_${randomUUID()}`
    const card = { token, brand: 'visa', last4, expiryMonth: 12, expiryYear: 2040, ...more }
    setups.set(setupId, { kind: 'succeeded', ...card })
    known.set(token, { kind: 'usable', ...card })
    const cards = await wallet.cards.add(shopperId, setupId, makeDefault)
    return { setupId, token, cards, id: cards.at(-1)!.id }
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
    await withTransaction(handle.db, (tx) => wallet.troubled(tx, id))
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
    unreadable = first.token
    known.set(second.token, { kind: 'unusable', reason: 'card_expired' })
    await expect(wallet.cards.refreshOver()).rejects.toThrow('down')
    unreadable = ''
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
    const found = await withTransaction(handle.db, async (tx) => {
      await sql`select 1 from wallet_instrument where shopper_id = ${shopperId} for update`.execute(tx)
      await sql`update wallet_instrument set is_default = false where shopper_id = ${shopperId}`.execute(tx)
      await sql`update wallet_instrument set is_default = true where id = ${second.id}`.execute(tx)
      const charge = withTransaction(handle.db, (own) => wallet.instrumentOf(shopperId, own))
      await new Promise((done) => setTimeout(done, 100))
      return { charge }
    })
    expect(await found.charge).toMatchObject({ kind: 'found', instrument: { last4: '2222', default: true } })
  })

  it('go with their owner, set-ups that were never finished too', async () => {
    const { token } = await add('1111')
    const { setupId } = await wallet.beginShopperCard(shopperId)
    await withTransaction(handle.db, (tx) => wallet.eraseShopper(tx, shopperId))
    expect(messages.filter((message) => message.token === token)).toHaveLength(1)
    await expect(wallet.cards.add(shopperId, setupId, true)).rejects.toEqual(code('card_setup_unknown'))
    expect(await wallet.cardsOf(shopperId)).toEqual([])
  })
})
