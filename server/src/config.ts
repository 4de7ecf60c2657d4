import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** Everything that differs between two installations, and is not secret. */
export type Config = {
  host: string
  port: number
  /** Keys, the embedded database and nothing else live here. */
  dataDir: string
  /** An outside PostgreSQL; left out, the embedded one is started. */
  databaseUrl: string | undefined
  /** Whose tables they are, used at start only. Left out, `databaseUrl` is the owner. */
  databaseOwnerUrl: string | undefined
  /** A sandbox takes test cards only, shows codes on the screen and seeds a demo. Never together with `production`. */
  sandbox: boolean
  production: boolean
  /**
   * Takes captures of a single picture, for measuring on data sets. A single picture shows no motion: no check of a burst can see it.
   * Only on a sandbox.
   */
  measureStills: boolean
  /** Takes webhook endpoints of plain http on this machine itself, any port: for trying out. Only on a sandbox. */
  webhookLoopback: boolean
  /** Threads that work on pictures. */
  recogniserWorkers: number
  /** Country for phone numbers without a country code, ISO 3166-1. */
  defaultCountry: string
  /** Where mail is handed over and whom it is from; null: none is sent (a sandbox prints it). The address may hold a password. */
  mail: { url: string; from: string } | null
  /** The carrier of text messages; null: none are sent (a sandbox prints them). Its key lies in `secrets.json`. */
  texts: { url: string; account: string; from: string } | null
  /** Where shoppers reach this server from outside, without a path; null: nowhere (a sandbox takes its own address). */
  publicUrl: string | null
  /** Where the built pages lie. */
  pagesDir: string
}

export const USAGE = `Usage: npm start -- [--port 4700] [--host 127.0.0.1] [--data DIR]

Environment:
  DATABASE_URL          a PostgreSQL 15 or newer to use instead of the embedded one
  DATABASE_OWNER_URL    the owner of its tables, when DATABASE_URL is a user that may only add to the ledger
  PAUME_SANDBOX         1 (default) or 0
  PAUME_PRODUCTION      1 refuses everything that belongs to a sandbox
  PAUME_MEASURE_STILLS  1 takes single pictures, for measuring on data sets (sandbox only)
  PAUME_WEBHOOK_LOOPBACK  1 takes webhook endpoints such as http://127.0.0.1:8080 (sandbox only)
  PAUME_WORKERS         threads that work on pictures (default 2)
  PAUME_COUNTRY         country of phone numbers without a prefix (default US)
  PAUME_SMTP_URL        where receipts are handed over, e.g. smtps://user:password@mail.example
  PAUME_MAIL_FROM       whom they are from, e.g. Our Shop <receipts@shop.example>
  PAUME_SMS_ACCOUNT     the account at a carrier of text messages; its key: textCarrierKey in secrets.json
  PAUME_SMS_FROM        whom texts are from: a number such as +15550100, or a messaging service MG…
  PAUME_SMS_URL         the carrier (default https://api.twilio.com)
  PAUME_PUBLIC_URL      where shoppers reach this server: links in receipts, e.g. https://pay.example
  PAUME_OPERATOR_TOKEN  the operator's token instead of the generated one`

/** A setting that cannot be used, and why, for the person at the keyboard. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Reads flags and environment. Pure: only `main.ts` passes the real ones. */
export function readConfig(args: string[], env: NodeJS.ProcessEnv, repositoryDir: string): Config {
  let values: Record<string, string | boolean | undefined>
  try {
    const options = { port: { type: 'string' }, host: { type: 'string' }, data: { type: 'string' } } as const
    values = parseArgs({ args, options, strict: true }).values
  } catch (cause) {
    throw new ConfigError(`${(cause as Error).message}\n\n${USAGE}`, { cause })
  }
  const production = flag(env, 'PAUME_PRODUCTION', false)
  const config: Config = {
    host: String(values.host ?? '127.0.0.1'),
    port: wholeNumber('--port', values.port ?? '4700', 0, 65_535),
    dataDir: resolve(repositoryDir, String(values.data ?? '.paume')),
    databaseUrl: env.DATABASE_URL || undefined,
    databaseOwnerUrl: env.DATABASE_OWNER_URL || undefined,
    sandbox: flag(env, 'PAUME_SANDBOX', !production),
    production,
    measureStills: flag(env, 'PAUME_MEASURE_STILLS', false),
    webhookLoopback: flag(env, 'PAUME_WEBHOOK_LOOPBACK', false),
    recogniserWorkers: wholeNumber('PAUME_WORKERS', env.PAUME_WORKERS ?? '2', 1, 64),
    defaultCountry: env.PAUME_COUNTRY ?? 'US',
    mail: mailOf(env),
    texts: textsOf(env),
    publicUrl: publicUrlOf(env),
    pagesDir: resolve(repositoryDir, 'apps/dist'),
  }
  if (config.production && config.sandbox) {
    throw new ConfigError('PAUME_PRODUCTION and PAUME_SANDBOX exclude each other: a sandbox takes test cards only.')
  }
  if (config.measureStills && !config.sandbox) {
    throw new ConfigError('PAUME_MEASURE_STILLS is for a sandbox only: a single picture shows no motion.')
  }
  if (config.webhookLoopback && !config.sandbox) {
    throw new ConfigError('PAUME_WEBHOOK_LOOPBACK is for a sandbox only: behind it lie the services of this machine.')
  }
  if (!config.sandbox && config.publicUrl === null && (config.mail !== null || config.texts !== null)) {
    throw new ConfigError('Receipts carry a link for shoppers: set PAUME_PUBLIC_URL, e.g. https://pay.example.')
  }
  if (!/^[A-Z]{2}$/.test(config.defaultCountry))
    throw new ConfigError('PAUME_COUNTRY must be two capital letters, e.g. US.')
  for (const [name, url] of [
    ['DATABASE_URL', config.databaseUrl],
    ['DATABASE_OWNER_URL', config.databaseOwnerUrl],
  ]) {
    if (url !== undefined && !/^postgres(ql)?:\/\//.test(url))
      throw new ConfigError(`${name} must start with postgresql://`)
  }
  if (config.databaseOwnerUrl !== undefined && config.databaseUrl === undefined) {
    throw new ConfigError('DATABASE_OWNER_URL needs DATABASE_URL.')
  }
  return config
}

/** Both or neither. What the address may ask for beyond host and login is ours to say: no query. */
function mailOf(env: NodeJS.ProcessEnv): Config['mail'] {
  const { PAUME_SMTP_URL: url = '', PAUME_MAIL_FROM: from = '' } = env
  if (url === '' && from === '') return null
  if (url === '' || from === '') throw new ConfigError('PAUME_SMTP_URL and PAUME_MAIL_FROM need each other.')
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (
    parsed === null ||
    !['smtp:', 'smtps:'].includes(parsed.protocol) ||
    !parsed.hostname ||
    parsed.search ||
    parsed.hash
  )
    throw new ConfigError('PAUME_SMTP_URL must be smtps://user:password@host or smtp://….')
  if (!/^(?:[^<>@"\p{Cc}]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u.test(from))
    throw new ConfigError('PAUME_MAIL_FROM must be an address or Name <address>.')
  return { url, from }
}

/** Account and sender, or neither. */
function textsOf(env: NodeJS.ProcessEnv): Config['texts'] {
  const { PAUME_SMS_ACCOUNT: account = '', PAUME_SMS_FROM: from = '', PAUME_SMS_URL = '' } = env
  if (account === '' && from === '' && PAUME_SMS_URL === '') return null
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(account)) throw new ConfigError('PAUME_SMS_ACCOUNT must be the name of an account.')
  if (!/^(?:\+[1-9]\d{4,14}|MG[0-9a-fA-F]{32})$/.test(from))
    throw new ConfigError('PAUME_SMS_FROM must be a number such as +15550100, or a messaging service MG….')
  return { url: originOf('PAUME_SMS_URL', PAUME_SMS_URL || 'https://api.twilio.com'), account, from }
}

const publicUrlOf = ({ PAUME_PUBLIC_URL: url = '' }: NodeJS.ProcessEnv): string | null =>
  url === '' ? null : originOf('PAUME_PUBLIC_URL', url)

/** An address without path, login and query; without encryption on this machine only. */
function originOf(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const own = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  const bare = url !== null && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
  if (!bare || !(url.protocol === 'https:' || (own && url.protocol === 'http:')))
    throw new ConfigError(`${name} must be https://host, without anything after it.`)
  return url.origin
}

function wholeNumber(name: string, text: string | boolean, least: number, most: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most || text === '') {
    throw new ConfigError(`${name} must be a whole number from ${least} to ${most}.`)
  }
  return value
}

function flag(env: NodeJS.ProcessEnv, name: string, fallback: boolean): boolean {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  if (text === '1' || text === 'true') return true
  if (text === '0' || text === 'false') return false
  throw new ConfigError(`${name} must be 1 or 0.`)
}
