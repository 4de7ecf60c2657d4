import type { AuditProof } from '@paume/contract'

export type ProofVerdict =
  /** `words`: whether what the entry says was checked, too, and not only its hash. */
  | { kind: 'holds'; words: boolean }
  /** `entry`: its words do not give its hash. `tree`: the hash does not lead to the head. */
  | { kind: 'broken'; where: 'entry' | 'tree' }

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
}

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** The root that a leaf and its path lead to (RFC 9162, 2.1.3.2), or null when the path has the wrong length. */
async function rootFrom(leaf: Uint8Array, index: number, size: number, path: readonly string[]) {
  let [node, last, hash] = [index, size - 1, leaf]
  for (const step of path) {
    if (last === 0) return null
    const sibling = bytesOf(step)
    if (node % 2 === 1 || node === last) {
      hash = await sha256(NODE, sibling, hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
    } else {
      hash = await sha256(NODE, hash, sibling)
    }
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 ? hash : null
}

/**
 * Checks a proof here, without believing the server: that the entry's words give its hash, and that the hash stands in the tree whose
 * root the signed head names. The signature itself is for `paume-verify`, which brings the key of the log from elsewhere.
 */
export async function verifyAuditProof(proof: AuditProof): Promise<ProofVerdict> {
  const { sequence, entry, path, head } = proof
  if (entry !== null) {
    const hash = await sha256(new TextEncoder().encode(entry))
    if (hexOf(hash) !== proof.sha256 || sequenceIn(entry) !== sequence) return { kind: 'broken', where: 'entry' }
  }
  const leaf = await sha256(LEAF, bytesOf(proof.sha256))
  const root = sequence > head.size ? null : await rootFrom(leaf, sequence - 1, head.size, path)
  const [, size, signedRoot] = head.note.split('\n')
  const isSigned = size === String(head.size) && signedRoot === btoa(String.fromCharCode(...bytesOf(head.root)))
  if (root === null || hexOf(root) !== head.root || !isSigned) return { kind: 'broken', where: 'tree' }
  return { kind: 'holds', words: entry !== null }
}

function sequenceIn(entry: string): unknown {
  try {
    return (JSON.parse(entry) as unknown[])[0]
  } catch {
    return null
  }
}
