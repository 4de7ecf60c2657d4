import { describe, expect, it } from 'vitest'
import { ModelMissingError } from './network.ts'
import { openOnnx } from './onnx-network.ts'
import { tinyNetwork } from './tiny-network.test-data.ts'

/** Three numbers to their square roots. */
const roots = tinyNetwork([3], [{ op: 'Sqrt' }], [3])

describe('openOnnx', () => {
  it('runs one input, and several in one go', async () => {
    const network = await openOnnx('roots', roots, [3])
    expect(await network.run(Float32Array.of(0, 4, 9))).toEqual([Float32Array.of(0, 2, 3)])
    expect(await network.run(Float32Array.of(0, 4, 9, 16, 25, 36))).toEqual([Float32Array.of(0, 2, 3, 4, 5, 6)])
  })

  it('throws on an input of another length', async () => {
    const network = await openOnnx('roots', roots, [3])
    await expect(network.run(new Float32Array(4))).rejects.toThrow(RangeError)
    await expect(network.run(new Float32Array(0))).rejects.toThrow(RangeError)
  })

  it('throws when the network answers no number, and works on', async () => {
    const network = await openOnnx('roots', roots, [3])
    await expect(network.run(Float32Array.of(1, -1, 1))).rejects.toThrow(/not finite/)
    await expect(network.run(Float32Array.of(1, Number.POSITIVE_INFINITY, 1))).rejects.toThrow(/not finite/)
    expect(await network.run(Float32Array.of(1, 1, 1))).toEqual([Float32Array.of(1, 1, 1)])
  })

  it('refuses bytes that are no network', async () => {
    await expect(openOnnx('roots', roots.subarray(0, 40), [3])).rejects.toThrow(ModelMissingError)
    await expect(openOnnx('roots', new TextEncoder().encode('hover to pay'), [3])).rejects.toThrow(/does not compile/)
  })

  it('refuses a network of another shape', async () => {
    await expect(openOnnx('roots', roots, [4])).rejects.toThrow(/takes \[n, 3\], not \[n, 4\]/)
  })

  it('refuses a network that fails on its first run', async () => {
    const logarithms = tinyNetwork([3], [{ op: 'Log' }], [3])
    await expect(openOnnx('logarithms', logarithms, [3])).rejects.toThrow(/does not run/)
  })
})
