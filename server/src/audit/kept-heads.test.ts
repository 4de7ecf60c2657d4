import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHeadSigner } from './checkpoint.ts'
import { createKeptHeads } from './kept-heads.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paume-heads-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('keeps signed heads beside the database and finds the last one again', async () => {
  const file = join(folder, 'heads.txt')
  const heads = createKeptHeads(file)
  const signer = createHeadSigner('pay.example/log', Buffer.alloc(32, 3))
  expect(await heads.last()).toBeNull()
  for (const size of [1n, 7n, 300n]) {
    const root = Buffer.alloc(32, Number(size % 256n))
    await heads.keep({ size, root, note: signer.sign(size, root) })
    expect(await createKeptHeads(file).last()).toEqual({ size, root })
  }
  expect((await readFile(file, 'utf8')).match(/^— /gm)).toHaveLength(3)
  await writeFile(file, (await readFile(file, 'utf8')).slice(0, -30).replace(/— [^—]*$/, ''))
  await expect(heads.last()).rejects.toThrow('does not end in a signed head')
})
