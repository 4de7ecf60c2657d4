import { rm } from 'node:fs/promises'
import { nirNameOf } from '@paume/palm'
import { expect, test } from 'vitest'
import { tinyNirModel } from '../../packages/palm/src/networks/tiny-nir-head.test-data.ts'
import { BandUnavailable } from './arguments.ts'
import { calibrateNir } from './nir-calibration.ts'

test('fits what a head is worth to drawn hands, seen in both bands', async () => {
  const model = await tinyNirModel()
  const { name, weights, pictures, head } = await calibrateNir({ palms: 4, views: 2 }, () => {}, model)
  await rm(model.folder, { recursive: true })
  expect(name).toBe(nirNameOf(model))
  expect(pictures.used).toBeGreaterThan(4)
  expect(weights.cosine).toBeGreaterThan(0)
  expect(Number.isFinite(weights.offset) && weights.most > 0).toBe(true)
  expect(head.eer).toBeLessThanOrEqual(0.5)
}, 120_000)

test('there is nothing to fit without a head', async () => {
  await expect(calibrateNir({ palms: 4, views: 2 }, () => {}, null)).rejects.toThrow(BandUnavailable)
})
