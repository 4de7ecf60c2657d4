import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const SERVER = join(import.meta.dirname, '..', '..', 'server')
/** The server itself, or the same with a recogniser that reads names instead of pictures. */
const ENTRIES = { real: join(SERVER, 'src', 'main.ts'), standIn: join(SERVER, 'test', 'stand-in-server.ts') }
/** Long enough for a first start that makes its cluster and loads the networks on a busy machine, ms. */
const READY_WITHIN_MS = 90_000

export type Victim = {
  baseUrl: string
  /** SIGKILL: nothing is told, nothing is flushed. */
  kill(): Promise<void>
  /** SIGKILL to PostgreSQL's own process at the same moment. */
  killWithDatabase(): Promise<void>
  stop(): Promise<void>
}

/** Starts the real server on a data folder that outlives it. */
export async function startVictim(options: {
  dataDir: string
  port: number
  operatorToken: string
  recogniser: keyof typeof ENTRIES
}): Promise<Victim> {
  const { dataDir, port, operatorToken, recogniser } = options
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ENTRIES[recogniser], '--port', String(port), '--data', dataDir],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PAUME_OPERATOR_TOKEN: operatorToken } },
  )
  // Whoever interrupts the drill must not find its server still running.
  const orphan = () => child.kill('SIGKILL')
  process.once('exit', orphan)
  child.once('exit', () => process.off('exit', orphan))
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4_000)
  })
  const baseUrl = `http://127.0.0.1:${port}`
  await untilReady(baseUrl, child, () => complaints)
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }
  return {
    baseUrl,
    kill: () => end('SIGKILL'),
    async killWithDatabase() {
      const pid = Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])
      if (!(pid > 1)) throw new Error('The database names no process of its own.')
      process.kill(pid, 'SIGKILL')
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
  }
}

async function untilReady(baseUrl: string, child: ChildProcess, complaints: () => string): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`The server ended with status ${child.exitCode}:\n${complaints()}`)
    const ready = await fetch(`${baseUrl}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`The server was not ready within ${READY_WITHIN_MS / 1000} s:\n${complaints()}`)
}
