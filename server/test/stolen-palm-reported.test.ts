import { beforeEach, describe, expect, it } from 'vitest'
import { openReportingShop, page } from './reporting-house.ts'
import { pay } from './sale.ts'
import { post, send } from './test-device.ts'

const shop = await openReportingShop()
const { house, register, terminal, mails, texts } = shop
beforeEach(() => {
  mails.length = 0
  texts.length = 0
})
const undoOf = (html: string) => /name="undo" value="([^"]+)"/.exec(html)?.[1]

describe('a shopper who says that a payment was not theirs', () => {
  it('has their palms frozen at once, and everybody who should know hears of it', async () => {
    const ana = await shop.enrolled('ana')
    const { payment } = await shop.hovered('ana')
    const session = await shop.signIn(ana.phone)
    const link = await shop.linkOf(payment.id)
    const before = (await shop.payment(payment.id)).version

    const reported = await shop.report(link)
    expect(reported.status).toBe(200)
    expect(reported.html).toContain('Your palms are frozen')

    for (const hand of ['L', 'R'] as const) {
      const refused = await shop.hovered('ana', hand)
      expect([refused.outcome, refused.payment.state, refused.payment.reason]).toEqual([
        'declined',
        'declined',
        'palm_frozen',
      ])
      expect(refused.payment.authorisedMinor).toBe(0)
    }
    const marked = await shop.payment(payment.id)
    expect(marked).toMatchObject({ state: 'approved', report: { state: 'open' } })
    expect(marked.version).toBe(before + 1)
    const [report] = await shop.reports('?state=open')
    expect(report).toMatchObject({
      paymentId: payment.id,
      via: 'link',
      frozen: true,
      amountMinor: 2340,
      currency: 'USD',
    })
    expect(await shop.audited()).toContain('payment.reported')
    await shop.handOver()
    expect(texts.filter(({ to }) => to === ana.phone).at(-1)!.text).toContain('frozen')
    // A session from before the report cannot lift it.
    expect((await send(`${house.url}/v1/me`, { headers: session })).status).toBe(401)
    await shop.decide(report!.id, { decision: 'reject', liftFreeze: true })
  })

  it('gets the money back when an operator decides so, once', async () => {
    await shop.enrolled('bea')
    const { payment } = await shop.hovered('bea')
    await shop.report(await shop.linkOf(payment.id))
    const { id } = (await shop.payment(payment.id)).report!

    const evidence = await send(`${house.url}/v1/payment-reports/${id}/evidence`, { headers: house.operator })
    expect(evidence.body.sections.map(({ heading }: { heading: string }) => heading)).toContain(
      'Who was recognised, and where',
    )
    const note = { decision: 'refund', note: 'Another hand on the film of the shop.' }
    const replies = await Promise.all([shop.decide(id, note), shop.decide(id, note), shop.decide(id, note)])
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await shop.payment(payment.id)).toMatchObject({
      refundedMinor: 2340,
      refunds: [{ id: replies[0]!.body.refundId, state: 'succeeded' }],
      report: { state: 'refunded' },
    })
    const other = await shop.decide(id, { decision: 'reject' })
    expect([other.status, other.body.code]).toEqual([409, 'report_state'])
    // The palms stay frozen: whose hand it was is not known yet.
    expect((await shop.hovered('bea')).payment.reason).toBe('palm_frozen')
    expect((await page(await shop.linkOf(payment.id))).html).toContain('The money goes back')
    await post(`${house.url}/v1/payment-reports/${id}/lift-freeze`, {}, house.operator)
    expect((await shop.hovered('bea')).outcome).toBe('approved')
  })

  it('pays again after signing in by a code to the phone, while the report stays', async () => {
    const { phone } = await shop.enrolled('cleo')
    const { payment } = await shop.hovered('cleo')
    await shop.report(await shop.linkOf(payment.id))
    const headers = await shop.signIn(phone)
    const state = await send(`${house.url}/v1/me/palm`, { headers })
    expect(state.body).toMatchObject({ frozen: true, frozenSince: expect.any(String) })
    const lifted = await post(`${house.url}/v1/me/palm/unfreeze`, {}, headers)
    expect([lifted.status, lifted.body]).toEqual([200, { frozen: false }])
    expect((await shop.hovered('cleo')).outcome).toBe('approved')
    const [report] = await shop.reports('?state=open')
    expect(report).toMatchObject({ paymentId: payment.id, frozen: false })
    // Lifted before the first text was on its way: the phone hears how it stands.
    await shop.handOver()
    expect(texts.filter(({ to, text }) => to === phone && text.startsWith('Paume:'))).toEqual([
      { to: phone, text: expect.stringContaining('works again') },
    ])
  })

  it('may take it back for ten minutes, only on the page that answered', async () => {
    await shop.enrolled('dora')
    const { payment } = await shop.hovered('dora')
    const link = await shop.linkOf(payment.id)
    const undo = undoOf((await shop.report(link)).html)!
    // Whoever reads the mailbox later finds no way back there, nor by pressing again.
    expect(undoOf((await page(link)).html)).toBe(undefined)
    expect(undoOf((await shop.report(link)).html)).toBe(undefined)
    for (const wrong of ['', 'x', undo.slice(1)]) await shop.press(link, { do: 'withdraw', undo: wrong })
    expect((await shop.hovered('dora')).payment.reason).toBe('palm_frozen')

    const back = await shop.press(link, { do: 'withdraw', undo })
    expect(back.html).toContain('Taken back')
    expect((await shop.hovered('dora')).outcome).toBe('approved')
    expect((await shop.payment(payment.id)).report).toMatchObject({ state: 'withdrawn' })
    // It was not them after all.
    const late = undoOf((await shop.report(link)).html)!
    house.clock.moveMs(10 * 60_000)
    await shop.press(link, { do: 'withdraw', undo: late })
    house.clock.moveMs(-10 * 60_000)
    expect((await shop.payment(payment.id)).report).toMatchObject({ state: 'open' })
    expect((await shop.hovered('dora')).payment.reason).toBe('palm_frozen')
  })

  it('stays frozen as long as one of two reports stands', async () => {
    await shop.enrolled('edna')
    const [first, second] = [await shop.hovered('edna'), await shop.hovered('edna')]
    const undo = undoOf((await shop.report(await shop.linkOf(first.payment.id))).html)!
    await shop.report(await shop.linkOf(second.payment.id))
    await shop.press(await shop.linkOf(first.payment.id), { do: 'withdraw', undo })
    expect((await shop.hovered('edna')).payment.reason).toBe('palm_frozen')
  })

  it('can say so when signed in, of their own payments only', async () => {
    const [fay, gina] = [await shop.enrolled('fay'), await shop.enrolled('gina')]
    const { payment } = await shop.hovered('fay')
    const path = `${house.url}/v1/me/payments/${payment.id}/report`
    const stranger = await post(path, {}, await shop.signIn(gina.phone))
    expect([stranger.status, stranger.body.code]).toEqual([404, 'payment_unknown'])
    const own = await post(path, {}, await shop.signIn(fay.phone))
    expect(own.body).toMatchObject({ state: 'open', via: 'session', frozen: true })
    expect((await shop.hovered('fay')).payment.reason).toBe('palm_frozen')
    expect((await shop.hovered('gina')).outcome).toBe('approved')
  })

  it('lets go what is only held', async () => {
    const { shopperId } = await shop.enrolled('hilda')
    const held = await pay(house, register, terminal, shopperId, { capture: 'manual' })
    await shop.report(await shop.linkOf(held.id))
    const { id } = (await shop.payment(held.id)).report!
    expect((await shop.decide(id, { decision: 'refund' })).body).toMatchObject({ state: 'refunded' })
    expect(await shop.payment(held.id)).toMatchObject({ state: 'cancelled', reason: 'voided' })
  })

  it('is not an operator', async () => {
    for (const path of ['', '/rpt_00000000000000000000000000', '/rpt_00000000000000000000000000/evidence']) {
      expect((await send(`${house.url}/v1/payment-reports${path}`)).status, path).toBe(401)
    }
    const none = await shop.decide('rpt_00000000000000000000000000', { decision: 'refund' })
    expect([none.status, none.body.code]).toEqual([404, 'not_found'])
  })
})
