import { UsageError } from './arguments.ts'
import { CALIBRATE_USAGE, parseCalibrateArguments } from './calibrate-arguments.ts'
import { CannotCalibrate, calibrate } from './calibrate-command.ts'
import { writeCalibration } from './calibration-files.ts'
import { ManifestUnusable } from './manifest.ts'

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
