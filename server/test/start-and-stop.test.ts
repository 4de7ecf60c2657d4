import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const MAIN = join(ROOT, 'server', 'src', 'main.ts')
const MODELS = join(ROOT, 'packages', 'palm', 'models')
/** A start makes a database first: half a minute on a machine that does much else. */
const START_LIMIT_MS = 120_000

let dataDir: string
let children: ChildProcess[]
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'paume-start-'))
  await chmod(dataDir, 0o755)
  children = []
})
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await new Promise((gone) => child.once('exit', gone))
  }
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
})

type Started = { child: ChildProcess; output(): string; ended: Promise<number | null>; ready: Promise<string> }

function start(env: Record<string, string> = {}, nodeFlags: string[] = []): Started {
  const child = spawn(process.execPath, [...nodeFlags, MAIN, '--port', '0', '--data', dataDir], {
    env: { PATH: process.env.PATH ?? '', PAUME_WORKERS: '1', ...env },
  })
  children.push(child)
  let output = ''
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  const ready = new Promise<string>((done, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8')
        const address = /start here\s+(http:\S+)/.exec(output)?.[1]
        if (address !== undefined && output.includes('Ctrl-C')) done(address)
      })
    }
    ended.then(() => failed(new Error(output)))
  })
  ready.catch(() => {})
  return { child, output: () => output, ended, ready }
}

/** Flags of Node with which the program, its threads included, finds another file where it opens the one of this name. */
function readingInstead(name: string, path: string): string[] {
  const preload = `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const open = fs.openSync
    fs.openSync = (path, ...more) => open(String(path).includes(${JSON.stringify(name)}) ? ${JSON.stringify(path)} : path, ...more)
    syncBuiltinESMExports()`
  return ['--import', `data:text/javascript,${encodeURIComponent(preload)}`]
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

describe('the server as a program', () => {
  it('says where each page is, serves, and stops all of it on Ctrl-C; a second one on the same folder is refused', async () => {
    const server = start()
    const address = await server.ready
    for (const page of ['kiosk', 'terminal', 'register', 'docs']) expect(server.output()).toContain(`${address}${page}`)
    expect(server.output()).toContain('SANDBOX')
    expect((await fetch(`${address}readyz`)).status).toBe(200)
    const pid = await postmasterPid()
    const second = start()
    expect(await second.ended).toBe(1)
    expect(second.output()).toContain('Another server')
    server.child.kill('SIGINT')
    expect(await server.ended).toBe(0)
    expect(alive(pid)).toBe(false)
    await expect(fetch(`${address}healthz`)).rejects.toThrow()
  })

  it('starts again after being killed', async () => {
    const first = start()
    await first.ready
    const pid = await postmasterPid()
    first.child.kill('SIGKILL')
    await first.ended
    const again = start()
    expect((await fetch(`${await again.ready}readyz`)).status).toBe(200)
    expect(alive(pid)).toBe(false)
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
  })

  it.each(['hand-landmarks.onnx', 'palm-rgb.onnx', 'hand_landmark_lite.tflite'])(
    'refuses to start without a network, and leaves nothing running: %s',
    async (file) => {
      const server = start({}, readingInstead(file, join(dataDir, 'nowhere')))
      expect(await server.ended).toBe(1)
      expect(server.output()).toContain(file)
      expect(server.output()).not.toContain('start here')
      await expect(postmasterPid()).rejects.toThrow()
    },
    START_LIMIT_MS,
  )

  it(
    'refuses to start with altered weights, and leaves nothing running',
    async () => {
      const weights = await readFile(join(MODELS, 'palm-rgb.onnx'))
      weights[weights.length >> 1] ^= 1
      const altered = join(dataDir, 'altered.onnx')
      await writeFile(altered, weights)
      const server = start({}, readingInstead('palm-rgb.onnx', altered))
      expect(await server.ended).toBe(1)
      expect(server.output()).toMatch(/palm-rgb\.onnx is altered/)
      expect(server.output()).not.toContain('start here')
      await expect(postmasterPid()).rejects.toThrow()
    },
    START_LIMIT_MS,
  )

  it('refuses the sandbox processor in production, and a mixture of both', async () => {
    const production = start({ PAUME_PRODUCTION: '1' })
    expect(await production.ended).toBe(1)
    expect(production.output()).toMatch(/^paume: PAUME_PRODUCTION=1 .*sandbox processor.*$/m)
    expect(production.output()).not.toMatch(/^\s+at /m)
    const both = start({ PAUME_PRODUCTION: '1', PAUME_SANDBOX: '1' })
    expect(await both.ended).toBe(1)
    expect(both.output()).toContain('exclude each other')
  })

  it('says in one sentence that the database cannot be reached', async () => {
    const server = start({ DATABASE_URL: 'postgresql://paume@127.0.0.1:1/paume' })
    expect(await server.ended).toBe(1)
    expect(server.output()).toContain('database cannot be reached')
    expect(server.output()).not.toMatch(/^\s+at /m)
  })
})
