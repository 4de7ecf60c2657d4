import { expect, test } from 'vitest'
import { foreignRegions } from './foreign-regions.ts'
import { identification } from './identification.ts'
import { type Acquired, sampleOf } from './samples.ts'

/** Coarse noise stands for palms, seen five times exactly alike; none of it is among the foreign regions that are held up. */
const VIEWS = 5
const madeUp = (kind: string, count: number) =>
  foreignRegions(3 + count)
    .filter((one) => one.kind === kind)
    .slice(3)

async function acquired(): Promise<Acquired[]> {
  const all: Acquired[] = []
  for (const [i, { region }] of madeUp('coarse noise', 6).entries()) {
    const sample = await sampleOf(region)
    for (let view = 0; view < VIEWS; view++) {
      const entry = {
        file: `${i}-${view}.png`,
        person: String(i >> 1),
        hand: i % 2 === 0 ? ('L' as const) : ('R' as const),
        palm: String(i),
        session: '1',
        sample: String(view),
      }
      all.push({ entry, region, sample, stageMs: {} })
    }
  }
  return all
}

test('who is enrolled is named, who was taken out is not, and what is no palm gets no name among strangers', async () => {
  const set = await acquired()
  const enrolled = await Promise.all(
    madeUp('noise', 12).map(async ({ region }, i) => ({ palm: String(i), templates: [await sampleOf(region)] })),
  )
  const told: number[] = []
  const found = await identification(set, enrolled, (done) => told.push(done))
  expect(found).toMatchObject({ n: 18, hovers: 6, hoversOfTwo: 3, pairs: 'real', strangers: 'synthetic' })
  expect(found).toMatchObject({ fnir1: 0, fnir2: 0, fpir: 0, fpir2: 0, wrongName: 0 })
  expect(found.foreign).toEqual({ tried: 21, named: 0 })
  expect(found.fpirBelow).toBe(0.5)
  expect(told.at(-1)).toBe(1)
}, 180_000)

test('palms of nobody in particular are taken two for a person', async () => {
  const set = (await acquired()).map((one) => ({ ...one, entry: { ...one.entry, hand: null, person: one.entry.palm } }))
  const found = await identification(set, [], () => {})
  expect(found).toMatchObject({ n: 6, pairs: 'virtual', hoversOfTwo: 3, strangers: 'none' })
}, 180_000)
