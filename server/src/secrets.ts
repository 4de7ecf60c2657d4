import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A P-256 key that captures are sealed to. Older ones still open until they are taken out of the file. */
export type SealKey = { keyId: string; privateJwk: JsonWebKey; publicJwk: JsonWebKey }

/** Wraps the data keys of shoppers and rotates templates. The highest epoch is used for what is new. */
export type TenantKey = { epoch: number; key: Buffer }

export type Secrets = {
  operatorToken: string
  tenantKeys: TenantKey[]
  /** Newest last. */
  sealKeys: SealKey[]
  /** Signs identity assertions; the same on every node. Ed25519. */
  assertionKey: { privateKey: KeyObject; publicKey: KeyObject }
  /** Encrypts contact data; HMACs of phone numbers and codes use keys derived from it. 32 bytes. */
  contactKey: Buffer
  /** What the carrier of text messages knows us by; null where the file has none. */
  textCarrierKey: string | null
}

type SecretsFile = {
  operatorToken: string
  tenantKeys: { epoch: number; key: string }[]
  sealKeys: { keyId: string; privateJwk: JsonWebKey }[]
  assertionKey: string
  contactKey: string
  /** Added by hand: the carrier gives it out. */
  textCarrierKey?: string
}

/** The key file is missing a part or is open to others. */
export class SecretsError extends Error {
  override name = 'SecretsError'
}

/**
 * Reads `<dataDir>/secrets.json`, or makes it at the first start (mode 0600). Several nodes on one database must be given copies
 * of the same file. Without it nothing sealed in the database can be opened again.
 */
export async function loadSecrets(dataDir: string, operatorToken: string | undefined): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) {
    await mkdir(dataDir, { recursive: true })
    await writeDurably(file, JSON.stringify(makeSecrets(), null, 2))
    return loadSecrets(dataDir, operatorToken)
  }
  const mode = (await stat(file)).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new SecretsError(`${file} can be read by others (mode ${mode.toString(8)}). Run: chmod 600 ${file}`)
  }
  const secrets = openSecrets(text, file)
  return operatorToken === undefined || operatorToken === '' ? secrets : { ...secrets, operatorToken }
}

/** Fresh keys, in the form of the file. Tests use it without a file. */
export function makeSecrets(): SecretsFile {
  const seal = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const sealJwk = seal.privateKey.export({ format: 'jwk' }) as JsonWebKey
  return {
    operatorToken: `opr_${randomBytes(24).toString('base64url')}`,
    tenantKeys: [{ epoch: 1, key: randomBytes(32).toString('base64') }],
    sealKeys: [{ keyId: keyIdOf(sealJwk), privateJwk: sealJwk }],
    assertionKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    contactKey: randomBytes(32).toString('base64'),
  }
}

const keyIdOf = (jwk: JsonWebKey) => createHash('sha256').update(`${jwk.x}.${jwk.y}`).digest('base64url').slice(0, 16)

/** Parses and checks the file; a part that is missing or of the wrong size stops the start. */
export function openSecrets(text: string, file = 'secrets.json'): Secrets {
  const refuse = (what: string): never => {
    throw new SecretsError(`${file}: ${what}`)
  }
  let raw: SecretsFile
  try {
    raw = JSON.parse(text) as SecretsFile
  } catch {
    return refuse('is not JSON')
  }
  if (!raw.operatorToken || raw.operatorToken.length < 20) refuse('operatorToken is missing or short')
  const tenantKeys = (raw.tenantKeys ?? []).map(({ epoch, key }) => ({ epoch, key: Buffer.from(key, 'base64') }))
  if (tenantKeys.length === 0 || tenantKeys.some(({ epoch, key }) => key.length !== 32 || !Number.isInteger(epoch))) {
    refuse('tenantKeys must be 32 bytes each, with an epoch')
  }
  const contactKey = Buffer.from(raw.contactKey ?? '', 'base64')
  if (contactKey.length !== 32) refuse('contactKey must be 32 bytes')
  if (!raw.sealKeys?.length || !raw.assertionKey) refuse('sealKeys or assertionKey is missing')
  const sealKeys = raw.sealKeys.map(({ keyId, privateJwk }) => {
    const { d: _private, ...publicJwk } = privateJwk
    return { keyId, privateJwk, publicJwk }
  })
  const { textCarrierKey } = raw
  if (textCarrierKey !== undefined && !/^[\x21-\x7e]{16,200}$/.test(textCarrierKey))
    refuse('textCarrierKey is short or odd')
  const privateKey = createPrivateKey(raw.assertionKey)
  return {
    operatorToken: raw.operatorToken,
    tenantKeys: tenantKeys.sort((a, b) => a.epoch - b.epoch),
    sealKeys,
    assertionKey: { privateKey, publicKey: createPublicKey(privateKey) },
    contactKey,
    textCarrierKey: textCarrierKey ?? null,
  }
}

/** Written beside its place, flushed and moved there: a crash leaves the old file or the new one, never half of one. */
async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, `${text}\n`, { mode: 0o600, flush: true })
  await chmod(draft, 0o600)
  await rename(draft, file)
}

/** A key for one purpose, derived from a longer-lived one. */
export const deriveKey = (key: Buffer, purpose: string): Buffer =>
  createHmac('sha256', key).update(`paume ${purpose}`).digest()
