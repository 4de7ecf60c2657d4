import { parseArgs } from 'node:util'
import { UsageError, understood } from './arguments.ts'

/** A folder with a `manifest.csv`. */
export type CalibrationSet = { readonly folder: string; readonly isCut: boolean }

export type CalibrateArguments = {
  /** People who do not exist: the fusion is fitted to them. */
  readonly synthetic: readonly CalibrationSet[]
  /** Real pictures: only how alike their strangers are is kept, as aggregate figures. */
  readonly real: readonly CalibrationSet[]
  /** Writes the constants into the recogniser. */
  readonly write: boolean
  readonly json: boolean
  /** Pairs of strangers compared in each set, at most. */
  readonly mostStrangers: number
}

export const CALIBRATE_USAGE =
  'npm run calibrate -- --synthetic DIR | --synthetic-regions DIR … --whole DIR | --regions DIR … [--strangers PAIRS] [--write] [--json]\n' +
  'npm run calibrate -- --nir [--palms N] [--views N] [--write] [--json]'

export function parseCalibrateArguments(argv: readonly string[]): CalibrateArguments {
  const { values } = understood(() => parse(argv))
  const sets = (whole: string[] = [], cut: string[] = []): CalibrationSet[] => [
    ...whole.map((folder) => ({ folder, isCut: false })),
    ...cut.map((folder) => ({ folder, isCut: true })),
  ]
  const synthetic = sets(values.synthetic, values['synthetic-regions'])
  const real = sets(values.whole, values.regions)
  if (synthetic.length === 0) throw new UsageError('--synthetic or --synthetic-regions is missing')
  if (real.length === 0) throw new UsageError('--whole or --regions is missing')
  const mostStrangers = Number(values.strangers)
  if (!(mostStrangers >= 1000)) throw new UsageError('--strangers is a number of pairs, 1000 or more')
  return { synthetic, real, mostStrangers, write: values.write ?? false, json: values.json ?? false }
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      synthetic: { type: 'string', multiple: true },
      'synthetic-regions': { type: 'string', multiple: true },
      whole: { type: 'string', multiple: true },
      regions: { type: 'string', multiple: true },
      write: { type: 'boolean' },
      json: { type: 'boolean' },
      strangers: { type: 'string', default: '200000' },
    },
  })
