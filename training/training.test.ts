import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Installing PyTorch takes minutes the first time; it is kept in the user's cache. */
const INSTALL_AND_RUN_MS = 20 * 60_000
const MAKE = join(import.meta.dirname, 'make.py')

/** The only thing whose absence lets this test be skipped. */
const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) process.stderr.write('training: SKIPPED, because there is no python3 on this machine\n')

/** Runs make.py on its tiny setting and returns what it said. */
function make(folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', [MAKE, '--tiny', '--out', join(folder, 'out'), '--models', join(folder, 'models')])
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk
      })
    }
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(said) : reject(new Error(`make.py ended with ${code}\n${said}`))))
  })
}

describe.skipIf(!hasPython)('training, from nothing to weights', () => {
  let folder: string
  let said: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'paume-training-'))
    said = await make(folder)
  }, INSTALL_AND_RUN_MS)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test.each([
    ['palm-rgb', 256],
    ['palm-nir', 128],
  ])('%s embeds a batch in unit vectors of %i numbers', async (name, dims) => {
    const models: { name: string; file: string; sha256: string; bytes: number; differenceFromPyTorch: number }[] =
      JSON.parse(await readFile(join(folder, 'models', 'models.json'), 'utf8'))
    const model = models.find((one) => one.name === name)
    if (!model) throw new Error(`models.json does not list ${name}`)
    const bytes = await readFile(join(folder, 'models', model.file))
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(model.sha256)
    expect(bytes.length).toBe(model.bytes)
    expect(model.differenceFromPyTorch).toBeLessThanOrEqual(1e-3)

    const session = await InferenceSession.create(bytes)
    const regions = Float32Array.from({ length: 2 * 128 * 128 }, (_, i) => 0.5 + 0.4 * Math.sin(i * i * 0.001))
    const { embedding } = await session.run({ region: new Tensor('float32', regions, [2, 1, 128, 128]) })
    expect(embedding.dims).toEqual([2, dims])
    const vectors = embedding.data as Float32Array
    for (const first of [0, dims]) {
      const square = vectors.slice(first, first + dims).reduce((sum, value) => sum + value * value, 0)
      expect(square).toBeCloseTo(1, 4)
    }
    await session.release()
  })

  test(
    'goes on from its checkpoint when it is started again',
    async () => {
      expect(said).not.toContain('goes on after')
      expect(await make(folder)).toContain('goes on after 96 views')
    },
    INSTALL_AND_RUN_MS,
  )
})
