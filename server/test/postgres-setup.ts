import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type EmbeddedPostgres, startPostgres } from '../src/postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the test cluster's own database; tests make databases beside it. */
    postgresUrl: string
  }
}

type Running = { postgres: EmbeddedPostgres; dataDir: string; users: number }
let running: Promise<Running> | undefined

async function start(): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'paume-test-'))
  const { chmod } = await import('node:fs/promises')
  await chmod(dataDir, 0o755)
  // Nothing here outlives the run, so it need not reach the disk; the crash story starts a cluster of its own with fsync on.
  const postgres = await startPostgres({
    dataDir,
    settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '200' },
  })
  return { postgres, dataDir, users: 0 }
}

/** One PostgreSQL for a whole test run, however many projects it has. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  running ??= start()
  const it = await running
  it.users += 1
  project.provide('postgresUrl', it.postgres.url)
  return async () => {
    it.users -= 1
    if (it.users > 0) return
    await it.postgres.stop()
    await rm(it.dataDir, { recursive: true, force: true })
  }
}
