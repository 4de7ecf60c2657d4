import { parseArgs } from 'node:util'

export type Arguments = {
  dataset: string
  /** The pictures are cut palms. */
  regions: boolean
  json: boolean
  peer: 'compcode' | null
  /** A folder of cut palms, enrolled beside when the shortlist's loss is measured. */
  strangers: string | null
  /** Where similarities and report go. */
  out: string
}

/** The command line cannot be understood; the message says why. */
export class UsageError extends Error {
  readonly code = 'usage'
}

export const USAGE =
  'npm run evaluate -- --dataset DIR [--regions] [--peer compcode] [--strangers DIR] [--out DIR] [--json]'

export function parseArguments(argv: readonly string[]): Arguments {
  let values: ReturnType<typeof parse>['values']
  try {
    values = parse(argv).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
  if (!values.dataset) throw new UsageError('--dataset is missing')
  if (values.peer !== undefined && values.peer !== 'compcode') throw new UsageError('the only peer is compcode')
  return {
    dataset: values.dataset,
    regions: values.regions ?? false,
    json: values.json ?? false,
    peer: values.peer ?? null,
    strangers: values.strangers ?? null,
    out: values.out ?? 'out/evaluate',
  }
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      dataset: { type: 'string' },
      regions: { type: 'boolean' },
      json: { type: 'boolean' },
      peer: { type: 'string' },
      strangers: { type: 'string' },
      out: { type: 'string' },
    },
  })
