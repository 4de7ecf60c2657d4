import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openServerDatabase } from '../src/database-role.ts'
import { startPostgres } from '../src/postgres.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'paume-postgres-'))
  await chmod(dataDir, 0o755)
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const ask = async (url: string, statement: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const postmasterPid = async () =>
  Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])

describe('the embedded database', () => {
  it('keeps what was written, on disk, under a password of its own, for this machine only', async () => {
    const first = await startPostgres({ dataDir })
    await ask(first.url, 'create table kept (n int); insert into kept values (7)')
    expect(await ask(first.url, 'show fsync')).toEqual([{ fsync: 'on' }])
    expect(await ask(first.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    expect((await ask(first.url, 'show server_version'))[0].server_version).toMatch(/^18\./)
    expect((await stat(join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600)
    const wrong = new URL(first.url)
    wrong.password = 'guess'
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password')
    await first.stop()
    const second = await startPostgres({ dataDir })
    expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 7 }])
    await second.stop()
  })

  it('lets the server log in as somebody who may only add to the books, also after a restart', async () => {
    for (const round of [1, 2]) {
      const postgres = await startPostgres({ dataDir })
      const urls = { databaseUrl: postgres.serverUrl, databaseOwnerUrl: postgres.url }
      const { database, guard } = await openServerDatabase({ ...urls, production: true })
      expect([round, guard]).toEqual([round, 'login'])
      expect(await ask(postgres.serverUrl, 'select current_user, session_user')).toEqual([
        { current_user: 'paume_server', session_user: 'paume_server' },
      ])
      await expect(ask(postgres.serverUrl, 'set role paume')).rejects.toThrow('permission denied')
      await expect(ask(postgres.serverUrl, 'delete from ledger_entry')).rejects.toThrow('permission denied')
      await database.close()
      await postgres.stop()
    }
  })

  it('ends with its parent even when that is killed, and the next start finds every committed row', async () => {
    const program = `
      import { startPostgres } from ${JSON.stringify(new URL('../src/postgres.ts', import.meta.url).href)}
      import pg from 'pg'
      const it = await startPostgres({ dataDir: ${JSON.stringify(dataDir)} })
      const client = new pg.Client({ connectionString: it.url })
      await client.connect()
      await client.query('create table kept (n int)')
      await client.query('insert into kept values (1)')
      process.stdout.write('ready')
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: import.meta.dirname })
    await new Promise((ready) => parent.stdout.once('data', ready))
    const pid = await postmasterPid()
    expect(alive(pid)).toBe(true)
    parent.kill('SIGKILL')
    const next = await startPostgres({ dataDir })
    expect(alive(pid)).toBe(false)
    expect(await ask(next.url, 'select n from kept')).toEqual([{ n: 1 }])
    await next.stop()
  })

  it('is not kept from starting by the pid file of a crash, whatever runs under that number now', async () => {
    const first = await startPostgres({ dataDir })
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
    const lines = (await readFile(pidFile, 'utf8')).split('\n')
    await first.stop()
    await writeFile(pidFile, [process.pid, ...lines.slice(1)].join('\n'))
    const next = await startPostgres({ dataDir })
    expect(await ask(next.url, 'select 1 as n')).toEqual([{ n: 1 }])
    await next.stop()
    expect(alive(process.pid)).toBe(true)
  })

  it('says what to do when its user cannot reach the folder', async () => {
    if (userInfo().uid !== 0) return
    const closed = join(dataDir, 'closed')
    await mkdir(closed, { mode: 0o700 })
    await expect(startPostgres({ dataDir: join(closed, 'data') })).rejects.toThrow(/closed to others.*--data/s)
  })
})
