import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../src/config.ts'
import { startPostgres } from '../src/postgres.ts'
import { loadSecrets } from '../src/secrets.ts'
import { wire } from '../src/wiring.ts'
import { createStandInEngine } from './palm-stand-in.ts'

/**
 * The real server with the stand-in recogniser, as a process of its own that a test may kill. Everything that keeps money is the real
 * thing: the embedded database with fsync on, payments, ledger, the sandbox processor.
 */
const config = readConfig(process.argv.slice(2), process.env, join(dirname(fileURLToPath(import.meta.url)), '..', '..'))
const secrets = await loadSecrets(config.dataDir, process.env.PAUME_OPERATOR_TOKEN)
const postgres = await startPostgres({ dataDir: config.dataDir })
const engine = createStandInEngine()
const messages = { send: async () => {} }
const paume = await wire({ ...config, databaseUrl: postgres.url }, secrets, {
  engine,
  log: 'silent',
  messages,
})
process.once('SIGTERM', async () => {
  await paume.stop()
  await postgres.stop()
  process.exit(0)
})
await paume.start()
