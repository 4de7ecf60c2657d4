import { createHash } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NirModel } from '../6-embedding/nir-network.ts'
import { tinyNetwork } from './tiny-network.test-data.ts'

/**
 * A near-infrared head without training: how bright 16 × 8 patches of a region are against the whole, brought to unit length. Enough to
 * tell drawn hands apart, for tests of everything around a head; what a trained one tells apart is measured elsewhere.
 */
export const tinyNirHead = (): Uint8Array =>
  tinyNetwork(
    [1, 128, 128],
    [
      { op: 'MeanVarianceNormalization', ints: { axes: [1, 2, 3] } },
      { op: 'AveragePool', ints: { kernel_shape: [8, 16], strides: [8, 16] } },
      { op: 'Flatten' },
      { op: 'LpNormalization', int: { axis: 1, p: 2 } },
    ],
    [128],
  )

/** The same as a file in a folder of its own, listed as a model would be. The caller removes the folder. */
export async function tinyNirModel(bytes: Uint8Array = tinyNirHead()): Promise<NirModel & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'paume-nir-'))
  await writeFile(join(folder, 'palm-nir.onnx'), bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { folder, model: { name: 'palm-nir', file: 'palm-nir.onnx', bytes: bytes.length, sha256 } }
}
