import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../server-process.ts'

const SERVER = join(import.meta.dirname, '..', '..', 'server', 'test', 'stand-in-server.ts')
const READY_WITHIN_MS = 90_000

/** The real server with a recogniser that reads names instead of pictures: everything about money and carts is the real thing. */
export async function startStandIn() {
  const dataDir = mkdtempSync(join(tmpdir(), 'paume-gates-'))
  // As root, PostgreSQL runs as a user of its own, who has to get through.
  chmodSync(dataDir, 0o755)
  const operatorToken = randomBytes(24).toString('base64url')
  const port = await freePort()
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', SERVER, '--port', String(port), '--data', dataDir],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PAUME_OPERATOR_TOKEN: operatorToken } },
  )
  const drop = () => {
    child.kill('SIGKILL')
    rmSync(dataDir, { recursive: true, force: true })
  }
  process.once('exit', drop)
  const baseUrl = `http://127.0.0.1:${port}`
  const giveUpAt = Date.now() + READY_WITHIN_MS
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended with status ${child.exitCode}.`)
    const ready = await fetch(`${baseUrl}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ready) break
    if (Date.now() > giveUpAt) throw new Error('The server was not ready in time.')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    baseUrl,
    operatorToken,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}
