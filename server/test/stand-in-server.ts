import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../src/config.ts'
import { startPostgres } from '../src/postgres.ts'
import { loadSecrets } from '../src/secrets.ts'
import { wire } from '../src/wiring.ts'
import { createStandInEngine } from './palm-stand-in.ts'

/**
 * The real server with the stand-in recogniser, as a process of its own that a test may kill. Everything that keeps money is the real
 * thing: PostgreSQL with fsync on (its own, or the one DATABASE_URL names), payments, ledger, the sandbox processor. With `--standby` it
 * loads its code and waits for a byte on its standard input before it begins: what a restart costs without reading the code again.
 */
const words = process.argv.slice(2).filter((word) => word !== '--standby')
if (words.length < process.argv.length - 2) {
  const [begin] = await Promise.race([once(process.stdin, 'data'), once(process.stdin, 'end').then(() => [null])])
  if (begin === null) process.exit(0)
  process.stdin.destroy()
}
const config = readConfig(words, process.env, join(dirname(fileURLToPath(import.meta.url)), '..', '..'))
const secrets = await loadSecrets(config.dataDir, process.env.PAUME_OPERATOR_TOKEN)
const postgres = config.databaseUrl === undefined ? await startPostgres({ dataDir: config.dataDir }) : null
const urls = postgres
  ? { databaseUrl: postgres.serverUrl, databaseOwnerUrl: postgres.url }
  : { databaseUrl: config.databaseUrl!, databaseOwnerUrl: config.databaseOwnerUrl }
const engine = createStandInEngine()
const messages = { send: async () => 'sent' as const }
const paume = await wire({ ...config, ...urls }, secrets, { engine, log: 'silent', messages })
process.once('SIGTERM', async () => {
  await paume.stop()
  await postgres?.stop()
  process.exit(0)
})
await paume.start()
