import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openSyntheticAcquisition, type Seen } from './compare-synthetic/acquire.ts'
import { detectionOf } from './compare-synthetic/detection.ts'
import { figureOf, pageOf, summaryOf } from './compare-synthetic/page.ts'
import { compareAll, compareFolder, type Similarities } from './compare-synthetic/pairs.ts'

const USAGE =
  'node scripts/compare-synthetic.ts [--real DIR [--regions] [--cache FILE]] [--out FILE] [--figure FILE] [--people 30] [--views 4] [--first 1] [--easiest 0] [--hardest 0.5]'

const { values } = parseArgs({
  options: {
    real: { type: 'string' },
    regions: { type: 'boolean', default: false },
    cache: { type: 'string' },
    out: { type: 'string', default: 'out/compare.html' },
    figure: { type: 'string' },
    people: { type: 'string', default: '30' },
    views: { type: 'string', default: '4' },
    first: { type: 'string', default: '1' },
    easiest: { type: 'string', default: '0' },
    hardest: { type: 'string', default: '0.5' },
  },
})
const whole = (text: string, least: number) => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  process.stderr.write(`${text} is no whole number of ${least} or more\n${USAGE}\n`)
  process.exit(2)
}
const [people, views, first] = [whole(values.people, 1), whole(values.views, 1), whole(values.first, 0)]
const [easiest, hardest] = [Number(values.easiest), Number(values.hardest)]
if (!(easiest >= 0 && easiest <= hardest && hardest <= 1)) {
  process.stderr.write(`difficulties lie in 0…1\n${USAGE}\n`)
  process.exit(2)
}

/** People alternate between right and left hands, views between easy and hard, out of step with one another. */
async function synthetic(): Promise<Seen[]> {
  const acquire = await openSyntheticAcquisition()
  const seen: Seen[] = []
  for (let index = 0; index < people * views; index++) {
    const person = first + Math.floor(index / views)
    const view = 1 + (index % views)
    const share = ((index * 0.618_034) % 1) * (hardest - easiest)
    seen.push(await acquire({ person, view, hand: person % 2 ? 'R' : 'L', difficulty: easiest + share }))
    if ((index + 1) % 20 === 0) process.stderr.write(`rendered and read ${index + 1} of ${people * views}\n`)
  }
  return seen
}

const seen = await synthetic()
const good = seen.flatMap(({ truth, sample }) => {
  const palm = { person: `${truth.person}`, palm: `${truth.person}${truth.hand}`, hand: truth.hand }
  return sample ? [{ palm, sample }] : []
})
const sets: Similarities[] = [
  compareAll(`synthetic, difficulty ${easiest}–${hardest}`, good, seen.length - good.length),
]
if (values.real) {
  const folder = values.real
  sets.push(
    await compareFolder({ folder, regions: values.regions, cache: values.cache ?? null }, path.basename(folder)),
  )
}
await mkdir(path.dirname(values.out), { recursive: true })
await writeFile(values.out, pageOf(sets))
if (values.figure) await writeFile(values.figure, figureOf(sets))
process.stderr.write(`${values.out}\n`)
console.log(JSON.stringify({ detection: detectionOf(seen), sets: sets.map(summaryOf) }))
process.exit(0)
