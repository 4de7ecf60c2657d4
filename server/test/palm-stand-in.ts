import { createHash } from 'node:crypto'
import type { HandSide } from '@paume/contract'
import {
  type Candidate,
  type Decision,
  type EnrolledPalm,
  type Gallery,
  type ProtectedProbe,
  type ProtectedTemplate,
  TemplateMismatch,
} from '@paume/palm'
import { Failure } from '../src/failure.ts'
import type { PalmEngine, ProtectedSample } from '../src/identity/palm-engine.ts'

const DIMS = 256
/** Models of stand-ins, the newest last: each draws vectors of its own. */
export const STAND_IN_MODELS = ['stand-in-1+stand-in', 'stand-in-2+stand-in'] as const

/** A "picture" for the stand-in: who is in it, which hand, and what else there is to say: a guidance code, or `unlit`: no screen's light. */
export const standInFrame = (person: string, hand: HandSide, fault?: string): Uint8Array =>
  Buffer.from(JSON.stringify({ person, hand, ...(fault === undefined ? {} : { fault }) }))

export const standInBurst = (person: string, hand: HandSide, fault?: string) =>
  Array.from({ length: 3 }, () => standInFrame(person, hand, fault))

/** ±100 drawn from a name: vectors of two names are nearly orthogonal. */
function vectorOf(name: string, model: string = STAND_IN_MODELS[0]): Int8Array {
  const bits = createHash('sha256').update(model).update(name).digest()
  return Int8Array.from({ length: DIMS }, (_, i) => ((bits[i >> 3] >> (i & 7)) & 1 ? 100 : -100))
}

const same = (a: Int8Array, b: Int8Array) => a.every((value, i) => value === b[i])

/**
 * A recogniser for tests of everything around it: “pictures” are JSON that says who is in them. People called `twin…` have palms
 * that cannot be told apart and are let in side by side; of the one called `unsure` one palm is not enough. Never part of the product.
 */
export function createStandInEngine(
  enrolWith: (typeof STAND_IN_MODELS)[number] = STAND_IN_MODELS[0],
): PalmEngine & { close(): Promise<void> } {
  const palms = new Map<string, EnrolledPalm>()
  const known: readonly string[] = STAND_IN_MODELS.slice(0, STAND_IN_MODELS.indexOf(enrolWith) + 1)
  const isOf = (template: ProtectedTemplate, probe: ProtectedProbe) =>
    template.modelVersion === probe.modelVersion && same(template.embedding, probe.embedding)
  const matching = (probes: readonly ProtectedProbe[]) =>
    [...palms.values()].filter((palm) =>
      palm.templates.some((template) => probes.some((probe) => isOf(template, probe))),
    )
  const holdings = () => {
    const all = [...palms.values()].flatMap(({ templates }) => templates)
    const byModel = Map.groupBy(all, ({ modelVersion }) => modelVersion)
    return new Map([...byModel].map(([model, { length }]) => [model, { palms: palms.size, templates: length }]))
  }
  const gallery: Gallery = {
    put(palm) {
      for (const { modelVersion } of palm.templates) {
        if (!known.includes(modelVersion)) throw new TemplateMismatch(`${modelVersion} is not known here`)
      }
      palms.set(palm.palmId, palm)
    },
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
    holdings,
    search: async (probes) =>
      matching(probes).map(
        (palm): Candidate => ({ ...palm, modelVersion: enrolWith, shortlistSimilarity: 1, similarity: 1 }),
      ),
    searchAmong: async (probes, shopperIds) =>
      (await gallery.search(probes)).filter(({ shopperId }) => shopperIds.includes(shopperId)),
    shortlist: async () => [],
    close: async () => {},
  }
  const evidence = { enrolledPalms: 0, requiredNats: 0, bestNats: null, marginNats: null, requiredMarginNats: 0 }
  return {
    ready: () => true,
    nearInfrared: null,
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
      const good = read.filter((frame) => frame.fault === fault)
      const samples = good.map((frame) => ({ quality: 1, name: `${nameOf(frame.person)} ${hand}` })) as never
      return { outcome: 'good', hand, samples, guidance: [], lit }
    },
    protect(sample): ProtectedSample {
      const { name } = sample as unknown as { name: string }
      const code = new Uint8Array(8) as never
      const made = (modelVersion: string) => ({ modelVersion, rotationEpoch: 1 })
      const embeddingBy = (model: string) => vectorOf(name, model) as never
      const probe = (model: string): ProtectedProbe => ({
        ...made(model),
        embedding: embeddingBy(model),
        field: code,
      })
      return {
        template: { ...made(enrolWith), embedding: embeddingBy(enrolWith), code },
        probe: probe(enrolWith),
        earlier: [...holdings().keys()].filter((model) => model !== enrolWith).map(probe),
      }
    },
    checkPalm: (samples) =>
      samples.every((sample) => same(sample.template.embedding, samples[0].template.embedding))
        ? { outcome: 'alike', templates: samples.map(({ template }) => template) }
        : { outcome: 'not_alike' },
    isSameHand: (one, other) => same(one[0].template.embedding, other[0].template.embedding),
    findEnrolled: async (_hand, probes) => {
      const found = matching(probes)
      const isTwin = ['L', 'R'].some((side) => same(probes[0].embedding, vectorOf(`twin ${side}`, enrolWith)))
      return isTwin ? null : (found[0]?.shopperId ?? null)
    },
    renew(held, samples) {
      const isOld = held.some(({ modelVersion }) => modelVersion !== enrolWith)
      if (!isOld) return null
      const mine = [...held.filter(({ modelVersion }) => modelVersion === enrolWith), ...samples.map((s) => s.template)]
      return mine.length >= 3 ? mine : [...held, ...samples.map((s) => s.template)]
    },
    async decide({ hand, probes }, first): Promise<Decision> {
      const found = matching(probes)
      if (found.length === 0) return { outcome: 'not_recognised', evidence }
      const askFor = hand === 'L' ? 'R' : 'L'
      const people = new Set(found.map(({ shopperId }) => shopperId))
      if (people.size > 1)
        return first === null ? { outcome: 'other_palm', askFor, evidence } : { outcome: 'ambiguous', evidence }
      const isUnsure = ['L', 'R'].some((side) => same(probes[0].embedding, vectorOf(`unsure ${side}`, enrolWith)))
      if (isUnsure && first === null) return { outcome: 'other_palm', askFor, evidence }
      return { outcome: 'identified', shopperId: found[0].shopperId, palmId: found[0].palmId, palmsShown: 1, evidence }
    },
    close: async () => {},
  }
}
