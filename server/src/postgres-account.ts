import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, stat } from 'node:fs/promises'
import { platform, userInfo } from 'node:os'
import { dirname, join, parse } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The account that PostgreSQL runs under; empty when it is our own. */
export type RunAs = { uid?: number; gid?: number }

/** PostgreSQL cannot run under root here, and what to do about it. */
export class PostgresAccountError extends Error {
  override name = 'PostgresAccountError'
}

/** What stays the same of any file set: three paths in one folder above `bin/`. */
type Binaries = { initdb: string; postgres: string; pg_ctl: string }

/**
 * PostgreSQL refuses to run as root. Under root it runs as the system user `postgres`, which is made when it is missing and which
 * must be able to walk down to the data folder.
 */
export async function unprivilegedUser(dataDir: string): Promise<RunAs> {
  if (platform() === 'win32' || userInfo().uid !== 0) return {}
  const account = (await lookUp()) ?? (await makeUser())
  const closed = await closedParent(dataDir, account)
  if (closed !== undefined) {
    throw new PostgresAccountError(
      `PostgreSQL does not run as root, and its user cannot reach ${dataDir} because ${closed} is closed to others. ` +
        'Start with --data /var/lib/paume (or another open folder), or run as an ordinary user.',
    )
  }
  return account
}

async function lookUp(): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

async function makeUser(): Promise<{ uid: number; gid: number }> {
  await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ]).catch(() => undefined)
  const made = await lookUp()
  if (made === undefined) {
    throw new PostgresAccountError(
      'PostgreSQL does not run as root and no user for it could be made. Run as an ordinary user, or set DATABASE_URL.',
    )
  }
  return made
}

/** The uppermost folder on the way to `path` that the account may not pass through, if there is one. */
export async function closedParent(path: string, account: RunAs): Promise<string | undefined> {
  const steps: string[] = []
  for (let at = path; at !== parse(at).root; at = dirname(at)) steps.unshift(at)
  for (const step of steps) {
    const info = await stat(step).catch(() => undefined)
    if (info === undefined) return undefined
    const bit = info.uid === account.uid ? 0o100 : info.gid === account.gid ? 0o010 : 0o001
    if ((info.mode & bit) === 0) return step
  }
  return undefined
}

/** The binaries, or a copy of them beside the data when the account cannot reach them where npm put them. */
export async function reachableBinaries(binaries: Binaries, account: RunAs, dataDir: string): Promise<Binaries> {
  if (account.uid === undefined || (await closedParent(binaries.postgres, account)) === undefined) return binaries
  const from = dirname(dirname(binaries.postgres))
  const { version } = JSON.parse(await readFile(join(dirname(from), 'package.json'), 'utf8')) as { version: string }
  const to = join(dataDir, `postgres-binaries-${version}`)
  const copied = await stat(join(to, 'bin', 'postgres')).catch(() => undefined)
  if (copied === undefined) {
    await mkdir(to, { recursive: true, mode: 0o755 })
    await cp(from, to, { recursive: true, dereference: false, verbatimSymlinks: true })
  }
  const at = (file: string) => join(to, 'bin', file)
  return { initdb: at('initdb'), postgres: at('postgres'), pg_ctl: at('pg_ctl') }
}
