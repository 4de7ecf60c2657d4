import { parseArgs } from 'node:util'
import { BandUnavailable, UsageError } from '../evaluation/src/arguments.ts'
import { CALIBRATE_USAGE, parseCalibrateArguments } from '../evaluation/src/calibrate-arguments.ts'
import { CannotCalibrate, calibrate } from '../evaluation/src/calibrate-command.ts'
import { ManifestUnusable } from '../evaluation/src/manifest.ts'
import { calibrateNir } from '../evaluation/src/nir-calibration.ts'
import { writeCalibration, writeNirCalibration } from './calibrate/constants.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

/** `--nir`: only the near-infrared head, on drawn hands; no pictures are asked for. */
async function fitNearInfrared(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      nir: { type: 'boolean' },
      write: { type: 'boolean' },
      json: { type: 'boolean' },
      palms: { type: 'string', default: '40' },
      views: { type: 'string', default: '3' },
    },
  })
  const [palms, views] = [Number(values.palms), Number(values.views)]
  const isPossible = Number.isInteger(palms) && palms >= 10 && Number.isInteger(views) && views >= 2
  if (!isPossible) throw new UsageError('--palms is 10 or more, --views 2 or more')
  const calibration = await calibrateNir({ palms, views }, say)
  if (values.write) await writeNirCalibration(calibration)
  return { calibration, json: values.json ?? false }
}

async function fitVisible(argv: readonly string[]) {
  const wanted = parseCalibrateArguments(argv)
  const calibration = await calibrate(wanted, say)
  if (wanted.write) await writeCalibration(calibration)
  return { calibration, json: wanted.json }
}

try {
  const argv = process.argv.slice(2)
  const { calibration, json } = argv.includes('--nir') ? await fitNearInfrared(argv) : await fitVisible(argv)
  process.stdout.write(`${JSON.stringify(calibration, null, json ? undefined : 2)}\n`)
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
  if (isUsage) say(`${error.message}\n${CALIBRATE_USAGE}`)
  else if (error instanceof ManifestUnusable || error instanceof CannotCalibrate || error instanceof BandUnavailable)
    say(error.message)
  else throw error
  process.exitCode = 2
}
