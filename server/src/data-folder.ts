import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from './config.ts'

/**
 * Takes the data folder for this process, so that two servers never run one embedded database. A folder left by a process that is
 * gone is taken over. Throws ConfigError when another server holds it.
 */
export async function takeDataFolder(dataDir: string): Promise<{ release(): Promise<void> }> {
  await mkdir(dataDir, { recursive: true })
  const file = join(dataDir, 'server.pid')
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx', mode: 0o600 })
      return { release: () => rm(file, { force: true }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = Number(await readFile(file, 'utf8').catch(() => '0'))
      if (holder !== process.pid && (await isServer(holder))) {
        throw new ConfigError(
          `Another server (process ${holder}) uses ${dataDir}. Stop it, or give this one --data and --port of its own.`,
        )
      }
      await rm(file, { force: true })
    }
  }
  throw new ConfigError(`${dataDir} is being taken by another server at this moment.`)
}

/** Whether the process runs and may be one of ours: after a restart of the machine its number may belong to anything. */
async function isServer(pid: number): Promise<boolean> {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  return command === undefined || /scripts.start\.ts|server.src.main\.ts/.test(command)
}
