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
      { PAUME_SMTP_URL: 'smtps://mail.example' },
      { PAUME_PUBLIC_URL: 'http://pay.example' },
      { PAUME_PUBLIC_URL: 'https://pay.example/shop' },
      { PAUME_PUBLIC_URL: 'https://us:pass@pay.example' },
      { PAUME_SMS_ACCOUNT: 'AC1' },
      { PAUME_SMS_FROM: '+15550100' },
      { PAUME_SMS_ACCOUNT: 'AC1', PAUME_SMS_FROM: '555-0100' },
      { PAUME_SMS_ACCOUNT: 'A/C', PAUME_SMS_FROM: '+15550100' },
      { PAUME_SMS_ACCOUNT: 'AC1', PAUME_SMS_FROM: '+15550100', PAUME_SMS_URL: 'http://carrier.example' },
      {
        PAUME_SANDBOX: '0',
        PAUME_SMTP_URL: 'smtps://us:pass@mail.example',
        PAUME_MAIL_FROM: 'receipts@shop.example',
      },
      { PAUME_MAIL_FROM: 'receipts@shop.example' },
      { PAUME_SMTP_URL: 'https://mail.example', PAUME_MAIL_FROM: 'receipts@shop.example' },
      { PAUME_SMTP_URL: 'smtp://mail.example?requireTLS=false', PAUME_MAIL_FROM: 'receipts@shop.example' },
      { PAUME_SMTP_URL: 'smtps://mail.example', PAUME_MAIL_FROM: 'Shop\nBcc: x <receipts@shop.example>' },
    ]) {
      expect(() => readConfig([], env, '/house'), JSON.stringify(env)).toThrow(ConfigError)
    }
  })

  it('takes mail by both of its settings', () => {
    const mail = { PAUME_SMTP_URL: 'smtps://us:pass@mail.example', PAUME_MAIL_FROM: 'Our Shop <receipts@shop.example>' }
    expect(readConfig([], mail, '/house').mail).toEqual({ url: mail.PAUME_SMTP_URL, from: mail.PAUME_MAIL_FROM })
    expect(readConfig([], {}, '/house').mail).toBe(null)
  })

  it('takes a carrier of texts, and an address from outside', () => {
    const texts = { PAUME_SMS_ACCOUNT: 'AC1', PAUME_SMS_FROM: '+15550100' }
    expect(readConfig([], texts, '/house').texts).toEqual({
      url: 'https://api.twilio.com',
      account: 'AC1',
      from: '+15550100',
    })
    const read = readConfig([], { ...texts, PAUME_SANDBOX: '0', PAUME_PUBLIC_URL: 'https://pay.example/' }, '/house')
    expect(read.publicUrl).toBe('https://pay.example')
    expect(readConfig([], {}, '/house')).toMatchObject({ texts: null, publicUrl: null })
  })

  it('never mixes production and sandbox', () => {
    expect(readConfig([], { PAUME_PRODUCTION: '1' }, '/house').sandbox).toBe(false)
    expect(() => readConfig([], { PAUME_PRODUCTION: '1', PAUME_SANDBOX: '1' }, '/house')).toThrow('exclude each other')
  })
})
