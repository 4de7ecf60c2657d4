import { readFile } from 'node:fs/promises'
import { FUSION_WEIGHTS, IMPOSTOR_TAILS, NIR_WEIGHTS } from '@paume/palm'
import { expect, test } from 'vitest'
import { FUSION_FILE, NIR_FILE, TAILS_FILE, withConstants } from '../scripts/calibrate/constants.ts'

test.each([
  ['how experts are fused', FUSION_FILE, FUSION_WEIGHTS],
  ['how alike strangers look', TAILS_FILE, IMPOSTOR_TAILS],
  ['what near infrared is worth', NIR_FILE, NIR_WEIGHTS],
])('the constants in the recogniser are as the command writes them: %s', async (_, file, constants) => {
  const source = await readFile(file, 'utf8')
  expect(withConstants(source, constants)).toBe(source)
  const other = withConstants(source, { 'm+c': { offset: -1.5, fittedTo: 'made up' } })
  expect(other.endsWith("> = {\n  'm+c': {\n    offset: -1.5,\n    fittedTo: 'made up',\n  },\n}\n")).toBe(true)
  expect(withConstants(other, constants)).toBe(source)
})

test('what is no number is never written', () => {
  expect(() => withConstants('export const A: B = {}', { 'm+c': { offset: Number.NaN } })).toThrow(RangeError)
})
