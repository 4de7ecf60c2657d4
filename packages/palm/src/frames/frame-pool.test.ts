import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { ModelMissingError } from '../networks/network.ts'
import { onnxModel } from '../networks/onnx-models.ts'
import { openRecogniser } from '../recogniser.ts'
import { openFramePool } from './frame-pool.ts'

const OPTIONS = { expectedHand: null, previous: null, search: 'quick' } as const
const NO_PICTURE = new TextEncoder().encode('no picture')

describe('the frame pool', () => {
  it('looks at all frames of the burst that came first before any of a later one', async () => {
    const pool = await openFramePool(1)
    const done: string[] = []
    const frame = (name: string, turn = first) =>
      pool.analyse(turn, NO_PICTURE, () => OPTIONS).catch(() => void done.push(name))
    const first = pool.takeTurn()
    const second = pool.takeTurn()
    await Promise.all([
      frame('a1'),
      frame('b1', second),
      frame('b2', second),
      frame('a2'),
      frame('a3'),
      frame('c1', pool.takeTurn()),
    ])
    expect(done).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1'])
    await pool.close()
  }, 30_000)
})

describe('weights that are not what models.json says', () => {
  const shipped = fileURLToPath(new URL('../../models/', import.meta.url))
  const folders: string[] = []
  const copied = () => {
    const folder = mkdtempSync(join(tmpdir(), 'paume-weights-'))
    folders.push(folder)
    cpSync(shipped, folder, { recursive: true })
    return folder
  }
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true })
  })

  it.each(['palm-detector', 'hand-landmarks', 'palm-rgb'])(
    '%s missing: nothing starts',
    async (name) => {
      const modelFolder = copied()
      rmSync(join(modelFolder, onnxModel(name).file))
      const opening = openRecogniser({ workers: 1, modelFolder })
      await expect(opening).rejects.toBeInstanceOf(ModelMissingError)
      await expect(opening).rejects.toMatchObject({ code: 'model_missing', model: name })
    },
    30_000,
  )

  it.each(['palm-detector', 'hand-landmarks', 'palm-rgb'])(
    '%s altered by one bit: nothing starts',
    async (name) => {
      const modelFolder = copied()
      const path = join(modelFolder, onnxModel(name).file)
      const bytes = readFileSync(path)
      bytes[bytes.length >> 1] ^= 4
      writeFileSync(path, bytes)
      const opening = openRecogniser({ workers: 2, modelFolder })
      await expect(opening).rejects.toMatchObject({ model: name, why: expect.stringContaining('altered') })
    },
    30_000,
  )
})
