import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../test/test-database.ts'
import { systemClock } from '../clock.ts'
import { type DatabaseHandle, withTransaction } from '../database.ts'
import { newId } from '../ids.ts'
import { createOutbox } from '../outbox/service.ts'
import { insertCard } from './cards.ts'
import { createWallet, type WalletService } from './service.ts'

let handle: DatabaseHandle
let wallet: WalletService
beforeAll(async () => {
  handle = await openTestDatabase()
  const processors = { forNewCards: () => Promise.reject(new Error('none')), named: () => undefined }
  wallet = createWallet({ db: handle.db, clock: systemClock, processors, outbox: createOutbox() })
})
afterAll(() => handle.close())

const now = () => new Date()
async function shopperWithCards(count = 1): Promise<string> {
  const shopperId = newId('shopper', Date.now())
  for (let i = 0; i < count; i++) await addCard(shopperId, i === 0)
  return shopperId
}
const addCard = (shopperId: string, first: boolean) =>
  withTransaction(handle.db, (tx) =>
    insertCard(
      tx,
      {
        setup_id: 'set',
        processor: 'sandbox',
        token: newId('instrument', Date.now()),
        brand: 'visa',
        last4: '4242',
        expiry_month: 12,
        expiry_year: 2040,
        instrument_id: null,
      },
      shopperId,
      first,
      now(),
    ),
  )
const freeze = (shopperId: string, id: string) =>
  withTransaction(handle.db, (tx) => wallet.freezes.freeze(tx, shopperId, id, now()))
const lift = (shopperId: string, id: string | null) =>
  withTransaction(handle.db, (tx) => wallet.freezes.lift(tx, shopperId, id, now()))
const kindOf = async (shopperId: string) => (await wallet.instrumentOf(shopperId)).kind
const later = (ms: number) => new Promise((done) => setTimeout(done, ms))

describe('a shopper who is frozen', () => {
  it('pays with no card, nor with one added meanwhile, until the last freeze is lifted', async () => {
    const [shopper, other] = [await shopperWithCards(2), await shopperWithCards()]
    await freeze(shopper, 'f1')
    await freeze(shopper, 'f1')
    await freeze(shopper, 'f2')
    expect([await kindOf(shopper), await kindOf(other)]).toEqual(['frozen', 'found'])
    await addCard(shopper, true)
    expect(await kindOf(shopper)).toBe('frozen')
    expect(await wallet.cardsOf(shopper)).toHaveLength(3)
    expect(await lift(shopper, 'f1')).toEqual(['f1'])
    expect([await lift(shopper, 'f1'), await kindOf(shopper)]).toEqual([[], 'frozen'])
    expect(await wallet.freezes.frozenSince(handle.db, shopper)).toBeInstanceOf(Date)
    expect(await lift(shopper, null)).toEqual(['f2'])
    expect([await kindOf(shopper), await wallet.freezes.frozenSince(handle.db, shopper)]).toEqual(['found', null])
  })

  it('lets a charge end that has begun, and begins none that waited for the freeze', async () => {
    const shopper = await shopperWithCards(3)
    let frozen = false
    const charge = withTransaction(handle.db, async (tx) => {
      expect((await wallet.instrumentOf(shopper, tx)).kind).toBe('found')
      await later(200)
      expect(frozen).toBe(false)
    })
    await later(50)
    const freezing = withTransaction(handle.db, async (tx) => {
      await wallet.freezes.freeze(tx, shopper, 'f3', now())
      frozen = true
      await later(200)
    })
    await charge
    // Begins while the freeze is written and not committed: waits, and then sees it.
    await later(50)
    const late = withTransaction(handle.db, (tx) => wallet.instrumentOf(shopper, tx))
    await freezing
    expect((await late).kind).toBe('frozen')
  })

  it('leaves no trace of it when erased', async () => {
    const shopper = await shopperWithCards()
    await freeze(shopper, 'f4')
    await withTransaction(handle.db, (tx) => wallet.eraseShopper(tx, shopper))
    const left = await sql`select 1 from wallet_freeze where shopper_id = ${shopper}`.execute(handle.db)
    expect([left.rows.length, await kindOf(shopper)]).toEqual([0, 'erased'])
  })
})
