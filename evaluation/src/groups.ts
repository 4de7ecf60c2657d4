import { splitOf } from './evaluation.ts'
import type { Entry } from './manifest.ts'
import { eer, fmrAt, fnmrAt, type Split, thresholdAtFmr } from './metrics.ts'
import type { Pair } from './similarities.ts'

/** Rates of a part of the pairs. */
export type GroupRates = {
  group: string
  people: number
  pictures: number
  genuine: number
  impostor: number
  /** With a threshold of the group's own. */
  eer: number | null
  /** With the threshold that gives the whole set the common FMR: what a shop with one threshold would see. */
  fnmr: number | null
  fmr: number | null
}

export type GroupedRates = {
  /** 1e-3, or 1e-2 where impostor pairs are too few for that; null where they are too few for either. */
  commonFmr: number | null
  /** Empty where the set has one session. */
  bySession: GroupRates[]
  /** By camera: what stands before the first `-` of a session. Empty where there is one. */
  byCamera: GroupRates[]
  bySkinTone: GroupRates[]
}

/** Shares of strangers' pairs above the one threshold of the set, the first that three by the number of pairs allows. */
const COMMON_FMRS = [1e-3, 1e-2]

/** `skinTones`: a group for every picture (see `skin-tone.ts`); a person is in the group of most of their pictures. */
export function groupedRates(
  pairs: readonly Pair[],
  entries: readonly Entry[],
  skinTones: readonly string[],
): GroupedRates {
  const all = splitOf(pairs)
  const commonFmr = COMMON_FMRS.find((fmr) => fmr * all.impostor.length >= 3) ?? null
  const threshold = commonFmr === null ? null : thresholdAtFmr(all, commonFmr)
  const grouped = (labelOf: (a: number, b: number) => string | null) =>
    [...groupsOf(pairs, labelOf)]
      .map(([group, own]) => rates(group, own, entries, threshold))
      .sort((x, y) => x.group.localeCompare(y.group, 'en', { numeric: true }))
  const sessions = entries.map(({ session }) => session)
  const cameras = sessions.map((session) => session.split('-')[0])
  const tones = tonesOfPeople(entries, skinTones)
  const of = (labels: readonly string[]) => (a: number, b: number) => [labels[a], labels[b]].sort().join(' – ')
  return {
    commonFmr,
    bySession: one(sessions)
      ? []
      : grouped((a, b) => (sessions[a] === sessions[b] ? 'same session' : 'different sessions')),
    byCamera: one(cameras) ? [] : grouped(of(cameras)),
    bySkinTone: grouped((a, b) => (tones[a] === tones[b] ? tones[a] : null)),
  }
}

const one = (labels: readonly string[]) => new Set(labels).size < 2

function groupsOf(pairs: readonly Pair[], labelOf: (a: number, b: number) => string | null): Map<string, Pair[]> {
  const groups = new Map<string, Pair[]>()
  for (const pair of pairs) {
    const label = labelOf(pair.a, pair.b)
    if (label === null) continue
    const own = groups.get(label)
    if (own) own.push(pair)
    else groups.set(label, [pair])
  }
  return groups
}

function rates(group: string, pairs: readonly Pair[], entries: readonly Entry[], threshold: number | null): GroupRates {
  const sorted: Split = splitOf(pairs)
  const pictures = new Set(pairs.flatMap(({ a, b }) => [a, b]))
  return {
    group,
    people: new Set([...pictures].map((i) => entries[i].person)).size,
    pictures: pictures.size,
    genuine: sorted.genuine.length,
    impostor: sorted.impostor.length,
    eer: eer(sorted),
    fnmr: threshold !== null && sorted.genuine.length > 0 ? fnmrAt(sorted, threshold) : null,
    fmr: threshold !== null && sorted.impostor.length > 0 ? fmrAt(sorted, threshold) : null,
  }
}

/** Light falls differently on every picture: the group of most of a person's pictures stands for all of them. */
function tonesOfPeople(entries: readonly Entry[], skinTones: readonly string[]): string[] {
  const byPerson = Map.groupBy(entries.keys(), (i) => entries[i].person)
  const toneOf = new Map(
    [...byPerson].map(([person, own]) => {
      const counts = Map.groupBy(own, (i) => skinTones[i])
      const [most] = [...counts].sort((x, y) => y[1].length - x[1].length)
      return [person, most[0]]
    }),
  )
  return entries.map(({ person }) => toneOf.get(person)!)
}
