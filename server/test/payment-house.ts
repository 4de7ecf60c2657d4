import { randomUUID } from 'node:crypto'
import type { CaptureRequest } from '@paume/contract'
import { afterAll, afterEach, expect } from 'vitest'
import { createAudit } from '../src/audit/service.ts'
import { movableClock } from '../src/clock.ts'
import { openDatabase } from '../src/database.ts'
import { Failure } from '../src/failure.ts'
import { migrate } from '../src/migrate.ts'
import { trialBalance } from '../src/payments/ledger/store.ts'
import { createNotifier } from '../src/payments/notifier.ts'
import { PAYMENT_POLICY, PAYMENT_TIMING, type PaymentParts } from '../src/payments/parts.ts'
import type { AssertionClaims, Caller, IdentityAssertion } from '../src/payments/ports.ts'
import type { Charge } from '../src/payments/processors/processor.ts'
import { calm } from '../src/payments/processors/sandbox/chaos.ts'
import { openSandboxProcessor } from '../src/payments/processors/sandbox/sandbox.ts'
import { reconcile } from '../src/payments/reconciler.ts'
import { createPaymentService } from '../src/payments/service.ts'
import { createTestDatabase } from './test-database.ts'

export const SHOP = { shopId: 'shop_A', organisationId: 'org_A' }
export const TILL: Caller = { ...SHOP, deviceId: 'dev_till', kind: 'register' }
export const terminalCaller = (deviceId = 'dev_terminal'): Caller => ({ ...SHOP, deviceId, kind: 'terminal' })
export const STRANGER: Caller = { deviceId: 'dev_other', kind: 'register', shopId: 'shop_B', organisationId: 'org_B' }

/**
 * The payments subject on a real database and the real sandbox processor, with the rest of the house told by hand: terminals that
 * are online, shoppers whose card is chosen by its number, assertions made on request.
 */
export async function paymentHouse() {
  const database = await createTestDatabase()
  const handle = openDatabase(database.url)
  await migrate(handle.db)
  const clock = movableClock()
  const chaos = calm()
  const sandbox = await openSandboxProcessor({ databaseUrl: database.url, clock, chaos, mode: 'sandbox' })
  const tokens = new Map<string, string>()
  const erased = new Set<string>()
  const silent = new Set<string>()
  /** Further cards of a shopper, after the default. */
  const others = new Map<string, string[]>()
  const troubled: string[] = []
  const assertions = new Map<string, AssertionClaims>()
  const notifier = createNotifier(handle)
  const parts: PaymentParts = {
    db: handle.db,
    clock,
    processors: { sandbox },
    timing: PAYMENT_TIMING,
    policy: PAYMENT_POLICY,
    audit: createAudit(handle.db, clock),
    notifier,
    assertions: {
      async verify(assertion) {
        const claims = assertions.get(assertion)
        if (!claims) throw new Failure('assertion_invalid')
        return claims
      },
    },
    instruments: {
      async instrumentOf(shopperId) {
        if (erased.has(shopperId)) return { kind: 'erased' }
        const token = tokens.get(shopperId)
        if (!token) return { kind: 'none' }
        const card = { processor: 'sandbox', brand: 'visa', last4: '4242' }
        const more = (others.get(shopperId) ?? []).map((token, place) => ({
          instrumentId: `ins_${shopperId}_${place}`,
          token,
          ...card,
          last4: `000${place}`,
        }))
        return { kind: 'found', instrument: { instrumentId: `ins_${shopperId}`, token, ...card }, others: more }
      },
      async troubled(_tx, instrumentId) {
        troubled.push(instrumentId)
      },
    },
    terminals: {
      async find(terminalId) {
        if (!terminalId.startsWith('dev_terminal')) return null
        const lastSeenAt = silent.has(terminalId) ? new Date(0) : new Date(clock.nowMs())
        return { terminalId, kind: 'terminal', shopId: 'shop_A', revoked: false, lastSeenAt }
      },
      async seen(terminalId) {
        silent.delete(terminalId)
      },
    },
    payees: {
      async byShop(shopId) {
        if (shopId !== 'shop_A') return null
        return { ...SHOP, shopName: 'Corner', merchantName: 'Demo Stores', currency: 'USD', languages: ['en'] }
      },
    },
  }
  const payments = createPaymentService(parts)
  let terminals = 0

  const house = {
    parts,
    payments,
    chaos,
    clock,
    sandbox,
    silent,
    erased,
    databaseUrl: database.url,
    /** A terminal that nobody else of the house uses: no test waits for another's payment. */
    newTerminal: () => `dev_terminal_${++terminals}`,
    reconcile: () => reconcile(parts),
    troubled,
    /** Saves a test card for a shopper, and more of them after it. */
    async shopper(number = '4242424242424242', ...more: string[]): Promise<string> {
      const shopperId = `shp_${randomUUID()}`
      tokens.set(shopperId, await house.saveCard(number))
      others.set(shopperId, await Promise.all(more.map(house.saveCard)))
      return shopperId
    },
    async saveCard(number: string): Promise<string> {
      const { setupId, clientSecret } = await sandbox.createSetup({ setupId: randomUUID() })
      await sandbox.confirmSetup(setupId, {
        clientSecret,
        number,
        expiryMonth: 12,
        expiryYear: 2040,
        cvc: number.startsWith('3') ? '1234' : '123',
      })
      const state = await sandbox.fetchSetup(setupId)
      if (state?.kind !== 'succeeded') throw new Error('the card was not saved')
      return state.token
    },
    idempotent: (path: string, body: unknown, key: string = randomUUID()) => ({ key, method: 'POST', path, body }),
    async create(more: Record<string, unknown> = {}, terminalId = 'dev_terminal', key: string = randomUUID()) {
      const body = { amountMinor: 2340, currency: 'USD', reference: `sale-${randomUUID()}`, ...more }
      return payments.create(
        TILL,
        terminalId,
        body,
        house.idempotent(`/v1/terminals/${terminalId}/payments`, body, key),
      )
    },
    /** An assertion as identity would make it; `change` breaks one binding. */
    async assert(
      paymentId: string,
      shopperId: string,
      change: Partial<AssertionClaims> = {},
    ): Promise<IdentityAssertion> {
      const payment = await payments.byId(paymentId)
      const assertion = randomUUID() as string as IdentityAssertion
      assertions.set(assertion, {
        nonce: randomUUID(),
        shopperId,
        terminalId: payment.terminalId,
        payeeId: payment.shop.id,
        paymentId,
        amountMinor: BigInt(payment.totalMinor),
        currency: payment.currency,
        expiresAt: new Date(clock.nowMs() + 30_000),
        ...change,
      })
      return assertion
    },
    /** Shows the amount and takes a palm: ready for the assertion. */
    async hover(paymentId: string) {
      const payment = await payments.byId(paymentId)
      await payments.present(terminalCaller(payment.terminalId), paymentId)
      return payments.recordPalmCaptured(paymentId, `cap_${randomUUID()}`)
    },
    async pay(paymentId: string, shopperId: string) {
      await house.hover(paymentId)
      return payments.authorise(paymentId, await house.assert(paymentId, shopperId))
    },
    refund: (paymentId: string, amountMinor?: number, key?: string) => {
      const body = amountMinor === undefined ? {} : { amountMinor }
      return payments.refund(TILL, paymentId, body, house.idempotent(`/v1/payments/${paymentId}/refunds`, body, key))
    },
    capture: (paymentId: string, amount?: number | CaptureRequest, key?: string) => {
      const body = typeof amount === 'object' ? amount : amount === undefined ? {} : { amountMinor: amount }
      return payments.capture(TILL, paymentId, body, house.idempotent(`/v1/payments/${paymentId}/capture`, body, key))
    },
    increment: (paymentId: string, amountMinor: number, key?: string) => {
      const body = { amountMinor }
      const request = house.idempotent(`/v1/payments/${paymentId}/increments`, body, key)
      return payments.increment(TILL, paymentId, amountMinor, request)
    },
    /** What the processor has of a payment: the last card that was asked. */
    async charge(paymentId: string): Promise<Charge | null> {
      const asked = await handle.db
        .selectFrom('payment_operation')
        .select('processor_key')
        .where('payment_id', '=', paymentId)
        .where('kind', '=', 'authorise')
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .executeTakeFirst()
      return sandbox.fetch({ key: asked?.processor_key ?? `${paymentId}:authorise` })
    },
    /** Our books, our payments and the processor's books say the same. */
    async expectAgreement() {
      const balance = await trialBalance(handle.db)
      expect(balance.sumMinor).toBe(0n)
      const of = (kind: string) =>
        balance.accounts
          .filter((account) => account.kind === kind)
          .reduce((sum, account) => sum + account.balanceMinor, 0n)
      const lines = await sandbox.listSettlement({ from: new Date(0), to: new Date('2100-01-01') })
      const paidOut = lines.reduce((sum, line) => sum + line.amountMinor, 0n)
      expect(of('processor_receivable')).toBe(paidOut)
      const rows = await handle.db.selectFrom('payment').selectAll().execute()
      expect(rows.reduce((sum, row) => sum + row.captured_minor - row.refunded_minor, 0n)).toBe(paidOut)
      for (const row of rows) {
        const charge = await house.charge(row.id)
        expect([row.id, row.captured_minor, row.refunded_minor]).toEqual([
          row.id,
          charge?.capturedMinor ?? 0n,
          charge?.refundedMinor ?? 0n,
        ])
        if (['declined', 'cancelled', 'expired'].includes(row.state)) {
          expect(['voided', 'declined', 'lapsed', undefined]).toContain(charge?.state)
        }
      }
    },
    async close() {
      await notifier.close()
      await sandbox.close()
      await handle.close()
      await database.drop()
    },
  }
  return house
}
export type PaymentHouse = Awaited<ReturnType<typeof paymentHouse>>

/** A house for all tests of a file: calm before each of them, closed after the last, when every book must say the same. */
export async function openPaymentHouse(): Promise<PaymentHouse> {
  const house = await paymentHouse()
  afterEach(() => void Object.assign(house.chaos, calm()))
  afterAll(async () => {
    try {
      await house.expectAgreement()
    } finally {
      await house.close()
    }
  })
  return house
}
