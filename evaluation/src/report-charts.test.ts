import { expect, test } from 'vitest'
import type { MatcherResult } from './evaluation.ts'
import { detChart } from './report-charts.ts'

const curve = (interval: [number, number] | null) =>
  ({ name: 'ours', det: [1, 0.1, 0.01].map((fmr) => ({ fmr, fnmr: 0.02 / fmr ** 0.1, interval })) }) as MatcherResult

test('a band is drawn where an interval over people is known, and only there', () => {
  expect(detChart([curve([0.01, 0.05])])).toMatch(/<polygon points="[\d., ]+" class="band/)
  const without = detChart([curve(null)])
  expect(without).toContain('<polyline')
  expect(without).not.toContain('class="band')
})
