import { parseArgs } from 'node:util'
import { EDCC_PROGRAM } from './edcc.ts'
import type { Condition } from './manifest.ts'
import { PEERS, type PeerName } from './matchers.ts'

export type Band = 'rgb' | 'nir'

export type Arguments = {
  dataset: string
  /** The pictures are cut palms. */
  regions: boolean
  /** Cut palms that lie beside the hand by a fifth or more take part, too. */
  everyRegion: boolean
  json: boolean
  peers: readonly PeerName[]
  /** The program that speaks for EDCC. */
  edcc: string
  band: Band
  /** Only pictures that fulfil all of these take part. */
  where: readonly Condition[]
  /** A folder of cut palms of people who do not exist, enrolled beside where one person is sought among many. */
  strangers: string | null
  /** Where similarities and report go. */
  out: string
}

/** The command line cannot be understood; the message says why. */
export class UsageError extends Error {
  readonly code = 'usage'
}

/** What `parse` makes of a command line. Throws UsageError in place of whatever it throws. */
export function understood<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse()
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** There is no network for this band yet. Never answered with another band's figures. */
export class BandUnavailable extends Error {
  readonly code = 'band_unavailable'
  constructor(band: Band) {
    super(`the band ${band} cannot be evaluated: this recogniser has no network for it`)
    this.name = 'BandUnavailable'
  }
}

export const USAGE = `npm run evaluate -- --dataset DIR [--regions [--every-region]] [--peer ${PEERS.join('|')}]… [--edcc PATH] [--band rgb|nir]
  [--where COLUMN=VALUE|COLUMN!=VALUE]… [--strangers DIR] [--out DIR] [--json]`

export function parseArguments(argv: readonly string[]): Arguments {
  const { values } = understood(() => parse(argv))
  if (!values.dataset) throw new UsageError('--dataset is missing')
  return {
    dataset: values.dataset,
    regions: values.regions ?? false,
    everyRegion: values['every-region'] ?? false,
    json: values.json ?? false,
    peers: peersOf(values.peer ?? []),
    edcc: values.edcc ?? EDCC_PROGRAM,
    band: bandOf(values.band ?? 'rgb'),
    where: (values.where ?? []).map(conditionOf),
    strangers: values.strangers ?? null,
    out: values.out ?? 'out/evaluate',
  }
}

/** Peers may be repeated or separated by commas; each is asked once. */
function peersOf(given: readonly string[]): PeerName[] {
  const names = given.flatMap((names) => names.split(','))
  const unknown = names.find((name) => !PEERS.some((peer) => peer === name))
  if (unknown !== undefined) throw new UsageError(`there is no peer "${unknown}"; there are ${PEERS.join(', ')}`)
  return PEERS.filter((peer) => names.includes(peer))
}

function bandOf(band: string): Band {
  if (band !== 'rgb' && band !== 'nir') throw new UsageError(`--band is rgb or nir, not "${band}"`)
  return band
}

function conditionOf(text: string): Condition {
  const match = /^(person|hand|palm|session|sample)(!?)=(.+)$/.exec(text)
  if (!match)
    throw new UsageError(`--where takes person, hand, palm, session or sample, = or != and a value, not "${text}"`)
  return { column: match[1] as Condition['column'], is: match[2] === '', value: match[3] }
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      dataset: { type: 'string' },
      regions: { type: 'boolean' },
      'every-region': { type: 'boolean' },
      json: { type: 'boolean' },
      peer: { type: 'string', multiple: true },
      edcc: { type: 'string' },
      band: { type: 'string' },
      where: { type: 'string', multiple: true },
      strangers: { type: 'string' },
      out: { type: 'string' },
    },
  })
