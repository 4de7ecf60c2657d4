import { resolve } from 'node:path'
import { writeDataset } from '@paume/synthetic-hands/node'
import { bar, optionsOf, wholeNumber } from './synthetic/arguments.ts'

const USAGE =
  'usage: node scripts/synthetic-dataset.ts --people N --views N --out DIR [--first N] [--difficulty 0…1] — pictures of people who do not exist, laid out like a research set'

/** Writes manifest.csv and images/: both palms of each person. Returns the exit code. */
async function main(): Promise<number> {
  const values = optionsOf({
    people: { type: 'string', default: '10' },
    views: { type: 'string', default: '6' },
    first: { type: 'string', default: '1' },
    difficulty: { type: 'string', default: '0.35' },
    out: { type: 'string' },
    help: { type: 'boolean' },
  })
  if (!values) {
    console.error(USAGE)
    return 2
  }
  const [people, viewsPerPalm] = [wholeNumber(values.people, 1), wholeNumber(values.views, 1)]
  const [firstPerson, difficulty] = [wholeNumber(values.first, 0), Number(values.difficulty)]
  const wrong =
    people === null || viewsPerPalm === null || firstPerson === null || !(difficulty >= 0 && difficulty <= 1)
  if (values.help || wrong || !values.out) {
    console.error(USAGE)
    return values.help ? 0 : 2
  }
  const out = resolve(values.out)
  const { pictures } = await writeDataset(out, {
    people,
    viewsPerPalm,
    firstPerson,
    difficulty,
    onPicture: (done, all) => bar('hands', done, all),
  })
  console.log(`${out}: ${pictures} pictures of ${2 * people} palms`)
  return 0
}

process.exitCode = await main()
