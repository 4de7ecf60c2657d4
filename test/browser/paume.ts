import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAppsIfStale } from '../../scripts/build-apps.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const START_DEADLINE_MS = 60_000

export type RunningPaume = {
  /** `http://localhost:<port>`: a secure context, so that the camera opens. */
  url: string
  /** Everything the server printed so far. */
  printed(): string
  /** Stops it as Ctrl-C does and removes its data. Answers the exit status. */
  stop(): Promise<number | null>
}

/** Starts the real server as a person would, in a process of its own, on a free port, with new data. */
export async function startPaume(): Promise<RunningPaume> {
  await buildAppsIfStale()
  const folder = await mkdtemp(join(tmpdir(), 'paume-browser-'))
  // PostgreSQL runs as a user of its own where this process is root, and must be able to reach its data.
  await chmod(folder, 0o755)
  const data = join(folder, 'data')
  const words = ['--disable-warning=ExperimentalWarning', 'server/src/main.ts', '--port', '0', '--data', data]
  const child = spawn(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const port = new Promise<number>((resolve, reject) => {
    const deadline = setTimeout(
      () => reject(new Error(`no address in ${START_DEADLINE_MS} ms:\n${printed}`)),
      START_DEADLINE_MS,
    )
    const read = (bytes: Buffer) => {
      printed += bytes.toString()
      const address = /http:\/\/localhost:(\d+)\/kiosk/.exec(printed)
      if (!address) return
      clearTimeout(deadline)
      resolve(Number(address[1]))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    ended.then((code) => {
      clearTimeout(deadline)
      reject(new Error(`the server ended with ${code}:\n${printed}`))
    })
  })
  const stop = async () => {
    child.kill('SIGINT')
    const code = await ended
    await rm(folder, { recursive: true, force: true })
    return code
  }
  try {
    return { url: `http://localhost:${await port}`, printed: () => printed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
