import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { benchFleet } from './bench/fleet.ts'
import { benchGalleries } from './bench/galleries.ts'
import { benchGates } from './bench/gates.ts'
import { benchHover } from './bench/hover.ts'
import { benchLoad } from './bench/load.ts'
import { benchOverview } from './bench/overview.ts'
import { benchPayments } from './bench/payments.ts'
import { benchSearch } from './bench/search.ts'
import type { GallerySize } from './bench/shop.ts'

/** Galleries against which hovers are timed: a shop's, a million templates, a million palms of three templates. */
const SIZES: readonly GallerySize[] = [
  { palms: 1_000, templatesAPalm: 4 },
  { palms: 250_000, templatesAPalm: 4 },
  { palms: 1_000_000, templatesAPalm: 3 },
]
const say = (line: string) => process.stderr.write(`${line}\n`)
const round = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(3)) : value

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    load: { type: 'string' },
    /** Keeps the rendered pictures there, so that the next run need not render them. */
    pictures: { type: 'string' },
    /** Only galleries of at most so many templates. */
    templates: { type: 'string' },
    /** Of `bench payments`: how long, and how many tills with a terminal each. */
    seconds: { type: 'string', default: '20' },
    concurrency: { type: 'string', default: '24' },
    /** Of `bench galleries`: how many organisations, and palms of each. */
    organisations: { type: 'string', default: '200' },
    palms: { type: 'string', default: '500' },
    /** Of `bench overview` and `bench fleet`: payments in the database, and the days they are spread over. */
    rows: { type: 'string', default: '1000000' },
    /** Of `bench gates`: people through one gate, entries a second, and whether real pictures are recognised. */
    people: { type: 'string', default: '500' },
    rate: { type: 'string', default: '5' },
    real: { type: 'boolean' },
    days: { type: 'string', default: '28' },
  },
})
if (
  positionals.length > 1 ||
  !['payments', 'overview', 'fleet', 'galleries', 'gates'].includes(positionals[0] ?? 'payments')
) {
  console.error(`usage: npm run bench [-- payments [--seconds 20] [--concurrency 24]] [--json]
       npm run bench -- galleries [--organisations 200] [--palms 500] [--json]
       npm run bench -- gates [--people 500] [--rate 5] [--real] [--json]
       npm run bench -- overview [--rows 1000000] [--days 28] [--json]
       npm run bench -- fleet [--rows 1000000] [--days 28] [--json]`)
  process.exit(2)
}
if (positionals[0] === 'gates') {
  const run = {
    people: Number(values.people),
    entriesASecond: Number(values.rate),
    real: values.real === true,
    seed: 7,
  }
  const figures = await benchGates(run, availableParallelism(), say)
  console.log(JSON.stringify(figures, round, values.json ? undefined : 2))
  process.exit(figures.matches ? 0 : 1)
}
if (positionals[0] === 'fleet') {
  const figures = await benchFleet({ payments: Number(values.rows), days: Number(values.days) }, say)
  console.log(JSON.stringify(figures, round, values.json ? undefined : 2))
  process.exit(figures.heartbeats === figures.devices ? 0 : 1)
}
if (positionals[0] === 'overview') {
  const figures = await benchOverview({ payments: Number(values.rows), days: Number(values.days) }, say)
  console.log(JSON.stringify(figures, round, values.json ? undefined : 2))
  process.exit(figures.ledgerSumMinor === 0 ? 0 : 1)
}
if (positionals[0] === 'galleries') {
  const figures = await benchGalleries(Number(values.organisations), Number(values.palms))
  console.log(JSON.stringify(figures, round, values.json ? undefined : 2))
  process.exit(0)
}
if (positionals[0] === 'payments') {
  const figures = await benchPayments(Number(values.seconds), Number(values.concurrency), say)
  if (values.json) console.log(JSON.stringify(figures, round))
  else
    for (const [name, value] of Object.entries(figures))
      console.log(`${name.padEnd(18)} ${JSON.stringify(value, round)}`)
  process.exit(figures.notApproved === 0 && figures.ledgerSumMinor === 0 ? 0 : 1)
}
const most = Number(values.templates ?? Number.POSITIVE_INFINITY)
const hovers = await benchHover({
  sizes: SIZES.filter(({ palms, templatesAPalm }) => palms * templatesAPalm <= most),
  workers: Math.min(4, Math.max(2, availableParallelism())),
  picturesIn: values.pictures ?? null,
  say,
})
const search = await benchSearch(most, (templates) => say(`search: ${templates} templates…`))
// Fills a database first, which takes minutes: only when asked for.
const load = values.load === undefined ? null : await benchLoad(Number(values.load), say)
const figures = { hovers, search, load }

const ms = (value: number) => `${value.toFixed(0)} ms`
if (!values.json) {
  for (const { palms, templates, alone, atOnce, stages } of hovers) {
    console.log(`${palms} palms, ${templates} templates`)
    for (const [what, times] of [
      ['hover → decision', alone],
      [`${atOnce.terminals} hovers at once`, atOnce],
    ] as const) {
      const { p50Ms, p95Ms, identified, refused } = times
      console.log(
        `  ${what.padEnd(20)} p50 ${ms(p50Ms)}, p95 ${ms(p95Ms)} (${times.hovers} hovers, ${identified} identified; ${refused} refused)`,
      )
    }
    console.log(`  ${ms(alone.cpuMs)} of processor a hover`)
    for (const [stage, value] of Object.entries(stages))
      console.log(`  ${stage.padEnd(34)}${value.toFixed(1).padStart(8)} ms`)
  }
  for (const { templates, p50Ms, p95Ms, usearchP50Ms, ratio } of search) {
    console.log(
      `${String(templates).padStart(9)} templates: p50 ${p50Ms.toFixed(2)} ms, p95 ${p95Ms.toFixed(2)} ms, usearch alone ${usearchP50Ms.toFixed(2)} ms, ratio ${ratio.toFixed(2)}`,
    )
  }
  if (load) {
    console.log(
      `${String(load.templates).padStart(9)} templates loaded from PostgreSQL in ${(load.loadMs / 1_000).toFixed(1)} s (${(load.loadCpuMs / 1_000).toFixed(1)} s of processor), put ${(load.putMs / 1_000).toFixed(1)} s, ${load.sealedBytesATemplate.toFixed(0)} bytes each`,
    )
  }
} else console.log(JSON.stringify(figures, round))
process.exit(0)
