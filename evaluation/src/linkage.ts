import { randomBytes } from 'node:crypto'
import { cosineOf, type Embedding, type ProtectedEmbedding, protect, ROTATION_KEY_BYTES, rotationOf } from '@paume/palm'
import { eer, histogram, type Split, split } from './metrics.ts'

/** A picture as far as linking goes: whose palm, and its vector before protection. */
export type LinkagePicture = { readonly palm: string; readonly embedding: Embedding }

/** How well templates of one palm in two places are told from templates of two palms. */
export type Linkage = {
  /** 0.5: no better than guessing. */
  eer: number
  /** Global linkability after Gomez-Barrero et al. (2018), 0…1, prior 1:1. Histograms of few pairs make it look larger. */
  dSys: number
}

export type VectorLinkage = {
  pairs: { mated: number; nonMated: number }
  /** Both templates under one tenant's key: what the vector can do. */
  withinTenant: Linkage
  /** Each template under another tenant's key; the mean over pairs of keys, and the pair of keys that was worst. */
  acrossTenants: Linkage & { worstEer: number; keyPairs: number }
  /**
   * The same by an attacker who knows of so many palms which templates of both tenants are theirs, and compares how alike each further
   * template is to those: a rotation hides no angle.
   */
  withKnownPalms: { knownPalms: number; eer: number; dSys: number }[]
}

/** Pairs of keys drawn: one pair may by chance turn the mean of all palms into itself. */
export const KEY_PAIRS = 16
/** Palms that the attacker knows in both places. */
const KNOWN_PALMS = [8, 32, 64]
const BINS = 60

/** Every two different pictures: of one palm, or of two. */
type Pair = { a: number; b: number; mated: boolean }

/** Pairs of two pictures of one palm, and as many times `nonMatedPerMated` of two palms, spread evenly. */
export function linkagePairs(palms: readonly string[], nonMatedPerMated = 10): Pair[] {
  const mated: Pair[] = []
  const other: Pair[] = []
  for (let a = 0; a < palms.length; a++) {
    for (let b = 0; b < palms.length; b++) {
      if (a === b) continue
      const pair = { a, b, mated: palms[a] === palms[b] }
      if (pair.mated) mated.push(pair)
      else other.push(pair)
    }
  }
  const step = Math.max(1, Math.floor(other.length / Math.max(1, mated.length * nonMatedPerMated)))
  return [...mated, ...other.filter((_, i) => i % step === 0)]
}

/** Both figures of similarities of mated and non-mated pairs. Throws RangeError when there are none of either. */
export function linkageOf(pairs: readonly Pair[], similarity: (pair: Pair) => number): Linkage {
  const mated: number[] = []
  const nonMated: number[] = []
  for (const pair of pairs) (pair.mated ? mated : nonMated).push(similarity(pair))
  const sorted = split(mated, nonMated)
  const rate = eer(sorted)
  if (rate === null) throw new RangeError('linking is measured on pairs of both kinds')
  // Told apart the wrong way round is told apart as well.
  return { eer: Math.min(rate, 1 - rate), dSys: globalLinkability(sorted) }
}

/** ∫ D(s) p(s | mated) ds, D(s) = 2·LR/(1 + LR) − 1 where the likelihood ratio LR exceeds 1, else 0. */
export function globalLinkability({ genuine, impostor }: Split): number {
  const from = Math.min(genuine[0], impostor[0])
  const to = Math.max(genuine[genuine.length - 1], impostor[impostor.length - 1])
  if (!(to > from)) return 0
  const mated = histogram(genuine, from, to, BINS)
  const other = histogram(impostor, from, to, BINS)
  return mated.reduce((sum, count, i) => {
    const p = count / genuine.length
    const q = other[i] / impostor.length
    return p > q ? sum + p * ((2 * p) / (p + q) - 1) : sum
  }, 0)
}

/** Enrols all pictures under keys of two tenants, several times with fresh keys, and tries to link them. */
export function vectorLinkage(pictures: readonly LinkagePicture[], keyPairs = KEY_PAIRS): VectorLinkage {
  const pairs = linkagePairs(pictures.map(({ palm }) => palm))
  const underNewKey = (): ProtectedEmbedding[] => {
    const rotation = rotationOf(randomBytes(ROTATION_KEY_BYTES), 1)
    return pictures.map(({ embedding }) => protect(embedding, rotation))
  }
  const tenants = Array.from({ length: keyPairs }, () => [underNewKey(), underNewKey()] as const)
  const across = tenants.map(([one, other]) => linkageOf(pairs, ({ a, b }) => cosineOf(one[a], other[b])))
  const [[one, other]] = tenants
  return {
    pairs: { mated: pairs.filter(({ mated }) => mated).length, nonMated: pairs.filter(({ mated }) => !mated).length },
    withinTenant: linkageOf(pairs, ({ a, b }) => cosineOf(one[a], one[b])),
    acrossTenants: {
      eer: mean(across.map((linkage) => linkage.eer)),
      dSys: mean(across.map((linkage) => linkage.dSys)),
      worstEer: Math.min(...across.map((linkage) => linkage.eer)),
      keyPairs,
    },
    withKnownPalms: KNOWN_PALMS.flatMap((knownPalms) => {
      const linkage = linkageByKnownPalms(pictures, one, other, knownPalms)
      return linkage ? [{ knownPalms, ...linkage }] : []
    }),
  }
}

/** Compares templates by how like they are to those of palms known in both places; null when too few palms are left to link. */
function linkageByKnownPalms(
  pictures: readonly LinkagePicture[],
  one: readonly ProtectedEmbedding[],
  other: readonly ProtectedEmbedding[],
  knownPalms: number,
): Linkage | null {
  const known = new Set([...new Set(pictures.map(({ palm }) => palm))].slice(0, knownPalms))
  const firstOf = (palm: string) => pictures.findIndex((picture) => picture.palm === palm)
  const landmarks = [...known].map(firstOf)
  const rest = pictures.flatMap(({ palm }, i) => (known.has(palm) ? [] : [i]))
  const pairs = linkagePairs(rest.map((i) => pictures[i].palm))
  if (known.size < knownPalms || !pairs.some(({ mated }) => mated) || pairs.every(({ mated }) => mated)) return null
  const profiles = (vectors: readonly ProtectedEmbedding[]) => {
    const likeness = rest.map((i) => landmarks.map((landmark) => cosineOf(vectors[i], vectors[landmark])))
    // What all palms share with a landmark says nothing about any of them.
    const usual = landmarks.map((_, k) => mean(likeness.map((profile) => profile[k])))
    return likeness.map((profile) => profile.map((value, k) => value - usual[k]))
  }
  const [a, b] = [profiles(one), profiles(other)]
  return linkageOf(pairs, (pair) => alignment(a[pair.a], b[pair.b]))
}

function alignment(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0)
  const norm = Math.sqrt(dot(a, a) * dot(b, b))
  return norm > 0 ? dot(a, b) / norm : 0
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
