import { UsageError } from '../evaluation/src/arguments.ts'
import { CALIBRATE_USAGE, parseCalibrateArguments } from '../evaluation/src/calibrate-arguments.ts'
import { CannotCalibrate, calibrate } from '../evaluation/src/calibrate-command.ts'
import { ManifestUnusable } from '../evaluation/src/manifest.ts'
import { writeCalibration } from './calibrate/constants.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

try {
  const wanted = parseCalibrateArguments(process.argv.slice(2))
  const calibration = await calibrate(wanted, say)
  if (wanted.write) await writeCalibration(calibration)
  process.stdout.write(`${JSON.stringify(calibration, null, wanted.json ? undefined : 2)}\n`)
} catch (error) {
  if (error instanceof UsageError) say(`${error.message}\n${CALIBRATE_USAGE}`)
  else if (error instanceof ManifestUnusable || error instanceof CannotCalibrate) say(error.message)
  else throw error
  process.exitCode = 2
}
