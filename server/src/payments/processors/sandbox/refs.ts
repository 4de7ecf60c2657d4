import { createHash, randomBytes } from 'node:crypto'

/** A name of the processor's own for something new. */
export const newRef = (prefix: string): string => `sbx_${prefix}_${randomBytes(12).toString('hex')}`

/** What tells one request from another under the same key, SHA-256 in hexadecimal. */
export const fingerprint = (...parts: (string | bigint)[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts.map(String)))
    .digest('hex')
