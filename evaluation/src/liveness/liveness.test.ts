import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { HandNetworks } from '@paume/palm/measuring-liveness'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../arguments.ts'
import { weightsOf } from './fit-weights.ts'
import { judgedAnew, KeptSigns } from './kept-signs.ts'
import { asksForLiveness, parseLivenessArguments } from './liveness-arguments.ts'
import { exactInterval, livenessRates } from './liveness-rates.ts'
import { livenessHtml } from './liveness-report.ts'
import { type Kind, sequenceOf } from './presentation.ts'
import type { Seen } from './seen-presentation.ts'

const seen = (kind: Kind, refusedBy: string[] = [], found = 4): Seen => ({
  kind,
  of: 'somebody',
  flash: null,
  found,
  refusedBy,
  poorQuality: false,
  answer: 'not_asked',
  signs: {},
  strength: null,
})

describe('livenessRates', () => {
  const rates = livenessRates([
    seen('bona fide'),
    seen('bona fide'),
    seen('bona fide', ['flash']),
    seen('phone', ['border', 'flash']),
    seen('phone'),
    seen('phone', [], 1),
    seen('cut-out', ['presentation']),
  ])

  it('counts attacks taken for hands and hands taken for attacks, of those acquired', () => {
    expect(rates.bonaFide).toMatchObject({ presentations: 3, wrong: 1, rate: 1 / 3, refusedBy: { flash: 1 } })
    expect(rates.species[0]).toMatchObject({ kind: 'phone', presentations: 3, notAcquired: 1, wrong: 1, rate: 0.5 })
  })

  it('names the worst species, not the mean', () => {
    expect(rates.worst).toEqual({ kind: 'phone', apcer: 0.5 })
  })

  it('has no rate where nothing was shown', () => {
    expect(livenessRates([]).bonaFide).toMatchObject({ rate: null, interval: null })
    expect(livenessRates([]).worst).toBeNull()
  })

  it('shows the rates in the report, and what is over the limit', () => {
    const html = livenessHtml([{ title: 'A & B', note: '', rates }])
    expect(html).toContain('A &amp; B')
    expect(html).toContain('Worst species: phone, APCER 50.0%')
    expect(html).toContain('class="bad">50.0%')
  })
})

describe('exactInterval', () => {
  it('gives the published limits of Clopper and Pearson', () => {
    const rounded = (interval: [number, number]) => interval.map((share) => Number(share.toFixed(4)))
    expect(rounded(exactInterval(0, 100))).toEqual([0, 0.0362])
    expect(rounded(exactInterval(5, 100))).toEqual([0.0164, 0.1128])
    expect(rounded(exactInterval(10, 10))).toEqual([0.6915, 1])
  })
})

describe('weightsOf', () => {
  it('lets no sign speak against its nature, and sets the limit at even odds', () => {
    const bonaFide = Array.from({ length: 40 }, (_, i) => ({
      kind: 'bona fide' as const,
      signs: { relief: -0.9 + 0.01 * (i % 7), surround: 0.05 + 0.01 * (i % 5) },
    }))
    const attacks = Array.from({ length: 40 }, (_, i) => ({
      kind: 'print-filling' as const,
      signs: { relief: -1.6 + 0.01 * (i % 7), surround: 0.02 + 0.01 * (i % 5) },
    }))
    const { bias, weights, maxLogOdds } = weightsOf([...bonaFide, ...attacks], ['relief', 'surround'])
    expect(weights.relief).toBeLessThan(0)
    expect(weights.surround).toBeCloseTo(0)
    expect(maxLogOdds).toBe(0)
    expect(bias + weights.relief * -0.9).toBeLessThan(0)
    expect(bias + weights.relief * -1.6).toBeGreaterThan(0)
  })
})

describe('kept signs', () => {
  const flat = { border: 0, grid: 0, along: 0, surround: 1, relief: -2, roundness: 0.3 }
  const round = { ...flat, surround: 0, relief: -1, roundness: 1.5 }

  it('are judged anew by the present weights, the other refusals kept', () => {
    const old = { ...seen('bona fide', ['border', 'presentation, flashed']), answer: 'followed' as const }
    expect(judgedAnew({ ...old, signs: round }).refusedBy).toEqual(['border'])
    expect(judgedAnew({ ...old, signs: flat }).refusedBy).toEqual(['border', 'presentation, flashed'])
    expect(judgedAnew(seen('bona fide', [], 1)).refusedBy).toEqual([])
  })

  it('spare a presentation that was seen before, and are found out when they are something else', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kept-signs-'))
    const file = path.join(folder, 'signs.jsonl')
    const known: Seen = { ...seen('phone'), signs: round, answer: 'followed' }
    await writeFile(file, `${JSON.stringify({ key: 'one', seen: known })}\n`)
    const unused = {} as HandNetworks
    const signs = await KeptSigns.open(unused, file)
    const burst = () => {
      throw new Error('rendered again')
    }
    expect(await signs.see({ kind: 'phone', of: 'somebody', flash: null, key: 'one', burst })).toEqual(known)
    await expect(signs.see({ kind: 'phone', of: 'somebody', flash: null, key: 'two', burst })).rejects.toThrow(
      'rendered',
    )
    await writeFile(file, '{"person":1}\n')
    await expect(KeptSigns.open(unused, file)).rejects.toThrow(SyntaxError)
    await rm(folder, { recursive: true })
  })
})

describe('the command line', () => {
  it('asks for liveness by name and counts in whole numbers', () => {
    expect(asksForLiveness(['--dataset', 'x'])).toBe(false)
    const wanted = parseLivenessArguments(['--liveness', '--dataset', 'a', '--dataset', 'b', '--people', '3', '--json'])
    expect(wanted).toMatchObject({ datasets: ['a', 'b'], people: 3, json: true, fit: false })
    expect(() => parseLivenessArguments(['--liveness', '--people', 'many'])).toThrow(UsageError)
    expect(() => parseLivenessArguments(['--liveness', '--peer', 'x'])).toThrow(UsageError)
  })
})

describe('sequenceOf', () => {
  it('repeats for a seed, and neighbours differ', () => {
    for (let seed = 0; seed < 50; seed++) {
      const drawn = sequenceOf(seed)
      expect(drawn).toEqual(sequenceOf(seed))
      expect(drawn.every((colour, i) => colour !== drawn[i - 1])).toBe(true)
    }
  })
})
