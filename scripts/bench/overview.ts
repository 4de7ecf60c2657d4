import type pg from 'pg'
import { fillPayments } from './fill-payments.ts'
import { connectTo, startStandIn } from './stand-in-process.ts'

export type OverviewFigures = {
  payments: number
  shops: number
  days: number
  /** How long the rows took to write, s. */
  fillSeconds: number
  /** Of everything that was written; must be 0. */
  ledgerSumMinor: number
  /** The first answer after the rows were written, and then many of them, ms. */
  firstMs: number
  overviewMs: number
  p95Ms: number
  /** The day with all payments in it, and a report over all days, ms. */
  wholeOnOneDayMs: number
  shopsReportMs: number
  funnelReportMs: number
}

/** Asked so often after the first time. */
const REPETITIONS = 20
const ZONES = ['America/Los_Angeles', 'America/Denver', 'America/New_York']

/** How long the route takes, over HTTP; headers say who asks. */
export async function timeRoute(url: string, headers: Record<string, string>): Promise<number> {
  const startMs = performance.now()
  const reply = await fetch(url, { headers })
  await reply.text()
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}`)
  return performance.now() - startMs
}

/** The overview, first and then again and again, ms. */
export async function timeOverview(
  baseUrl: string,
  headers: Record<string, string>,
): Promise<Pick<OverviewFigures, 'firstMs' | 'overviewMs' | 'p95Ms'>> {
  const url = `${baseUrl}/v1/console/overview`
  const firstMs = await timeRoute(url, headers)
  const times: number[] = []
  for (let i = 0; i < REPETITIONS; i++) times.push(await timeRoute(url, headers))
  times.sort((a, b) => a - b)
  return { firstMs, overviewMs: times[Math.floor(REPETITIONS / 2)]!, p95Ms: times[Math.floor(REPETITIONS * 0.95)]! }
}

/** The overview of 65 shops with a million payments in the database. Server and PostgreSQL are processes of their own. */
export async function benchOverview(
  { payments, days }: { payments: number; days: number },
  say: (line: string) => void,
): Promise<OverviewFigures> {
  const { baseUrl, operatorToken, dataDir, stop } = await startStandIn()
  const client = await connectTo(dataDir)
  const headers = { authorization: `Bearer ${operatorToken}` }
  try {
    const shops = await addShops(client, 65)
    say(`overview: ${payments} payments in ${shops} shops over ${days} days…`)
    const startMs = performance.now()
    await fillPayments(client, { payments, days, until: new Date() })
    const fillSeconds = (performance.now() - startMs) / 1_000
    const { rows } = await client.query<{ sum: string }>(
      'select coalesce(sum(amount_minor), 0)::text sum from ledger_entry',
    )
    const overview = await timeOverview(baseUrl, headers)
    const today = new Date().toISOString().slice(0, 10)
    const from = new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10)
    const report = (name: string) =>
      timeRoute(`${baseUrl}/v1/console/reports/${name}?from=${from}&to=${today}`, headers)
    const shopsReportMs = await report('shops')
    const funnelReportMs = await report('funnel')
    say('overview: everything moved to one day…')
    await client.query('begin')
    await client.query('set local session_replication_role = replica')
    await client.query(
      "update payment set ended_at = '2026-01-15T12:00:00Z'::timestamptz + random() * interval '6 hours' where ended_at is not null",
    )
    await client.query(
      "update ledger_transfer set settled_at = '2026-01-15T12:00:00Z'::timestamptz + random() * interval '6 hours'",
    )
    await client.query('commit')
    await client.query('vacuum analyze payment')
    await client.query('vacuum analyze ledger_transfer')
    await timeRoute(`${baseUrl}/v1/console/overview?day=2026-01-15`, headers)
    const wholeOnOneDayMs = await timeRoute(`${baseUrl}/v1/console/overview?day=2026-01-15`, headers)
    const sums = { ledgerSumMinor: Number(rows[0]!.sum), fillSeconds }
    return { payments, shops, days, ...sums, ...overview, wholeOnOneDayMs, shopsReportMs, funnelReportMs }
  } finally {
    await client.end()
    await stop()
  }
}

/** An organisation with shops in three time zones, besides the demo's. Answers how many shops there are then. */
async function addShops(client: pg.Client, shops: number): Promise<number> {
  const organisation = 'org_00000000000000000000BENCH0'
  await client.query("insert into organisations (id, name) values ($1, 'Bench Stores') on conflict do nothing", [
    organisation,
  ])
  await client.query(
    `insert into shops (id, organisation_id, name, currency, languages, country, time_zone, jurisdiction)
     select 'shop_' || lpad(n::text, 26, '0'), $1, 'Bench shop ' || n, 'USD', array['en'], 'US', ($2::text[])[1 + n % 3], 'us_ca'
       from generate_series(1, $3::int) n on conflict do nothing`,
    [organisation, ZONES, shops],
  )
  const { rows } = await client.query<{ count: string }>('select count(*) from shops')
  return Number(rows[0]!.count)
}
