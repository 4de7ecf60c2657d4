import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type HandRequest, renderHand } from '@paume/synthetic-hands'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PictureError } from '../1-capture/picture-error.ts'
import { cosineOf } from '../6-embedding/embedding.ts'
import { nirModel, nirNameOf, openNirNetwork } from '../6-embedding/nir-network.ts'
import { ModelMissingError } from '../networks/network.ts'
import { tinyNetwork } from '../networks/tiny-network.test-data.ts'
import { tinyNirHead, tinyNirModel } from '../networks/tiny-nir-head.test-data.ts'
import { openRecogniser } from '../recogniser.ts'
import { stopwatch } from '../trace.ts'
import { analyseFrame, type FrameExperts } from './analyse-frame.ts'
import { openFrameExperts } from './experts.ts'
import type { FrameAnalysis } from './frame.ts'

type Request = Omit<HandRequest, 'hand'>
const OPTIONS = { expectedHand: null, previous: null, search: 'thorough' } as const

let nir: Awaited<ReturnType<typeof tinyNirModel>>
let experts: FrameExperts
beforeAll(async () => {
  nir = await tinyNirModel()
  experts = await openFrameExperts(undefined, nir)
}, 30_000)
afterAll(async () => {
  experts.networks.palmDetector.close()
  experts.networks.handLandmarks.close()
  await rm(nir.folder, { recursive: true })
})

const photo = (request: Request, band: 'visible' | 'near-infrared', widthPx = 1280) => {
  const { raster } = renderHand({ difficulty: 0.1, hand: 'R', ...request, band })
  const { widthPx: width, heightPx: height, data } = raster
  const picture = sharp(Buffer.from(data), { raw: { width, height, channels: 3 } })
  return picture.resize({ width: widthPx }).jpeg({ quality: 92 }).toBuffer()
}
const see = async (request: Request, picture: Uint8Array | null) =>
  analyseFrame(experts, await photo(request, 'visible'), { ...OPTIONS, nir: picture }, stopwatch())
const nirOf = (analysis: FrameAnalysis) => (analysis.outcome === 'good' ? analysis.sample.nir : undefined)

describe('a near-infrared picture beside a frame', () => {
  const here = { person: 11, view: 2 }
  it('becomes a vector of its head, also at half the size', async () => {
    const full = nirOf(await see(here, await photo(here, 'near-infrared')))!
    const half = nirOf(await see(here, await photo(here, 'near-infrared', 640)))!
    expect(full).toMatchObject({ modelName: nirNameOf(nir) })
    expect(full.embedding).toHaveLength(128)
    expect(cosineOf(full.embedding, half.embedding)).toBeGreaterThan(0.95)
  }, 60_000)

  it('tells hands apart', async () => {
    const pictures = [here, { person: 11, view: 3 }, { person: 12, view: 2 }]
    const [one, again, other] = await Promise.all(
      pictures.map(async (request) => nirOf(await see(request, await photo(request, 'near-infrared')))!.embedding),
    )
    expect(cosineOf(one, again)).toBeGreaterThan(cosineOf(one, other) + 0.1)
  }, 60_000)

  it('changes nothing of what visible light says', async () => {
    const [without, withNir] = [await see(here, null), await see(here, await photo(here, 'near-infrared'))]
    if (without.outcome !== 'good' || withNir.outcome !== 'good') throw new Error('a hand that is good to see')
    const { nir: _nir, ...visible } = withNir.sample
    expect(visible).toEqual(without.sample)
    expect(Object.hasOwn(without.sample, 'nir')).toBe(false)
  }, 60_000)

  it.each([
    ['black', 0],
    ['white', 255],
    ['flat', 120],
  ])(
    'that is %s counts as none',
    async (_, level) => {
      const background = { r: level, g: level, b: level }
      const picture = sharp({ create: { width: 1280, height: 720, channels: 3, background } })
      const analysis = await see(here, await picture.jpeg().toBuffer())
      expect(analysis.outcome).toBe('good')
      expect(nirOf(analysis)).toBeUndefined()
    },
    60_000,
  )

  it('that is no picture fails the frame, as a visible one would', async () => {
    const garbage = new TextEncoder().encode('hover to pay')
    await expect(see(here, garbage)).rejects.toThrow(PictureError)
    const cutShort = (await photo(here, 'near-infrared')).subarray(0, 20_000)
    await expect(see(here, cutShort)).rejects.toMatchObject({ code: 'picture_truncated' })
  }, 60_000)

  it('is not looked at where there is no head', async () => {
    const blind = { ...experts, nir: null }
    const bytes = await photo(here, 'visible')
    const garbage = new TextEncoder().encode('hover to pay')
    const analysis = await analyseFrame(blind, bytes, { ...OPTIONS, nir: garbage }, stopwatch())
    expect(analysis.outcome).toBe('good')
    expect(nirOf(analysis)).toBeUndefined()
  }, 60_000)
})

describe('a near-infrared head', () => {
  it('that is altered or missing does not open', async () => {
    const path = join(nir.folder, nir.model.file)
    const bytes = await readFile(path)
    const altered = Uint8Array.from(bytes)
    altered[40] ^= 1
    await writeFile(path, altered)
    await expect(openNirNetwork(nir)).rejects.toThrow(ModelMissingError)
    // and with it the whole recogniser
    await expect(openRecogniser({ workers: 1, nir })).rejects.toMatchObject({
      code: 'model_missing',
      model: 'palm-nir',
    })
    await writeFile(path, bytes)
    await expect(openNirNetwork({ ...nir, folder: join(nir.folder, 'elsewhere') })).rejects.toThrow(ModelMissingError)
    expect((await openNirNetwork(nir)).name).toBe(nirNameOf(nir))
  })

  it('that makes no vectors of 128 does not open', async () => {
    const flat = await tinyNirModel(
      tinyNetwork([1, 128, 128], [{ op: 'AveragePool', ints: { kernel_shape: [8, 8] } }, { op: 'Flatten' }], [14641]),
    )
    await expect(openNirNetwork(flat)).rejects.toThrow(/it makes no vectors/)
    await rm(flat.folder, { recursive: true })
  })

  it('is named by its weights', async () => {
    expect(nirNameOf(nir)).toMatch(/^palmnir1-[0-9a-f]{8}$/)
    expect(tinyNirHead()).toEqual(tinyNirHead())
  })

  it('that models.json lists opens; where it lists none there is none', async () => {
    const listed = nirModel()
    if (listed === null) return expect(listed).toBeNull()
    expect((await openNirNetwork(listed)).name).toBe(nirNameOf(listed))
  })
})
