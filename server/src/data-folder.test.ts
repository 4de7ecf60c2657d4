import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeDataFolder } from './data-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paume-folder-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the data folder', () => {
  it('is taken by one process, and free again afterwards', async () => {
    const first = await takeDataFolder(folder)
    expect(await readFile(join(folder, 'server.pid'), 'utf8')).toBe(String(process.pid))
    await first.release()
    const second = await takeDataFolder(folder)
    await second.release()
    await expect(readFile(join(folder, 'server.pid'))).rejects.toThrow()
  })

  it('is taken over from a process that is gone, or whose number belongs to something else', async () => {
    for (const pid of ['999999999', '1', 'rubbish', '']) {
      await writeFile(join(folder, 'server.pid'), pid)
      const taken = await takeDataFolder(folder)
      expect(await readFile(join(folder, 'server.pid'), 'utf8'), pid).toBe(String(process.pid))
      await taken.release()
    }
  })
})
