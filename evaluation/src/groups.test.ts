import type { Region } from '@paume/palm'
import { expect, test } from 'vitest'
import { groupedRates } from './groups.ts'
import type { Entry } from './manifest.ts'
import type { Acquired } from './samples.ts'
import { severalFrames } from './several-frames.ts'
import { pairsOf } from './similarities.ts'
import { mustBeWhole, placeOf, similarityAt, TriangleBroken, trianglePairs } from './triangle.ts'

/** Two people, two sessions each, eight pictures a session. */
const entries: Entry[] = ['1', '2'].flatMap((person) =>
  ['phone', 'scan-white'].flatMap((session) =>
    Array.from({ length: 8 }, (_, i) => ({
      file: `${person}-${session}-${i}.png`,
      person,
      hand: null,
      palm: person,
      session,
      sample: String(i),
    })),
  ),
)
/** The same session .9, another session .6, strangers .5 and less. */
const triangle = new Float32Array(trianglePairs(entries.length))
for (let a = 1; a < entries.length; a++) {
  for (let b = 0; b < a; b++) {
    const same = entries[a].person === entries[b].person
    triangle[placeOf(a, b)] = same ? (entries[a].session === entries[b].session ? 0.9 : 0.6) : 0.5 - ((a + b) % 7) / 100
  }
}

test('pairs are told apart by session, camera and skin tone', () => {
  const tones = entries.map(({ person }, i) => (person === '1' ? 'light' : i % 8 === 0 ? 'tan' : 'brown'))
  const groups = groupedRates(pairsOf(entries, triangle), entries, tones)
  expect(groups.bySession.map(({ group, genuine, impostor }) => [group, genuine, impostor])).toEqual([
    ['different sessions', 128, 128],
    ['same session', 112, 128],
  ])
  expect(groups.byCamera.map(({ group }) => group)).toEqual(['phone – phone', 'phone – scan', 'scan – scan'])
  // one picture of eight does not make person 2 tan; strangers of two groups belong to neither
  expect(groups.bySkinTone.map(({ group, people, impostor }) => [group, people, impostor])).toEqual([
    ['brown', 1, 0],
    ['light', 1, 0],
  ])
  // 256 pairs of strangers say nothing of one in a hundred
  expect(groups.commonFmr).toBeNull()
  expect(groups.bySession.every(({ fnmr, fmr }) => fnmr === null && fmr === null)).toBe(true)
})

test('frames are counted in runs of one session, after the three that enrol', () => {
  const acquired = entries.map((entry) => ({ entry, region: {} as Region }) as Acquired)
  const rates = severalFrames(acquired, triangle)
  // 13 pictures left a palm: 5 and 8 by session
  expect(rates.map(({ frames, genuine, impostor }) => [frames, genuine, impostor])).toEqual([
    [1, 26, 26],
    [3, 6, 6],
    [5, 4, 4],
  ])
  expect(rates.every(({ eer }) => eer === 0)).toBe(true)
})

test('a similarity that is missing or no number is an error', () => {
  expect(similarityAt(triangle, 3, 9)).toBe(similarityAt(triangle, 9, 3))
  expect(() => mustBeWhole(triangle.subarray(1), entries.length, 'x')).toThrow(TriangleBroken)
  expect(() => mustBeWhole(Float32Array.of(Number.NaN), 2, 'x')).toThrow(TriangleBroken)
})
