import { describe, expect, it } from 'vitest'
import type { Network } from '../networks/network.ts'
import { openOnnx } from '../networks/onnx-network.ts'
import { tinyNetwork } from '../networks/tiny-network.test-data.ts'
import { cosineOf, EMBEDDING_DIMS } from './embedding.ts'
import { flatRegion, lineTexture } from './line-texture.test-data.ts'
import { palmNetworkName } from './palm-model.ts'
import { embedderOf, openPalmNetwork } from './palm-network.ts'

/** A stand-in of the real shape: means of 8 × 8 pixels, brought to unit length. */
const means = (windowPx: number) => [
  { op: 'AveragePool', ints: { kernel_shape: [windowPx, windowPx], strides: [windowPx, windowPx] } },
  { op: 'Flatten' },
  { op: 'LpNormalization', int: { axis: 1 } },
]
const openMeans = () => openOnnx('means', tinyNetwork([1, 128, 128], means(8), [256]), [1, 128, 128])
const answering = (values: Float32Array): Network => ({ run: async () => [values], close() {} })
const unit = () => new Float32Array(EMBEDDING_DIMS).fill(1 / 16)

describe('an embedder over a network', () => {
  it('answers one vector a region, in order, however many there are', async () => {
    const { embed } = embedderOf(await openMeans(), 'means')
    const regions = Array.from({ length: 19 }, (_, i) => lineTexture(i))
    const vectors = await embed(regions)
    expect(vectors.map(({ length }) => length)).toEqual(new Array(19).fill(EMBEDDING_DIMS))
    for (const i of [0, 7, 8, 18]) expect(vectors[i]).toEqual((await embed([regions[i]]))[0])
    expect(vectors[0]).not.toEqual(vectors[1])
    expect(await embed([])).toEqual([])
  })

  it('is unit length × 400, rounded', async () => {
    const [vector] = await embedderOf(answering(unit()), 'fixed').embed([flatRegion()])
    expect([...vector]).toEqual(new Array(EMBEDDING_DIMS).fill(25))
  })

  it.each([
    ['a value that is no number', unit().fill(Number.NaN, 7, 8)],
    ['an infinite value', unit().fill(Number.POSITIVE_INFINITY, 7, 8)],
    ['a vector of another length than 1', unit().map((value) => 2 * value)],
    ['the zero vector', new Float32Array(EMBEDDING_DIMS)],
    ['too few numbers', unit().subarray(1)],
    ['too many numbers', new Float32Array(2 * EMBEDDING_DIMS).fill(1 / 16)],
    ['no numbers', new Float32Array(0)],
  ])('throws on %s', async (_, values) => {
    await expect(embedderOf(answering(values), 'broken').embed([flatRegion()])).rejects.toThrow(/the palm network/)
  })

  it('throws on a network whose vectors have another length', async () => {
    const wide = await openOnnx('wide', tinyNetwork([1, 128, 128], means(4), [1024]), [1, 128, 128])
    await expect(embedderOf(wide, 'wide').embed([lineTexture(1)])).rejects.toThrow(/1024 numbers for 1 regions/)
  })

  it('throws on a region of another size', async () => {
    const small = { ...flatRegion(), grey: new Float32Array(64 * 64) }
    await expect(embedderOf(answering(unit()), 'fixed').embed([small])).rejects.toThrow(RangeError)
  })
})

describe('the palm network', () => {
  it('is named after its weights', () => {
    const model = { name: 'palm-rgb', file: 'x.onnx', bytes: 1, sha256: '0123456789abcdef'.repeat(4) }
    expect(palmNetworkName(model)).toBe('palmnet1-01234567')
  })

  it('knows a constructed palm again among 20 others, a little moved', async () => {
    const { embed } = await openPalmNetwork()
    const [own, again] = await embed([lineTexture(1), lineTexture(1, { rightPx: 3, downPx: -2, turnDeg: 3 })])
    const strangers = await embed(Array.from({ length: 20 }, (_, i) => lineTexture(50 + i)))
    expect(cosineOf(own, again)).toBeGreaterThan(Math.max(...strangers.map((other) => cosineOf(own, other))))
  }, 30_000)

  it('embeds flat grey, black and noise without failing', async () => {
    const { embed } = await openPalmNetwork()
    const black = { ...flatRegion(), grey: new Float32Array(128 * 128) }
    const noise = { ...flatRegion(), grey: new Float32Array(128 * 128).map((_, i) => ((i * 7919) % 251) / 250) }
    const vectors = await embed([flatRegion(), black, noise])
    expect(vectors.every(({ length }) => length === EMBEDDING_DIMS)).toBe(true)
  }, 30_000)
})
