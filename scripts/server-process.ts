import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '..', 'server', 'src', 'main.ts')
/** A first start makes a database cluster: a few seconds, on a slow disk more, ms. */
const READY_WITHIN_MS = 60_000

export type ServerProcess = {
  baseUrl: string
  dataDir: string
  operatorToken: string
  child: ChildProcess
  /** What the server printed, for messages when something goes wrong. */
  output(): string
  stop(): Promise<void>
}

/** A port that nobody listens on at this moment. */
export const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

async function untilReady(baseUrl: string, child: ChildProcess, output: () => string): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`The server ended with status ${child.exitCode}:\n${output()}`)
    const ready = await fetch(`${baseUrl}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`The server was not ready within ${READY_WITHIN_MS / 1000} s:\n${output()}`)
}

/** Starts the real server on a free port with a data folder of its own, which goes away with it. */
export async function startServerProcess(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'paume-'))
  // As root, PostgreSQL runs as a user of its own, who has to get through; what is secret in here is closed file by file.
  chmodSync(dataDir, 0o755)
  const port = await freePort()
  const operatorToken = `opr_${randomBytes(24).toString('base64url')}`
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, '--port', String(port), '--data', dataDir],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PAUME_OPERATOR_TOKEN: operatorToken, ...settings } },
  )
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    // The end is what tells of a failure; a long run must not fill the memory.
    stream?.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-20_000)
    })
  }
  const output = () => printed
  const baseUrl = `http://127.0.0.1:${port}`
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    await untilReady(baseUrl, child, output)
  } catch (error) {
    await stop()
    throw error
  }
  return { baseUrl, dataDir, operatorToken, child, output, stop }
}

/** Sum of every ledger account, minor units; anything but 0 is a broken ledger. */
export async function readLedgerSum({ baseUrl, operatorToken }: ServerProcess): Promise<number> {
  const reply = await fetch(`${baseUrl}/v1/ledger`, { headers: { authorization: `Bearer ${operatorToken}` } })
  if (!reply.ok) throw new Error(`The trial balance could not be read: status ${reply.status}.`)
  return ((await reply.json()) as { sumMinor: number }).sumMinor
}
