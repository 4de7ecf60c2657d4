import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../server-process.ts'

const SERVER = join(import.meta.dirname, '..', '..', 'server', 'test', 'stand-in-server.ts')
const READY_WITHIN_MS = 90_000

export type StandIn = {
  baseUrl: string
  operatorToken: string
  dataDir: string
  server: ChildProcess
  stop(): Promise<void>
}

/**
 * The server with its PostgreSQL, whose recogniser reads names instead of pictures, as processes of their own with a folder of their own.
 *
 * @param first a server that is there: this one is a second node on its database, with its keys
 */
export async function startStandIn(first?: StandIn): Promise<StandIn> {
  const dataDir = mkdtempSync(join(tmpdir(), 'paume-bench-'))
  // As root, PostgreSQL runs as a user of its own, who has to get through.
  chmodSync(dataDir, 0o755)
  const operatorToken = first?.operatorToken ?? randomBytes(24).toString('base64url')
  if (first !== undefined) copyFileSync(join(first.dataDir, 'secrets.json'), join(dataDir, 'secrets.json'))
  const database = first === undefined ? {} : { DATABASE_URL: databaseUrlOf(first.dataDir) }
  const port = await freePort()
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', SERVER, '--port', String(port), '--data', dataDir],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...database, PAUME_OPERATOR_TOKEN: operatorToken },
    },
  )
  process.once('exit', () => {
    server.kill('SIGKILL')
    rmSync(dataDir, { recursive: true, force: true })
  })
  const baseUrl = `http://127.0.0.1:${port}`
  await untilReady(baseUrl, server)
  return {
    baseUrl,
    operatorToken,
    dataDir,
    server,
    async stop() {
      const gone = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await gone
    },
  }
}

/** A connection to its database, as the owner. */
export async function connectTo(dataDir: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrlOf(dataDir) })
  await client.connect()
  return client
}

function databaseUrlOf(dataDir: string): string {
  const [port, password] = ['postgres.port', 'postgres.password'].map((file) =>
    readFileSync(join(dataDir, file), 'utf8').trim(),
  )
  return `postgresql://paume:${password}@127.0.0.1:${port}/paume`
}

async function untilReady(baseUrl: string, server: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS
  while (Date.now() < giveUpAt) {
    if (server.exitCode !== null) throw new Error(`The server ended with status ${server.exitCode}.`)
    const ready = await fetch(`${baseUrl}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`The server was not ready within ${READY_WITHIN_MS / 1_000} s.`)
}
