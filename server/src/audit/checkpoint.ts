import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { TreeHash } from './merkle.ts'

/** Signs heads of the log. `verifierKey` is its public half in the form of a signed note: name, hash and key in one line. */
export type HeadSigner = { origin: string; verifierKey: string; sign(size: bigint, root: TreeHash): string }

/** The type byte of Ed25519 in signed notes (C2SP signed-note). */
const ED25519 = Buffer.of(1)
/** RFC 8410: what stands before the 32 bytes of a private Ed25519 key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * @param origin the name of the log, e.g. `pay.example/log`; no white space and no plus sign
 * @param seed 32 random bytes, the same on every node
 */
export function createHeadSigner(origin: string, seed: Buffer): HeadSigner {
  if (seed.length !== 32 || !/^[^+\s]+$/.test(origin))
    throw new Error('invariant broken: no key for the heads of the log')
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const bytes = Buffer.concat([ED25519, rawPublicKey(key)])
  const id = createHash('sha256').update(`${origin}\n`).update(bytes).digest().subarray(0, 4)
  return {
    origin,
    verifierKey: `${origin}+${id.toString('hex')}+${bytes.toString('base64')}`,
    sign(size, root) {
      const text = `${origin}\n${size}\n${root.toString('base64')}\n`
      const signature = Buffer.concat([id, sign(null, Buffer.from(text), key)])
      return `${text}\n— ${origin} ${signature.toString('base64')}\n`
    },
  }
}

const rawPublicKey = (key: KeyObject) =>
  Buffer.from((createPublicKey(key).export({ format: 'jwk' }) as { x: string }).x, 'base64url')
