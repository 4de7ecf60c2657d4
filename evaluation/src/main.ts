import { parseArguments, USAGE, UsageError } from './arguments.ts'
import { evaluate, NothingToCompare } from './evaluate-command.ts'
import { ManifestUnusable } from './manifest.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

try {
  const wanted = parseArguments(process.argv.slice(2))
  const summary = await evaluate(wanted, say)
  const { det: _, ...short } = summary
  process.stdout.write(wanted.json ? `${JSON.stringify(summary)}\n` : `${JSON.stringify(short, null, 2)}\n`)
} catch (error) {
  if (error instanceof UsageError) say(`${error.message}\n${USAGE}`)
  else if (error instanceof ManifestUnusable || error instanceof NothingToCompare) say(error.message)
  else throw error
  process.exitCode = 2
}
