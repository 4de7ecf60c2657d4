import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { ModelMissingError } from './network.ts'

/** Where the bytes of a network lie, and what they must be. */
export type CheckedFile = {
  name: string
  path: string
  offsetBytes: number
  sizeBytes: number
  /** Hexadecimal, of exactly these bytes. */
  sha256: string
}

/** The bytes of one network after checking size and SHA-256. Throws ModelMissingError. */
export function readChecked({ name, path, offsetBytes, sizeBytes, sha256 }: CheckedFile): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  let got = 0
  try {
    const file = openSync(path, 'r')
    try {
      got = readSync(file, bytes, 0, sizeBytes, offsetBytes)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw new ModelMissingError(name, `${path} cannot be read`, { cause })
  }
  if (got !== sizeBytes) throw new ModelMissingError(name, `${path} is too short: ${got} of ${sizeBytes} bytes`)
  const digest = createHash('sha256').update(bytes).digest('hex')
  if (digest !== sha256) throw new ModelMissingError(name, `${path} is altered: it has SHA-256 ${digest}`)
  return bytes
}
