import { BandUnavailable, parseArguments, USAGE, UsageError } from './arguments.ts'
import { PeerUnavailable } from './edcc.ts'
import { evaluate } from './evaluate-command.ts'
import { evaluateNir } from './evaluate-nir.ts'
import { asksForLinkage, LINKAGE_USAGE, measureLinkage, NothingToLink } from './linkage-command.ts'
import { asksForLiveness, LIVENESS_USAGE } from './liveness/liveness-arguments.ts'
import { measureLiveness } from './liveness/liveness-command.ts'
import { ManifestUnusable } from './manifest.ts'
import { NothingToCompare } from './verification.ts'

/** What is wrong with the call or the machine, not with us: one sentence, no stack. */
const EXPECTED = [ManifestUnusable, NothingToCompare, PeerUnavailable, BandUnavailable, NothingToLink]

const say = (line: string) => process.stderr.write(`${line}\n`)

const argv = process.argv.slice(2)
const usage = asksForLiveness(argv) ? LIVENESS_USAGE : asksForLinkage(argv) ? LINKAGE_USAGE : USAGE

async function evaluateRecognition() {
  const wanted = parseArguments(argv)
  const summary = await (wanted.band === 'nir' ? evaluateNir : evaluate)(wanted, say)
  const { det: _, ...short } = summary
  process.stdout.write(wanted.json ? `${JSON.stringify(summary)}\n` : `${JSON.stringify(short, null, 2)}\n`)
}

try {
  if (asksForLiveness(argv)) process.stdout.write(await measureLiveness(argv, say))
  else if (asksForLinkage(argv)) process.stdout.write(await measureLinkage(argv, say))
  else await evaluateRecognition()
} catch (error) {
  if (error instanceof UsageError) say(`${error.message}\n${usage}`)
  else if (EXPECTED.some((kind) => error instanceof kind)) say((error as Error).message)
  else throw error
  process.exitCode = 2
}
