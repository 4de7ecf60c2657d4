import { describe, expect, test } from 'vitest'
import { cosineOf } from '../6-embedding/embedding.ts'
import { draws } from '../6-embedding/line-texture.test-data.ts'
import type { ProtectedEmbedding } from '../7-protection/template.ts'
import { chancePalm, open, palm, probe } from './gallery.test-data.ts'
import { type EnrolledPalm, type Shortlisted, TemplateMismatch } from './gallery.ts'

describe('a gallery that changes while it is searched', () => {
  /** Palm `n` in its `version`-th form: its vector is the only one like it. */
  const form = (n: number, version: number): EnrolledPalm => ({
    ...chancePalm(1_000 * n + version, 2),
    palmId: `p${n}`,
    shopperId: `s${n}`,
  })

  test('answers about the moment the search began, less what was removed since', async () => {
    const gallery = open({ shortlistPalms: 1_000 })
    const held = new Map<string, EnrolledPalm>()
    const put = (palm: EnrolledPalm) => {
      gallery.put(palm)
      held.set(palm.palmId, palm)
    }
    const draw = draws(12_345)
    const below = (n: number) => Math.floor(draw() * n)
    const mustTell = (answer: Shortlisted[], state: EnrolledPalm[], query: ProtectedEmbedding) => {
      expect(answer.map(({ palmId }) => palmId).sort()).toEqual(state.map(({ palmId }) => palmId).sort())
      for (const { palmId, shortlistSimilarity } of answer) {
        const { templates } = state.find((palm) => palm.palmId === palmId)!
        const brute = Math.max(...templates.map((template) => cosineOf(template.embedding, query)))
        expect(shortlistSimilarity).toBeCloseTo(brute, 4)
      }
    }
    for (let n = 0; n < 60; n++) put(form(n, 0))
    let changedWhileRunning = 0
    for (let round = 1; round <= 60; round++) {
      const query = chancePalm(7_000_000 + round, 1).templates[0].embedding
      const before = [...held.values()]
      const gone = new Set<string>()
      let hasEnded = false
      const first = gallery.shortlist(query)
      void first.then(() => {
        hasEnded = true
      })
      // Half of the time it has hardly begun, half of the time it may be anywhere, or over.
      await (round % 2 === 0 ? Promise.resolve() : new Promise((later) => setTimeout(later, below(2))))
      const endedBefore = hasEnded
      for (let change = 0; change < 12; change++) {
        const palmId = `p${below(80)}`
        if (below(3) > 0) put(form(Number(palmId.slice(1)), round * 100 + change))
        else if (gallery.removePalm(palmId)) {
          gone.add(palmId)
          held.delete(palmId)
        }
      }
      // Behind the first: it begins when that has ended, and sees every change.
      const second = gallery.shortlist(query)
      const after = [...held.values()]
      mustTell(await first, endedBefore ? before : before.filter(({ palmId }) => !gone.has(palmId)), query)
      mustTell(await second, after, query)
      if (!endedBefore) changedWhileRunning++
    }
    expect(changedWhileRunning).toBeGreaterThan(20)
    expect(gallery.palms).toBe(held.size)
  })

  test('finds a palm that is put again meanwhile as it was, and one removed after that not at all', async () => {
    const gallery = open()
    for (const seed of [1, 2]) gallery.put(palm(seed))
    const again = gallery.search([probe(2)])
    await Promise.resolve()
    gallery.put(palm(3, '2'))
    gallery.put(palm(4, '2'))
    const [found] = await again
    expect(found.palmId).toBe('palm 2')
    expect(found.similarity).toBeGreaterThan(0.8)
    expect((await gallery.search([probe(4)]))[0].palmId).toBe('palm 2')
    const last = gallery.search([probe(4)])
    await Promise.resolve()
    gallery.put(palm(5, '2'))
    gallery.removePalm('palm 2')
    gallery.put(palm(6, '2'))
    expect((await last).map(({ palmId }) => palmId)).toEqual(['palm 1'])
  })

  test('takes nothing that is no template', () => {
    const gallery = open()
    const [template] = palm(1).templates
    const refused = (changed: object) =>
      expect(() => gallery.put({ ...palm(1), templates: [{ ...template, ...changed }] })).toThrow(TemplateMismatch)
    refused({ embedding: Float32Array.from(template.embedding, (v, i) => (i === 3 ? Number.NaN : v)) })
    refused({ embedding: Int16Array.from(template.embedding, (v, i) => (i === 3 ? 1_000 : v)) })
    refused({ embedding: Int8Array.from(template.embedding, (v, i) => (i === 3 ? -128 : v)) })
    refused({ embedding: template.embedding.slice(1) })
    refused({ code: template.code.slice(4) })
    expect(gallery.palms).toBe(0)
  })
})
