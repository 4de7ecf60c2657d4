import { parseArgs } from 'node:util'
import { gateTable, runGates } from './gates/run.ts'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '60' },
    rate: { type: 'string', default: '5' },
    seed: { type: 'string', default: '7' },
    /** Synthetic hands and the real recogniser. */
    real: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log('node scripts/gate-simulation.ts [--people 60] [--rate 5] [--seed 7] [--real] [--json]')
  process.exit(0)
}
const report = await runGates(
  {
    people: Number(values.people),
    entriesASecond: Number(values.rate),
    real: values.real === true,
    seed: Number(values.seed),
  },
  (line) => process.stderr.write(`${line}\n`),
)
console.log(values.json ? JSON.stringify(report) : gateTable(report))
process.exit(report.matches ? 0 : 1)
