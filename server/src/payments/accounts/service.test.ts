import { randomBytes } from 'node:crypto'
import type { ProcessorAccountSet } from '@paume/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../../test/test-database.ts'
import { systemClock } from '../../clock.ts'
import type { DatabaseHandle } from '../../database.ts'
import type { Processor } from '../processors/processor.ts'
import { openKeys, sealKeys } from './key-seal.ts'
import { createProcessorAccounts, type ProcessorAccountParts, type ProcessorAccountService } from './service.ts'

const SHOP = 'org_01KAPAVME0000000000000SHOP'
const FRENCH = 'org_01KAPAVME0000000000000FRAN'
const sealKey = randomBytes(32)
const keys = (mode: 'test' | 'live', tail = '') => ({
  publishable: `pk_${mode}_publishable${tail}1111`,
  secret: `sk_${mode}_verysecret${tail}2222`,
  webhook: [`whsec_alsosecret${tail}3333`],
})
const plain = (more: Partial<ProcessorAccountSet> = {}): ProcessorAccountSet => ({
  processor: 'stripe',
  initiator: 'shopper',
  ...more,
})
const builtIn = { name: 'sandbox', sandbox: true } as Processor
const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })

let handle: DatabaseHandle
const told: unknown[] = []
const openedWith: { name: string; secret: string }[] = []
const open = (more: Partial<ProcessorAccountParts> = {}): ProcessorAccountService =>
  createProcessorAccounts({
    db: handle.db,
    clock: systemClock,
    audit: { append: async (_tx, event, facts) => void told.push({ event, facts }) },
    sealKey,
    mode: 'sandbox',
    builtIn: [builtIn],
    open: ({ name, keys: { secret } }) => {
      openedWith.push({ name, secret })
      const processor = { name, sandbox: secret.includes('_test_') } as Processor
      return { processor, describe: async () => ({ account: `acct_of_${name}` }) }
    },
    countriesOf: async (id) => (id === SHOP ? ['US'] : id === FRENCH ? ['US', 'FR'] : null),
    ...more,
  })

beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())
beforeEach(async () => {
  await sql`delete from payment_processor_account`.execute(handle.db)
  told.length = 0
  openedWith.length = 0
})

describe('keys', () => {
  it('open with the same key for the same owner, and with nothing else', () => {
    const sealed = sealKeys(sealKey, SHOP, keys('test'))
    expect(sealed.includes('verysecret')).toBe(false)
    expect(openKeys(sealKey, SHOP, sealed)).toEqual(keys('test'))
    expect(() => openKeys(sealKey, 'platform', sealed)).toThrow()
    expect(() => openKeys(randomBytes(32), SHOP, sealed)).toThrow()
    for (const at of [0, 20, sealed.length - 1]) {
      const altered = Buffer.from(sealed)
      altered[at]! ^= 1
      expect(() => openKeys(sealKey, SHOP, altered)).toThrow()
    }
    expect(() => openKeys(sealKey, SHOP, Buffer.alloc(5))).toThrow('too short')
  })

  it('go in and never come out: not in a reply, not in the audit, not in the table', async () => {
    const accounts = open()
    const set = await accounts.set('platform', plain({ keys: keys('test') }))
    expect(set.keys).toEqual({ live: false, publishableLast4: '1111', secretLast4: '2222', webhookLast4: ['3333'] })
    const { rows } =
      await sql`select owner, key_hints, encode(sealed_keys, 'escape') as sealed from payment_processor_account`.execute(
        handle.db,
      )
    const seen = JSON.stringify([set, await accounts.list(), told, rows])
    for (const part of ['verysecret', 'alsosecret', 'sk_test', 'whsec']) expect(seen).not.toContain(part)
    expect(JSON.stringify(told)).not.toContain('2222')
  })

  it('stay when an account is set again without them', async () => {
    const accounts = open()
    await accounts.set('platform', plain({ keys: keys('test') }))
    const again = await accounts.set('platform', plain({ flexible: true }))
    expect(again).toMatchObject({ flexible: true, name: 'stripe', keys: { secretLast4: '2222' } })
    expect(openedWith.map(({ secret }) => secret)).toEqual([keys('test').secret, keys('test').secret])
  })

  it('of live mode are refused on a sandbox, of test mode in production, and a mixture everywhere', async () => {
    const refused = code('processor_account_refused')
    await expect(open().set('platform', plain({ keys: keys('live') }))).rejects.toEqual(refused)
    const production = open({ mode: 'production', builtIn: [] })
    await expect(production.set('platform', plain({ keys: keys('test') }))).rejects.toEqual(refused)
    const mixed = { ...keys('live'), publishable: keys('test').publishable }
    await expect(open({ mode: 'neither' }).set('platform', plain({ keys: mixed }))).rejects.toEqual(refused)
    await expect(open({ mode: 'neither' }).set('platform', plain({ keys: keys('live') }))).resolves.toMatchObject({
      keys: { live: true },
    })
  })

  it('that do not open stop who reads them', async () => {
    await open().set('platform', plain({ keys: keys('test') }))
    await expect(open({ sealKey: randomBytes(32) }).refresh()).rejects.toThrow()
  })
})

describe('the terms of an organisation', () => {
  it('are the built-in processor until there is an account, and nothing in production', async () => {
    const accounts = open()
    expect(accounts.termsOf(SHOP)).toEqual({ processor: 'sandbox', merchantRef: null, initiator: 'shopper' })
    expect((await accounts.forNewCards(SHOP)).name).toBe('sandbox')
    const production = open({ mode: 'production', builtIn: [] })
    expect(production.termsOf(SHOP).processor).toBeNull()
    await expect(production.forNewCards(SHOP)).rejects.toEqual(code('processor_unavailable'))
  })

  it('go through the platform, to itself, to the organisation directly, or on to it', async () => {
    const accounts = open()
    await accounts.set('platform', plain({ keys: keys('test'), initiator: 'merchant' }))
    expect(accounts.termsOf(SHOP)).toEqual({ processor: 'stripe', merchantRef: null, initiator: 'merchant' })
    await accounts.set(SHOP, plain({ merchantRef: 'acct_shop1' }))
    expect(accounts.termsOf(SHOP)).toEqual({ processor: 'stripe', merchantRef: 'acct_shop1', initiator: 'shopper' })
    await accounts.set(SHOP, plain({ merchantRef: 'acct_shop1', charges: 'destination' }))
    expect(accounts.termsOf(SHOP).merchantRef).toBe('destination/acct_shop1')
    expect(accounts.termsOf(FRENCH).merchantRef).toBeNull()
  })

  it('are its own where it has keys: its cards lie there', async () => {
    const accounts = open()
    await accounts.set('platform', plain({ keys: keys('test') }))
    await accounts.set(SHOP, plain({ keys: keys('test', 'own') }))
    expect(accounts.termsOf(SHOP)).toMatchObject({ processor: `stripe:${SHOP}`, merchantRef: null })
    expect((await accounts.forNewCards(SHOP)).name).toBe(`stripe:${SHOP}`)
    expect((await accounts.forNewCards(FRENCH)).name).toBe('stripe')
    expect((await accounts.forNewCards(null)).name).toBe('stripe')
    expect(Object.keys(accounts.processors).sort()).toEqual(['sandbox', 'stripe', `stripe:${SHOP}`])
  })

  it('are changed on every node, without opening again what did not change', async () => {
    const one = open()
    const other = open()
    await one.set('platform', plain({ keys: keys('test') }))
    expect((await other.forNewCards(null)).name).toBe('stripe')
    await one.set('platform', plain({ keys: keys('test', 'new') }))
    await other.refresh()
    await other.refresh()
    expect(openedWith.filter(({ secret }) => secret.includes('new'))).toHaveLength(2)
  })

  it('let the merchant start a charge in Europe only with the agreement of the acquirer', async () => {
    const accounts = open()
    const wish = plain({ merchantRef: 'acct_french1', initiator: 'merchant' })
    await expect(accounts.set(FRENCH, wish)).rejects.toEqual(code('processor_account_refused'))
    expect(await accounts.set(FRENCH, { ...wish, acquirerAgreed: true })).toMatchObject({ acquirerAgreed: true })
    expect(await accounts.set(SHOP, wish)).toMatchObject({ initiator: 'merchant', acquirerAgreed: false })
  })
})

describe('an account', () => {
  it('belongs to an organisation there is, and is either its own or one of the platform', async () => {
    const accounts = open()
    await expect(accounts.set('org_01KAPAVME0000000000000NONE', plain())).rejects.toEqual(code('not_found'))
    const both = plain({ keys: keys('test'), merchantRef: 'acct_shop1' })
    await expect(accounts.set(SHOP, both)).rejects.toEqual(code('processor_account_refused'))
    await expect(accounts.set('platform', plain({ merchantRef: 'acct_shop1' }))).rejects.toEqual(
      code('processor_account_refused'),
    )
    await accounts.set(SHOP, plain({ keys: keys('test') }))
    expect(await accounts.set(SHOP, plain({ merchantRef: 'acct_shop1' }))).toMatchObject({ keys: null, name: null })
  })

  it('is tested with its keys, or with the platform’s', async () => {
    const accounts = open()
    await expect(accounts.test('platform')).rejects.toEqual(code('processor_account_unknown'))
    await accounts.set(SHOP, plain({ merchantRef: 'acct_shop1' }))
    expect(await accounts.test(SHOP)).toMatchObject({ ok: false })
    await accounts.set('platform', plain({ keys: keys('test') }))
    expect(await accounts.test(SHOP)).toEqual({ ok: true, account: 'acct_of_stripe' })
    const broken = open({
      open: ({ name }) => ({
        processor: { name } as Processor,
        describe: async () => ({ problem: 'Stripe refuses: x' }),
      }),
    })
    expect(await broken.test('platform')).toEqual({ ok: false, problem: 'Stripe refuses: x' })
  })
})
