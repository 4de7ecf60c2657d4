import type { Dispute, EvidencePack, Payment } from '@paume/contract'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { trialBalance } from '../src/payments/ledger/store.ts'
import { enrol } from './enrol.ts'
import { standInBurst } from './palm-stand-in.ts'
import { chargeOf, pay, refund, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import { type Reply, send } from './test-device.ts'

const { house, register, terminal } = await openShop()
const kiosk = await house.pair('kiosk')

const ask = <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = house.operator) =>
  send<T>(`${house.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }) as Promise<Reply<T>>
const sandbox = () => house.paume.money.sandbox.desk
const shown = (id: string): Promise<Payment> => house.paume.money.payments.byId(id)
const balance = async (kind: string) =>
  (await trialBalance(house.paume.database.db)).accounts
    .filter((account) => account.kind === kind)
    .reduce((sum, account) => sum + account.balanceMinor, 0n)
const wait = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000, interval: 200 })

/** The holder disputes a payment, and we hear of it by the message of the processor alone. */
async function dispute(paymentId: string, answered: 'won' | 'lost' = 'won'): Promise<Dispute> {
  const { ref } = (await chargeOf(house, paymentId))!
  await sandbox().openDispute(ref, { reason: 'fraudulent', answered })
  await wait(async () => (await shown(paymentId)).disputes?.length).toBe(1)
  const { body } = await ask<{ disputes: Dispute[] }>('GET', '/v1/disputes?state=needs_response')
  return body.disputes.find((each) => each.paymentId === paymentId)!
}

describe('a chargeback after the card was deleted', () => {
  it('finds the payment, is answered from what is kept, and is won back', async () => {
    // Registered as people are, so that there is a consent to show.
    const enrolled = await enrol(kiosk, (hand) => standInBurst('dora', hand), { phone: '+12025550141' })
    expect(enrolled.status).toBe(200)
    const { shopper_id } = await house.paume.database.db
      .selectFrom('consents')
      .select('shopper_id')
      .where('shopper_id', 'is not', null)
      .executeTakeFirstOrThrow()
    const shopperId = shopper_id!
    const paid = await pay(house, register, terminal, shopperId)
    expect(paid.state).toBe('approved')
    const before = await balance('merchant_payable')
    await house.paume.people.erasure.erase(shopperId as never, 'shopper')
    await wait(async () => (await house.paume.money.wallet.instrumentOf(shopperId)).kind).toBe('erased')

    const opened = await dispute(paid.id)
    expect(opened).toMatchObject({ state: 'needs_response', amountMinor: 2340, evidence: 'none', reason: 'fraudulent' })
    expect((await shown(paid.id)).disputes).toMatchObject([{ id: opened.id, state: 'needs_response' }])
    expect((await balance('merchant_payable')) - before).toBe(2340n)
    expect(await balance('disputed_receivable')).toBe(2340n)
    const twice = await refund(register, paid.id)
    expect([twice.status, twice.body.code]).toEqual([422, 'amount_exceeds'])

    const pack = (await ask<EvidencePack>('GET', `/v1/disputes/${opened.id}/evidence`)).body
    const text = (heading: string) => pack.sections.find((section) => section.heading === heading)!.text
    expect(pack.sent).toBe(false)
    expect(text('The sale')).toContain(`Terminal: ${terminal.id}`)
    const match = text('Who was recognised, and where')
    const pseudonym = house.paume.pseudonymOf(DEMO_ORGANISATION.id, shopperId)
    for (const part of [pseudonym, terminal.id, paid.id, 'paume-assertion-2.', 'Public key'])
      expect(match).toContain(part)
    const statement = /paume-assertion-2\.([\w-]+)/.exec(match)![1]
    expect(Buffer.from(statement, 'base64url').toString() + JSON.stringify(pack)).not.toContain('shp_')
    expect(text('What the card holder had agreed to')).toMatch(
      /record cns_\w{26}, version[\s\S]*Withdrawn[\s\S]*SHA-256/,
    )
    expect(text('Receipt')).toContain('PAID BY PALM')
    expect(JSON.stringify(pack)).not.toMatch(/similarity|template|embedding|\+1202|4242424242424242/i)

    const path = `/v1/disputes/${opened.id}/evidence`
    const stale = await ask<{ code: string }>('POST', path, { sha256: '0'.repeat(64) })
    expect([stale.status, stale.body.code]).toEqual([409, 'evidence_changed'])
    // The reply is lost after the processor took it; the same wish again is the same answer, and is sent once.
    house.paume.money.sandbox.chaos.loseReplies = { submitEvidence: 1 }
    const wish = { sha256: pack.sha256, statement: 'She comes every week.' }
    expect((await ask<Dispute>('POST', path, wish)).body.evidence).toBe('under_way')
    const sent = (await ask<Dispute>('POST', path, wish)).body
    expect(sent).toMatchObject({ evidence: 'sent', state: 'under_review' })
    expect((await ask<Dispute>('POST', path, wish)).body).toMatchObject({ evidence: 'sent' })
    const other = await ask<{ code: string }>('POST', path, { ...wish, statement: 'Another story.' })
    expect([other.status, other.body.code]).toEqual([409, 'dispute_state'])
    const kept = (await ask<EvidencePack>('GET', path)).body
    expect(kept).toMatchObject({ sent: true })
    expect(await sandbox().evidenceOf(opened.ref)).toEqual(kept.sections)
    expect(kept.sections.at(-1)).toEqual({ heading: 'Statement of the merchant', text: 'She comes every week.' })

    await sandbox().decideDispute(opened.ref, 'won')
    await wait(async () => (await shown(paid.id)).disputes?.[0]?.state).toBe('won')
    expect(await balance('merchant_payable')).toBe(before)
    expect(await balance('disputed_receivable')).toBe(0n)
  }, 90_000)

  it('that is lost takes the money for good, and nothing of it is refunded', async () => {
    const shopperId = await shopperWithCard(house)
    const paid = await pay(house, register, terminal, shopperId)
    expect((await refund(register, paid.id, { amountMinor: 340 })).body.refundedMinor).toBe(340)
    const before = await balance('merchant_payable')
    const opened = await dispute(paid.id, 'lost')
    expect(opened.amountMinor).toBe(2000)
    await sandbox().decideDispute(opened.ref, 'lost')
    await wait(async () => (await shown(paid.id)).disputes?.[0]?.state).toBe('lost')
    expect((await balance('merchant_payable')) - before).toBe(2000n)
    expect(await balance('disputed_receivable')).toBe(0n)
    expect((await refund(register, paid.id)).body.code).toBe('amount_exceeds')
    const late = await ask<{ code: string }>('POST', `/v1/disputes/${opened.id}/evidence`, {
      sha256: (await ask<EvidencePack>('GET', `/v1/disputes/${opened.id}/evidence`)).body.sha256,
    })
    expect([late.status, late.body.code]).toEqual([409, 'dispute_state'])
  }, 60_000)

  it('that is answered after its deadline is refused here, and nothing is sent', async () => {
    const paid = await pay(house, register, terminal, await shopperWithCard(house))
    const { id, ref, evidenceDueAt } = await dispute(paid.id)
    expect(Date.parse(evidenceDueAt!)).toBeGreaterThan(Date.now())
    const path = `/v1/disputes/${id}/evidence`
    const { sha256 } = (await ask<EvidencePack>('GET', path)).body
    await sql`update payment_dispute set evidence_due_at = now() - interval '1 second' where id = ${id}`.execute(
      house.paume.database.db,
    )
    const late = await ask<{ code: string; detail: string }>('POST', path, { sha256 })
    expect([late.status, late.body.code, late.body.detail]).toEqual([
      409,
      'dispute_state',
      'The time for evidence is over.',
    ])
    expect((await ask<Dispute>('GET', `/v1/disputes/${id}`)).body.evidence).toBe('none')
    expect(await sandbox().evidenceOf(ref)).toBeNull()
    await sandbox().decideDispute(ref, 'lost')
  }, 60_000)

  it('is for operators only', async () => {
    const id = 'dsp_00000000000000000000000000'
    const asked: [string, string, unknown?][] = [
      ['GET', '/v1/disputes'],
      ['GET', `/v1/disputes/${id}`],
      ['GET', `/v1/disputes/${id}/evidence`],
      ['POST', `/v1/disputes/${id}/evidence`, { sha256: '0'.repeat(64) }],
    ]
    for (const [method, path, body] of asked) expect((await ask(method, path, body, {})).status).toBe(401)
    expect((await ask('GET', `/v1/disputes/${id}`)).status).toBe(404)
  })
})
