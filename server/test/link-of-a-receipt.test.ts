import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { LINK_TTL_MS } from '../src/payments/reports/links.ts'
import { openReportingShop, page } from './reporting-house.ts'
import { send } from './test-device.ts'

const shop = await openReportingShop()
const { house, db, mails } = shop

/** Everything that a request could have changed. */
async function rows(): Promise<string> {
  const { rows: all } = await sql<{ all: string }>`select
    (select coalesce(string_agg(t::text, '' order by id), '') from payment t) ||
    (select coalesce(string_agg(t::text, ''), '') from payment_report t) ||
    (select coalesce(string_agg(t::text, ''), '') from payment_report_link t) ||
    (select coalesce(string_agg(t::text, ''), '') from wallet_freeze t) ||
    (select count(*) from outbox_messages) || (select count(*) from audit_entries) as all`.execute(db)
  return all[0]!.all
}
const tokenOf = (link: string) => link.slice(link.lastIndexOf('/') + 1)

describe('the link of a receipt', () => {
  it('shows shop, amount and time; no card, no palm, no person; nothing runs and nothing is fetched', async () => {
    const { shopperId, phone } = await shop.enrolled('ida')
    const { payment } = await shop.hovered('ida')
    const { status, html, headers } = await page(await shop.linkOf(payment.id))
    expect(status).toBe(200)
    expect(html).toContain(payment.merchantName)
    expect(html).toContain('23.40 USD')
    expect(html).toMatch(/<time datetime="\d{4}-/)
    for (const secret of [shopperId, phone, phone.slice(-4), payment.card!.last4, payment.id, /visa/i, /<script|<img/])
      expect(html).not.toMatch(secret)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('changes nothing when it is opened, by whomever and however often', async () => {
    await shop.enrolled('jane')
    const { payment } = await shop.hovered('jane')
    const link = await shop.linkOf(payment.id)
    const before = await rows()
    for (const method of ['GET', 'HEAD', 'GET', 'GET']) expect((await page(link, { method })).status).toBe(200)
    await page(`${link}?do=report&confirm=yes`)
    // A machine that presses buttons does not tick boxes.
    const pressed = await shop.press(link, { do: 'report' })
    expect([pressed.status, pressed.html.includes('tick the box')]).toEqual([422, true])
    await page(link, { method: 'POST' })
    expect(await rows()).toBe(before)
    expect((await shop.hovered('jane')).outcome).toBe('approved')
  })

  it('reports once, however often the form is sent', async () => {
    await shop.enrolled('kim')
    const { payment } = await shop.hovered('kim')
    const links = [await shop.linkOf(payment.id), await shop.linkOf(payment.id)]
    const replies = await Promise.all([...links, ...links].map((link) => shop.report(link)))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(replies.filter(({ html }) => html.includes('name="undo"'))).toHaveLength(1)
    expect((await shop.reports()).filter(({ paymentId }) => paymentId === payment.id)).toHaveLength(1)
    expect((await page(links[1]!)).html).toContain('Your palms are frozen')
  })

  it('speaks the language of the receipt, and the other one when asked', async () => {
    await shop.enrolled('lea')
    const { payment } = await shop.hovered('lea')
    const link = await shop.linkOf(payment.id, 'fr')
    expect(mails.at(-1)!.text).toContain("Ce n'était pas vous ?")
    const french = (await page(link)).html
    expect(french).toContain('lang="fr"')
    expect(french).toContain('23,40 USD')
    expect(french).toContain('Geler mes paumes')
    expect((await page(`${link}?lang=en`)).html).toContain('Freeze my palms')
    const reported = await shop.press(link, { do: 'report', confirm: 'yes', lang: 'fr' })
    expect(reported.html).toContain('Vos paumes sont gelées')
  })

  it('is nowhere in the database or the log, and the same when the receipt is sent again after a crash', async () => {
    await shop.enrolled('mia')
    const { payment } = await shop.hovered('mia')
    const link = await shop.linkOf(payment.id)
    await page(link)
    await sql`update payment_receipt_delivery set state = 'queued', settled_at = null,
      address_sealed = null, kind = 'shopper_phone' where payment_id = ${payment.id}`.execute(db)
    const delivery = await sql<{ id: string }>`
      select id from payment_receipt_delivery where payment_id = ${payment.id}`.execute(db)
    await house.paume.outbox.enqueue(db, 'payments.receipt', { deliveryId: delivery.rows[0]!.id })
    await shop.handOver()
    expect(shop.texts.at(-1)!.text).toContain(link)
    const { rows: dumped } = await sql<{ all: string }>`select
      (select string_agg(t::text, '') from payment_report_link t) ||
      (select string_agg(t::text, '') from payment_receipt_delivery t) ||
      (select string_agg(t::text, '') from outbox_messages t) as all`.execute(db)
    expect(dumped[0]!.all + house.logLines.join('')).not.toContain(tokenOf(link))
  })

  it('cannot be guessed at for long, and is served while others guess', async () => {
    await shop.enrolled('olga')
    const { payment } = await shop.hovered('olga')
    const link = await shop.linkOf(payment.id)
    const guess = () => page(link.replace(tokenOf(link), '0'.repeat(26)))
    const statuses: number[] = []
    for (let i = 0; i < 32; i++) statuses.push((await guess()).status)
    expect(statuses).toEqual([...Array(30).fill(404), 429, 429])
    expect((await shop.report(link)).html).toContain('Your palms are frozen')
  })

  it('stands for nothing once it is wrong, too old, or of somebody who was erased: each looks the same', async () => {
    const { phone } = await shop.enrolled('nora')
    const { payment } = await shop.hovered('nora')
    const link = await shop.linkOf(payment.id)
    // The guesses before are forgotten.
    house.clock.moveMs(61_000)
    const wrong = await page(link.replace(/.$/, (last) => (last === '0' ? '1' : '0')))
    expect(wrong.status).toBe(404)
    for (const odd of ['x', '%00', `${tokenOf(link)}0`, tokenOf(link).toUpperCase(), "'--"])
      expect(await page(link.replace(tokenOf(link), odd)), odd).toMatchObject({ status: 404, html: wrong.html })

    house.clock.moveMs(LINK_TTL_MS - 121_000)
    expect((await page(link)).status).toBe(200)
    house.clock.moveMs(60_000)
    expect(await page(link)).toMatchObject({ status: 404, html: wrong.html })
    expect(await shop.report(link)).toMatchObject({ status: 404, html: wrong.html })
    house.clock.moveMs(-LINK_TTL_MS - 61_000)

    const headers = await shop.signIn(phone)
    await shop.report(link)
    const erased = await send(`${house.url}/v1/me`, { method: 'DELETE', headers: await shop.signIn(phone) })
    expect((await send(`${house.url}/v1/me`, { headers })).status).toBe(401)
    expect([erased.status, erased.body.erased]).toEqual([200, expect.arrayContaining(['links of receipts'])])
    expect(await page(link)).toMatchObject({ status: 404, html: wrong.html })
    const left = await sql`select 1 from payment_report_link where payment_id = ${payment.id}
      union all select 1 from wallet_freeze f join payment p on p.shopper_id = f.shopper_id where p.id = ${payment.id}
      union all select 1 from payment_report where payment_id = ${payment.id} and undo_sha256 is not null`.execute(db)
    expect(left.rows).toEqual([])
    // What was reported of the money stays.
    expect((await shop.reports()).some(({ paymentId }) => paymentId === payment.id)).toBe(true)
  })
})
