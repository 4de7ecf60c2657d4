import { createHash } from 'node:crypto'
import type { HandSide } from '@paume/contract'
import type { Candidate, Decision, EnrolledPalm, Gallery, ProtectedProbe, ProtectedTemplate } from '@paume/palm'
import { Failure } from '../src/failure.ts'
import type { PalmEngine, ProtectedSample } from '../src/identity/palm-engine.ts'

const DIMS = 256
const MODEL_VERSION = 'stand-in+stand-in'

/** A "picture" for the stand-in: who is in it, which hand, and what else there is to say: a guidance code, or `unlit`: no screen's light. */
export const standInFrame = (person: string, hand: HandSide, fault?: string): Uint8Array =>
  Buffer.from(JSON.stringify({ person, hand, ...(fault === undefined ? {} : { fault }) }))

export const standInBurst = (person: string, hand: HandSide, fault?: string) =>
  Array.from({ length: 3 }, () => standInFrame(person, hand, fault))

/** ±100 drawn from a name: vectors of two names are nearly orthogonal. */
function vectorOf(name: string): Int8Array {
  const bits = createHash('sha256').update(name).digest()
  return Int8Array.from({ length: DIMS }, (_, i) => ((bits[i >> 3] >> (i & 7)) & 1 ? 100 : -100))
}

const same = (a: Int8Array, b: Int8Array) => a.every((value, i) => value === b[i])

/**
 * A recogniser for tests of everything around it: “pictures” are JSON that says who is in them. People called `twin…` have palms
 * that cannot be told apart and are let in side by side; of the one called `unsure` one palm is not enough. Never part of the product.
 */
export function createStandInEngine(): PalmEngine & { close(): Promise<void> } {
  const palms = new Map<string, EnrolledPalm>()
  const matching = (probe: ProtectedProbe) =>
    [...palms.values()].filter((palm) =>
      palm.templates.some((template) => same(template.embedding, probe.embeddings[0])),
    )
  const gallery: Gallery = {
    put: (palm) => void palms.set(palm.palmId, palm),
    removePalm: (palmId) => palms.delete(palmId),
    removeShopper(shopperId) {
      const gone = [...palms.values()].filter((palm) => palm.shopperId === shopperId)
      for (const palm of gone) palms.delete(palm.palmId)
      return gone.length
    },
    has: (palmId) => palms.has(palmId),
    hasHand: (shopperId: string, hand: HandSide) =>
      [...palms.values()].some((palm) => palm.shopperId === shopperId && palm.hand === hand),
    get palms() {
      return palms.size
    },
    get size() {
      return [...palms.values()].reduce((sum, palm) => sum + palm.templates.length, 0)
    },
    holdings: () => new Map(palms.size === 0 ? [] : [[MODEL_VERSION, { palms: palms.size, templates: gallery.size }]]),
    search: async (probes) =>
      matching(probes[0]).map(
        (palm): Candidate => ({ ...palm, modelVersion: MODEL_VERSION, shortlistSimilarity: 1, similarity: 1 }),
      ),
    searchAmong: async (probes, shopperIds) =>
      (await gallery.search(probes)).filter(({ shopperId }) => shopperIds.includes(shopperId)),
    shortlist: async () => [],
    close: async () => {},
  }
  const evidence = { enrolledPalms: 0, requiredNats: 0, bestNats: null, marginNats: null, requiredMarginNats: 0 }
  return {
    ready: () => true,
    gallery,
    async analyse(frames, { expectedHand, flash, unseenFlash }) {
      const read = frames.map(({ bytes }) => {
        try {
          return JSON.parse(Buffer.from(bytes).toString('utf8')) as { person: string; hand: HandSide; fault?: string }
        } catch {
          throw new Failure('picture_unreadable')
        }
      })
      const { hand, fault } = read[0]
      const lit = flash !== null && fault !== 'unlit'
      if (fault === 'unlit' && flash !== null && unseenFlash === 'refuse') {
        return { outcome: 'refused', guidance: [{ code: 'liveness_failed', message: fault }] }
      }
      if (fault !== undefined && fault !== 'unlit') {
        return { outcome: 'refused', guidance: [{ code: fault as 'blurred', message: fault }] }
      }
      if (expectedHand !== null && hand !== expectedHand) {
        return { outcome: 'refused', guidance: [{ code: 'wrong_hand', message: 'This is the other hand.' }] }
      }
      const nameOf = (who: string) => (who.startsWith('twin') ? 'twin' : who)
      const samples = read.map((frame) => ({ embedding: vectorOf(`${nameOf(frame.person)} ${hand}`) })) as never
      return { outcome: 'good', hand, samples, guidance: [], lit }
    },
    protect(sample): ProtectedSample {
      const { embedding } = sample as unknown as { embedding: never }
      const made = { modelVersion: MODEL_VERSION, rotationEpoch: 1 }
      const code = new Uint8Array(8) as never
      return {
        template: { embedding, code, ...made } as ProtectedTemplate,
        probe: { embeddings: [embedding], field: code, ...made } as unknown as ProtectedProbe,
        earlier: [],
      }
    },
    checkPalm: (samples) =>
      samples.every((sample) => same(sample.template.embedding, samples[0].template.embedding))
        ? { outcome: 'alike', templates: samples.map(({ template }) => template) }
        : { outcome: 'not_alike' },
    isSameHand: (one, other) => same(one[0].template.embedding, other[0].template.embedding),
    findEnrolled: async (_hand, probes) => {
      const found = matching(probes[0])
      return same(probes[0].embeddings[0], vectorOf('twin L')) || same(probes[0].embeddings[0], vectorOf('twin R'))
        ? null
        : (found[0]?.shopperId ?? null)
    },
    renew: () => null,
    async decide({ hand, probes }, first): Promise<Decision> {
      const found = matching(probes[0])
      if (found.length === 0) return { outcome: 'not_recognised', evidence }
      const askFor = hand === 'L' ? 'R' : 'L'
      const people = new Set(found.map(({ shopperId }) => shopperId))
      if (people.size > 1)
        return first === null ? { outcome: 'other_palm', askFor, evidence } : { outcome: 'ambiguous', evidence }
      const isUnsure = ['L', 'R'].some((side) => same(probes[0].embeddings[0], vectorOf(`unsure ${side}`)))
      if (isUnsure && first === null) return { outcome: 'other_palm', askFor, evidence }
      return { outcome: 'identified', shopperId: found[0].shopperId, palmId: found[0].palmId, palmsShown: 1, evidence }
    },
    close: async () => {},
  }
}
