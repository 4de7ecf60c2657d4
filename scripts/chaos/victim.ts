import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EmbeddedPostgres, startPostgres } from '../../server/src/postgres.ts'

const SERVER = join(import.meta.dirname, '..', '..', 'server')
/** The server itself, or the same with a recogniser that reads names instead of pictures. */
const ENTRIES = { real: join(SERVER, 'src', 'main.ts'), standIn: join(SERVER, 'test', 'stand-in-server.ts') }
/** Long enough for a first start that makes the tables and loads the networks on a busy machine, ms. */
const READY_WITHIN_MS = 90_000
/** A database that died leaves processes behind for a moment, which keep its next start from its memory. */
const DATABASE_TRIES = 10

export type VictimOptions = { dataDir: string; port: number; operatorToken: string; recogniser: keyof typeof ENTRIES }
export type Killing = 'server' | 'server and database' | 'database'

/** One server on one database, which outlives it. SIGKILL: nothing is told, nothing is flushed. */
export type Victim = {
  baseUrl: string
  databaseUrl: string
  kill(what: Killing): Promise<void>
  /** Starts again what was killed; answers how long it took, ms. */
  revive(): Promise<number>
  stop(): Promise<void>
}

export async function startVictim(options: VictimOptions): Promise<Victim> {
  const { dataDir, port } = options
  const baseUrl = `http://127.0.0.1:${port}`
  let postgres = await startPostgres({ dataDir })
  let server = launch(options, postgres)
  let spare = launch(options, postgres)
  // Whoever interrupts the drill must not find its servers still running.
  process.once('exit', () => {
    for (const { child } of [server, spare]) child.kill('SIGKILL')
  })
  server.begin()
  await untilReady(baseUrl, server)
  return {
    baseUrl,
    databaseUrl: postgres.url,
    async kill(what) {
      if (what !== 'server') {
        const pid = Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])
        if (!(pid > 1)) throw new Error('The database names no process of its own.')
        process.kill(pid, 'SIGKILL')
      }
      if (what !== 'database') await end(server.child, 'SIGKILL')
      if (what !== 'server') await postgres.stop()
    },
    async revive() {
      const startedAtMs = performance.now()
      postgres = await revived(postgres, dataDir)
      if (server.child.signalCode !== null) {
        server = spare
        server.begin()
        spare = launch(options, postgres)
      }
      await untilReady(baseUrl, server)
      return Math.round(performance.now() - startedAtMs)
    },
    async stop() {
      await end(spare.child, 'SIGKILL')
      await end(server.child, 'SIGTERM')
      await postgres.stop()
    },
  }
}

/** The same database again, from its log. Its address stays. */
async function revived(postgres: EmbeddedPostgres, dataDir: string): Promise<EmbeddedPostgres> {
  const runs = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').then(
    (text) => isAlive(Number(text.split('\n')[0])),
    () => false,
  )
  if (runs) return postgres
  for (let tries = 1; ; tries++) {
    try {
      return await startPostgres({ dataDir, port: postgres.port })
    } catch (error) {
      if (tries >= DATABASE_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

type Launched = { child: ChildProcess; begin(): void; complaints(): string }

/** A server that has read its code and waits; the real one begins when it is told, code and all. */
function launch({ dataDir, port, operatorToken, recogniser }: VictimOptions, postgres: EmbeddedPostgres): Launched {
  const words = [
    '--disable-warning=ExperimentalWarning',
    ENTRIES[recogniser],
    '--port',
    String(port),
    '--data',
    dataDir,
  ]
  const env = {
    ...process.env,
    PAUME_OPERATOR_TOKEN: operatorToken,
    DATABASE_URL: postgres.serverUrl,
    DATABASE_OWNER_URL: postgres.url,
  }
  const standsBy = recogniser === 'standIn'
  const command = standsBy
    ? [process.execPath, ...words, '--standby']
    : ['sh', '-c', 'read go && exec "$0" "$@"', process.execPath, ...words]
  const child = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'ignore', 'pipe'], env })
  child.stdin?.on('error', () => {})
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4_000)
  })
  return { child, begin: () => child.stdin?.write('\n'), complaints: () => complaints }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

async function untilReady(baseUrl: string, { child, complaints }: Launched): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`The server ended with status ${child.exitCode}:\n${complaints()}`)
    const ready = await fetch(`${baseUrl}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`The server was not ready within ${READY_WITHIN_MS / 1000} s:\n${complaints()}`)
}
