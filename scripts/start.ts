import { buildAppsIfStale } from './build-apps.ts'

if (await buildAppsIfStale()) process.stderr.write('paume: pages built\n')
await import('../server/src/main.ts')
