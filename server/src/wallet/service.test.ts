import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { openWalletHouse } from '../../test/wallet-house.ts'
import { withTransaction } from '../database.ts'
import { forgetHandler } from './service.ts'

const house = await openWalletHouse()
const { wallet, db, processors, setups, forgotten, messages, trouble } = house
afterAll(() => house.close())

const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })
const enrolment = () => `enr_${randomUUID()}`
async function save(enrolmentId: string, last4 = '4242') {
  const { setupId } = await wallet.beginCardSetup(enrolmentId)
  const card = house.card(last4)
  setups.set(setupId, { kind: 'succeeded', ...card })
  await wallet.confirmCardSetup(enrolmentId, setupId)
  return { setupId, token: card.token }
}
const attach = (enrolmentId: string, shopperId: string) =>
  withTransaction(db, (tx) => wallet.attachToShopper(tx, enrolmentId, shopperId))

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
    trouble.down = true
    await expect(wallet.beginCardSetup(id)).rejects.toEqual(code('processor_unavailable'))
    await expect(wallet.confirmCardSetup(id, setupId)).rejects.toEqual(code('processor_unavailable'))
    trouble.down = false
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
    const undone = db.transaction().execute(async (tx) => {
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
    const erase = () => withTransaction(db, (tx) => wallet.eraseShopper(tx, 'shp_erased'))
    expect(await erase()).toBe(1)
    expect(await erase()).toBe(0)
    expect((await wallet.instrumentOf('shp_erased')).kind).toBe('erased')
    expect(await wallet.cardsOf('shp_erased')).toEqual([])
    const told = messages.find((message) => message.token === token)!
    await forgetHandler(processors)(told)
    expect(forgotten).toContain(token)
    await expect(forgetHandler(processors)({ token, processor: 'another' })).rejects.toThrow('invariant')
  })
})

it('keeps a card that a payment has just looked up until that payment is written, while its owner is erased', async () => {
  const id = enrolment()
  await save(id)
  await attach(id, 'shp_torn')
  const order: string[] = []
  let erasing: Promise<unknown> = Promise.resolve()
  await withTransaction(db, async (tx) => {
    expect(await wallet.instrumentOf('shp_torn', tx)).toMatchObject({ kind: 'found' })
    erasing = withTransaction(db, (other) => wallet.eraseShopper(other, 'shp_torn')).then(() => order.push('erased'))
    await new Promise((done) => setTimeout(done, 200))
    order.push('paid')
  })
  await erasing
  expect(order).toEqual(['paid', 'erased'])
  expect(await wallet.instrumentOf('shp_torn')).toMatchObject({ kind: 'erased' })
})
