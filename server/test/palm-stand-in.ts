import { createHash } from 'node:crypto'
import type { HandSide } from '@paume/contract'
import {
  type Candidate,
  type Decision,
  type EnrolledPalm,
  type Galleries,
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

/** ±100 drawn from a name, a model and a gallery: vectors of two names, or galleries, are nearly orthogonal. */
function vectorOf(name: string, model: string, galleryId: string): Int8Array {
  const bits = createHash('sha256').update(model).update(galleryId).update(name).digest()
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
  const galleries = new Map<string, Map<string, EnrolledPalm>>()
  const known: readonly string[] = STAND_IN_MODELS.slice(0, STAND_IN_MODELS.indexOf(enrolWith) + 1)
  /** Who is in a vector: a stand-in turns by drawing anew. */
  const names = new Map<string, string>()
  const isOf = (template: ProtectedTemplate, probe: ProtectedProbe) =>
    template.modelVersion === probe.modelVersion && same(template.embedding, probe.embedding)
  const all = () => [...galleries.values()].flatMap((palms) => [...palms.values()])
  const matching = (probes: readonly ProtectedProbe[], galleryIds: readonly string[]) =>
    galleryIds
      .flatMap((id) => [...(galleries.get(id)?.values() ?? [])])
      .filter((palm) => palm.templates.some((template) => probes.some((probe) => isOf(template, probe))))
  const holdings = () => {
    const byModel = Map.groupBy(
      all().flatMap(({ templates }) => templates),
      ({ modelVersion }) => modelVersion,
    )
    return new Map([...byModel].map(([model, { length }]) => [model, { palms: all().length, templates: length }]))
  }
  const removeShopper = (shopperId: string) => {
    let gone = 0
    for (const palms of galleries.values()) {
      for (const palm of [...palms.values()].filter((each) => each.shopperId === shopperId)) {
        gone += palms.delete(palm.palmId) ? 1 : 0
      }
    }
    return gone
  }
  const gallery: Galleries = {
    put(galleryId, palm) {
      for (const { modelVersion } of palm.templates) {
        if (!known.includes(modelVersion)) throw new TemplateMismatch(`${modelVersion} is not known here`)
      }
      for (const [id, palms] of galleries) {
        for (const other of [...palms.values()]) {
          if (id !== galleryId && other.shopperId === palm.shopperId) palms.delete(other.palmId)
        }
      }
      const palms = galleries.get(galleryId) ?? new Map()
      galleries.set(galleryId, palms)
      palms.set(palm.palmId, palm)
    },
    removeShopper,
    homeOf: (shopperId) =>
      [...galleries].find(([, palms]) => [...palms.values()].some((palm) => palm.shopperId === shopperId))?.[0] ?? null,
    has: (palmId) => all().some((palm) => palm.palmId === palmId),
    among(galleryIds) {
      const search = async (probes: readonly ProtectedProbe[]) =>
        matching(probes, galleryIds).map(
          (palm): Candidate => ({ ...palm, modelVersion: enrolWith, shortlistSimilarity: 1, similarity: 1 }),
        )
      return {
        search,
        searchAmong: async (probes, shopperIds) =>
          (await search(probes)).filter(({ shopperId }) => shopperIds.includes(shopperId)),
        hasHand: (shopperId: string, hand: HandSide) =>
          all().some((palm) => palm.shopperId === shopperId && palm.hand === hand),
        palms: all().length,
      }
    },
    find: () => null,
    get palms() {
      return all().length
    },
    get size() {
      return all().reduce((sum, palm) => sum + palm.templates.length, 0)
    },
    get count() {
      return [...galleries.values()].filter(({ size }) => size > 0).length
    },
    holdings,
    close: async () => {},
  }
  const evidence = { enrolledPalms: 0, requiredNats: 0, bestNats: null, marginNats: null, requiredMarginNats: 0 }
  const protectedAs = (name: string, galleryId: string): ProtectedSample => {
    const code = new Uint8Array(8) as never
    const made = (modelVersion: string) => ({ modelVersion, rotationEpoch: 1 })
    const embeddingBy = (model: string) => {
      const vector = vectorOf(name, model, galleryId)
      names.set(vector.join(), name)
      return vector as never
    }
    const probe = (model: string): ProtectedProbe => ({ ...made(model), embedding: embeddingBy(model), field: code })
    return {
      template: { ...made(enrolWith), embedding: embeddingBy(enrolWith), code },
      probe: probe(enrolWith),
      earlier: [...holdings().keys()].filter((model) => model !== enrolWith).map(probe),
    }
  }
  /** Whether any of these probes is of somebody of that name. */
  const isNamed = (probes: readonly ProtectedProbe[], name: string) =>
    probes.some(({ embedding }) => ['L', 'R'].some((side) => names.get(embedding.join()) === `${name} ${side}`))
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
    protect: (sample, galleryId) => protectedAs((sample as unknown as { name: string }).name, galleryId),
    turned: ({ template }, { to }) => protectedAs(names.get(template.embedding.join())!, to),
    checkPalm: (samples) =>
      samples.every((sample) => same(sample.template.embedding, samples[0].template.embedding))
        ? { outcome: 'alike', templates: samples.map(({ template }) => template) }
        : { outcome: 'not_alike' },
    isSameHand: (one, other) => same(one[0].template.embedding, other[0].template.embedding),
    findEnrolled: async (_hand, probes, galleryIds) => {
      const found = matching(probes, galleryIds)
      return isNamed(probes, 'twin') ? null : (found[0]?.shopperId ?? null)
    },
    renew(held, samples) {
      const isOld = held.some(({ modelVersion }) => modelVersion !== enrolWith)
      if (!isOld) return null
      const mine = [...held.filter(({ modelVersion }) => modelVersion === enrolWith), ...samples.map((s) => s.template)]
      return mine.length >= 3 ? mine : [...held, ...samples.map((s) => s.template)]
    },
    async decide({ hand, probes }, first, galleryIds): Promise<Decision> {
      const found = matching(probes, galleryIds)
      if (found.length === 0) return { outcome: 'not_recognised', evidence }
      const askFor = hand === 'L' ? 'R' : 'L'
      const people = new Set(found.map(({ shopperId }) => shopperId))
      if (people.size > 1)
        return first === null ? { outcome: 'other_palm', askFor, evidence } : { outcome: 'ambiguous', evidence }
      if (isNamed(probes, 'unsure') && first === null) return { outcome: 'other_palm', askFor, evidence }
      return {
        outcome: 'identified',
        shopperId: found[0].shopperId,
        palmId: found[0].palmId,
        palmsShown: first === null ? 1 : 2,
        evidence,
      }
    },
    close: async () => {},
  }
}
