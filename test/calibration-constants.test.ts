import { readFile } from 'node:fs/promises'
import { FUSION_WEIGHTS, IMPOSTOR_TAILS, NIR_WEIGHTS } from '@paume/palm'
import { expect, test } from 'vitest'
import {
  FUSION_FILE,
  fusionSource,
  NIR_FILE,
  nirSource,
  TAILS_FILE,
  tailsSource,
} from '../scripts/calibrate/constants.ts'

test('the constants in the recogniser are as the command writes them', async () => {
  expect(fusionSource(FUSION_WEIGHTS)).toBe(await readFile(FUSION_FILE, 'utf8'))
  expect(tailsSource(IMPOSTOR_TAILS)).toBe(await readFile(TAILS_FILE, 'utf8'))
  expect(nirSource(NIR_WEIGHTS)).toBe(await readFile(NIR_FILE, 'utf8'))
})

test('what is no number is never written', () => {
  expect(() => fusionSource({ 'm+c': { offset: Number.NaN } })).toThrow(RangeError)
})
