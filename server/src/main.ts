import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelMissingError } from '@paume/palm'
import { destination } from 'pino'
import { ConfigError, readConfig } from './config.ts'
import { takeDataFolder } from './data-folder.ts'
import { isDatabaseGone, sqlState } from './database.ts'
import type { PAGES } from './http/pages.ts'
import { PostgresStartError, startPostgres } from './postgres.ts'
import { PostgresAccountError } from './postgres-account.ts'
import { loadSecrets, SecretsError } from './secrets.ts'
import { wire } from './wiring.ts'

/** Failures that are the operator's to solve: their sentence is enough, a stack would only hide it. */
const PLAIN_ERRORS = [ConfigError, SecretsError, PostgresStartError, PostgresAccountError, ModelMissingError]

const print = (line: string) => process.stdout.write(`${line}\n`)
const repositoryDir = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env, repositoryDir)
  const folder = await takeDataFolder(config.dataDir)
  const cleanUp: (() => Promise<void>)[] = [folder.release]
  const stopAll = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step()
  }
  try {
    const secrets = await loadSecrets(config.dataDir, process.env.PAUME_OPERATOR_TOKEN)
    let { databaseUrl, databaseOwnerUrl } = config
    if (databaseUrl === undefined) {
      const postgres = await startPostgres({ dataDir: config.dataDir })
      cleanUp.push(postgres.stop)
      databaseUrl = postgres.serverUrl
      databaseOwnerUrl = postgres.url
    }
    // On a screen the lines of the log would bury the addresses and the codes: there they go to a file.
    const logFile = join(config.dataDir, 'server.log')
    const log = process.stdout.isTTY ? destination({ dest: logFile, append: true, sync: true }) : 'stdout'
    const paume = await wire({ ...config, databaseUrl, databaseOwnerUrl }, secrets, { log })
    cleanUp.push(paume.stop)
    stopOnSignal(stopAll)
    await paume.start()
    if (process.stdout.isTTY) print(`Log: ${logFile}`)
    announce(config.host, (paume.app.server.address() as { port: number }).port, config.sandbox)
  } catch (error) {
    await stopAll()
    throw error
  }
}

function announce(host: string, port: number, sandbox: boolean): void {
  const shown = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host
  const names: Record<keyof typeof PAGES, string> = {
    '/': 'start here',
    '/kiosk': 'kiosk (register a palm)',
    '/terminal': 'terminal (pay)',
    '/register': 'register (a small till)',
    '/gate': 'gate (walk in, walk out)',
    '/console': 'console (shops, money)',
  }
  if (sandbox) print('SANDBOX: test cards only, no money moves.')
  for (const [path, name] of Object.entries(names)) print(`${name.padEnd(24)} http://${shown}:${port}${path}`)
  print(`${'interface description'.padEnd(24)} http://${shown}:${port}/docs`)
  print('Ctrl-C stops everything.')
}

/** The first signal stops in order, a second one at once (the database stops by itself then). */
function stopOnSignal(stopAll: () => Promise<void>): void {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    stopAll().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
}

/** What the operator can do about it, or undefined when it is a defect of ours. */
function advice(error: unknown): string | undefined {
  if (PLAIN_ERRORS.some((kind) => error instanceof kind)) return (error as Error).message
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'the port is taken; choose another with --port'
  if (code === 'EACCES' && syscall === 'listen') return 'this port needs more rights; choose another with --port'
  if (isDatabaseGone(error)) return 'the database cannot be reached; check DATABASE_URL and that it is running'
  // Class 28: who we are; 3D000: the database by that name.
  if (/^28|^3D000/.test(sqlState(error) ?? '')) return `the database refuses us: ${(error as Error).message}`
  return undefined
}

main().catch((error: unknown) => {
  process.stderr.write(`paume: ${advice(error) ?? (error as Error).stack ?? error}\n`)
  process.exit(1)
})
