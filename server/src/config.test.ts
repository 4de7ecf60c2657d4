import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

describe('the configuration', () => {
  it('has defaults for a sandbox on this machine', () => {
    expect(readConfig([], {}, '/house')).toMatchObject({
      host: '127.0.0.1',
      port: 4700,
      dataDir: '/house/.paume',
      databaseUrl: undefined,
      sandbox: true,
      production: false,
    })
  })

  it('refuses what it does not know or cannot use', () => {
    for (const args of [['--prot', '1'], ['--port', 'x'], ['--port', '70000'], ['stray'], ['--port', '']]) {
      expect(() => readConfig(args, {}, '/house'), args.join(' ')).toThrow(ConfigError)
    }
    for (const env of [
      { PAUME_SANDBOX: 'maybe' },
      { DATABASE_URL: 'mysql://x' },
      { DATABASE_URL: 'postgresql://x', DATABASE_OWNER_URL: 'mysql://x' },
      { DATABASE_OWNER_URL: 'postgresql://x' },
      { PAUME_COUNTRY: 'usa' },
      { PAUME_WORKERS: '0' },
    ]) {
      expect(() => readConfig([], env, '/house'), JSON.stringify(env)).toThrow(ConfigError)
    }
  })

  it('never mixes production and sandbox', () => {
    expect(readConfig([], { PAUME_PRODUCTION: '1' }, '/house').sandbox).toBe(false)
    expect(() => readConfig([], { PAUME_PRODUCTION: '1', PAUME_SANDBOX: '1' }, '/house')).toThrow('exclude each other')
  })
})
