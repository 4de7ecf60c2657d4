import { parseArgs } from 'node:util'
import { UsageError } from '../arguments.ts'

export type LivenessArguments = {
  /** Folders of whole hands with a manifest; none: rendered people only. */
  datasets: string[]
  /** Rendered people. */
  people: number
  /** Pictures of a folder made into bona fide bursts, and of those, pictures made into attacks. */
  pictures: number
  attackPictures: number
  /** Fits the weights of 5-liveness to rendered bursts and prints them, in place of measuring. */
  fit: boolean
  /** File of signs already seen, read and added to; null: everything is rendered anew. */
  signs: string | null
  json: boolean
  out: string
}

export const LIVENESS_USAGE =
  'npm run evaluate -- --liveness [--dataset DIR …] [--people N] [--pictures N] [--attack-pictures N] [--signs FILE] [--out DIR] [--json] | --liveness --fit [--people N] [--signs FILE]'

export const asksForLiveness = (argv: readonly string[]) => argv.includes('--liveness')

export function parseLivenessArguments(argv: readonly string[]): LivenessArguments {
  let values: ReturnType<typeof parse>['values']
  try {
    values = parse(argv).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
  return {
    datasets: values.dataset ?? [],
    people: countOf('people', values.people ?? '30'),
    pictures: countOf('pictures', values.pictures ?? '100'),
    attackPictures: countOf('attack-pictures', values['attack-pictures'] ?? '20'),
    fit: values.fit ?? false,
    signs: values.signs ?? null,
    json: values.json ?? false,
    out: values.out ?? 'out/evaluate',
  }
}

function countOf(name: string, text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`--${name} is a whole number from 1 on`)
  return count
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      liveness: { type: 'boolean' },
      dataset: { type: 'string', multiple: true },
      people: { type: 'string' },
      pictures: { type: 'string' },
      'attack-pictures': { type: 'string' },
      fit: { type: 'boolean' },
      signs: { type: 'string' },
      json: { type: 'boolean' },
      out: { type: 'string' },
    },
  })
