import { randomBytes } from 'node:crypto'
import type pg from 'pg'

export type Fill = {
  payments: number
  /** Days before now that they are spread over; 0: all of them today. */
  days: number
  /** End of the last payment. */
  until: Date
}

/**
 * Writes payments that look as if they had been made: most of them approved and captured, some declined, a few refunded, in every shop
 * there is, by day and not by night; with transfers, journals and entries that balance, and what devices counted of their hovers. The
 * connection is the owner's: triggers that check row by row are left out, all other constraints hold.
 */
export async function fillPayments(client: pg.Client, { payments, days, until }: Fill): Promise<void> {
  const run = (text: string, values: unknown[] = []) => client.query(text, values)
  const prefix = randomBytes(4).toString('hex').toUpperCase()
  await run('begin')
  await run('set local session_replication_role = replica')
  await run('set local synchronous_commit = off')
  await run(`create temp table bench_shop on commit drop as
    select s.id, s.organisation_id, s.name, s.currency, o.name as merchant, row_number() over (order by s.id) - 1 as n
      from shops s join organisations o on o.id = s.organisation_id`)
  await run(
    `create temp table bench_payment on commit drop as
     select row_number() over (order by at) as n, 'pay_' || $4 || lpad(g.i::text, 18, '0') as id, s.id as shop_id, s.organisation_id, s.name as shop_name, s.merchant,
            s.currency, 100 + (random() * 9900)::bigint as minor, random() as fate, random() as again,
            at,
            'shp_' || $4 || lpad((random() * $1 / 8)::int::text, 18, '0') as shopper_id
       from (select i, floor(random() * (select count(*) from bench_shop))::bigint as shop,
                    -- Twelve hours of each day; in the order of time, as payments come to lie on disk.
                    $3::timestamptz - make_interval(days => floor(random() * $2)::int, secs => 43200 * random()) as at
               from generate_series(1, $1::int) i offset 0) g
       join bench_shop s on s.n = g.shop order by at`,
    [payments, Math.max(1, days), until, prefix],
  )
  await run(`
    insert into payment (id, version, state, reason, organisation_id, shop_id, terminal_id, created_by, shop_name, merchant_name, language,
        amount_minor, currency, reference, capture, tip, hovers_left, palm_captured_at, shopper_id, card_brand, card_last4, processor,
        authorised_minor, captured_minor, refunded_minor, maximum_capture_minor, created_at, deadline_at, ended_at)
    select id, 6, case when paid then 'approved' when fate < 0.99 then 'declined' else 'cancelled' end,
           case when paid then null when fate < 0.97 then 'not_recognised' when fate < 0.99 then 'card_declined' else 'cancelled_by_till' end,
           organisation_id, shop_id, 'dev_' || right(shop_id, 26), 'dev_' || right(shop_id, 26), shop_name, merchant, 'en',
           minor, currency, 'bench ' || n, 'automatic', '{"mode":"none"}', 2, at, case when paid then shopper_id end,
           'visa', '4242', 'sandbox', case when paid then minor else 0 end, case when paid then minor else 0 end,
           case when paid and again < 0.03 then minor / 2 else 0 end, case when paid then minor else 0 end,
           at - interval '5 seconds', at + interval '1 minute', at
      from (select *, fate < 0.94 as paid from bench_payment) p`)
  await run(`
    create temp table bench_transfer on commit drop as
    select 'b' || id as id, id as payment_id, 'charge' as kind, organisation_id, currency, minor, at from bench_payment where fate < 0.94
    union all
    select 'r' || id, id, 'refund', organisation_id, currency, minor / 2, at + interval '20 minutes' from bench_payment
     where fate < 0.94 and again < 0.03`)
  await run(`
    insert into ledger_transfer (id, payment_id, kind, organisation_id, currency, amount_minor, posted_minor, state, created_at, settled_at)
    select id, payment_id, kind, organisation_id, currency, minor, minor, 'posted', at, at from bench_transfer`)
  await run(`
    insert into ledger_account (organisation_id, currency, kind)
    select distinct organisation_id, currency, kind from bench_shop cross join unnest(array['authorised_receivable',
      'authorised_payable', 'processor_receivable', 'merchant_payable', 'refunds_in_transit']) kind on conflict do nothing`)
  await run(`
    with journal as (
      insert into ledger_journal (transfer_id, kind, created_at)
      select id, kind, at from (select t.id, j.kind, t.at from bench_transfer t cross join (values ('hold'), ('post')) j (kind)) all_of_them
      returning id, transfer_id, kind
    ), line (transfer, journal, account, sign) as (values
      ('charge', 'hold', 'authorised_receivable', 1), ('charge', 'hold', 'authorised_payable', -1),
      ('charge', 'post', 'authorised_receivable', -1), ('charge', 'post', 'authorised_payable', 1),
      ('charge', 'post', 'processor_receivable', 1), ('charge', 'post', 'merchant_payable', -1),
      ('refund', 'hold', 'merchant_payable', 1), ('refund', 'hold', 'refunds_in_transit', -1),
      ('refund', 'post', 'refunds_in_transit', 1), ('refund', 'post', 'processor_receivable', -1))
    insert into ledger_entry (journal_id, account_id, amount_minor)
    select journal.id, a.id, line.sign * t.minor
      from journal join bench_transfer t on t.id = journal.transfer_id
      join line on line.transfer = t.kind and line.journal = journal.kind
      join ledger_account a on a.organisation_id = t.organisation_id and a.currency = t.currency and a.kind = line.account`)
  await run(
    `insert into report_slot (device_id, shop_id, organisation_id, slot, outcomes, refused_then_identified, steps, total_ms, open_ms,
        analyse_ms, search_ms, authorise_ms)
     select 'dev_' || d || right(s.id, 25), s.id, s.organisation_id, slot, array[9, 1, 1, 0, 0, 1, 0, 0, 0], 1, array[1, 1, 0],
            h, h, h, h, h
       from bench_shop s cross join generate_series(1, 4) d
      cross join generate_series(date_bin('15 minutes', $1::timestamptz, '2000-01-01') - make_interval(days => $2),
                                 $1::timestamptz, interval '15 minutes') slot
      cross join (select array[0, 0, 0, 1, 2, 4, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]::bigint[] as h) histogram
     where extract(hour from slot) between 8 and 20
     on conflict do nothing`,
    [until, Math.max(1, days)],
  )
  await run('commit')
  await run('analyze payment, ledger_transfer, ledger_journal, ledger_entry, report_slot')
}
