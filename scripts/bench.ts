import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { benchHover } from './bench/hover.ts'
import { benchLoad } from './bench/load.ts'
import { benchSearch } from './bench/search.ts'

/** Palms in the gallery while hovers are timed. */
const ENROLLED = 1_000
const say = (line: string) => process.stderr.write(`${line}\n`)
const round = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(3)) : value

const { values } = parseArgs({ options: { json: { type: 'boolean' }, load: { type: 'string' } } })
say(`hovers: 3 frames of 1280×720 against ${ENROLLED} palms…`)
const hovers = await benchHover(ENROLLED, Math.min(4, Math.max(2, availableParallelism())))
const search = await benchSearch((templates) => say(`search: ${templates} templates…`))
// Fills a database first, which takes minutes: only when asked for.
const load = values.load === undefined ? null : await benchLoad(Number(values.load), say)
const figures = { ...hovers, search, load }

if (!values.json) {
  const { hover, atOnce, stages } = figures
  console.log(
    `hover → decision   p50 ${hover.p50Ms.toFixed(0)} ms, p95 ${hover.p95Ms.toFixed(0)} ms (${hover.hovers} hovers, ${hover.identified} identified)`,
  )
  console.log(
    `${atOnce.terminals} hovers at once   p50 ${atOnce.p50Ms.toFixed(0)} ms, p95 ${atOnce.p95Ms.toFixed(0)} ms (${atOnce.hovers} hovers, ${atOnce.identified} identified)`,
  )
  for (const [stage, ms] of Object.entries(stages)) console.log(`  ${stage.padEnd(34)}${ms.toFixed(1).padStart(8)} ms`)
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
