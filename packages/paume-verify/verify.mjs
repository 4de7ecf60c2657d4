// Checks what Paume proves of its audit log. Plain JavaScript, no dependencies, written apart from the server's own code, so that a
// mistake in one of them shows against the other. Sources: RFC 9162 §2.1 (Merkle trees and proofs), C2SP signed-note and
// tlog-checkpoint (signed heads), RFC 8032 (Ed25519).
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'

/** What is wrong with a receipt, in words for whoever holds it. */
export class ReceiptRefused extends Error {
  name = 'ReceiptRefused'
  /** @param {string} code stable, for programs @param {string} message */
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest()
const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

/** RFC 9162 §2.1.1. @param {Buffer} entry @returns {Buffer} 32 bytes */
export const leafHash = (entry) => sha256(LEAF, entry)
const nodeHash = (left, right) => sha256(NODE, left, right)

/**
 * The root that an inclusion proof leads to (RFC 9162 §2.1.3.2), or null when the proof has too many or too few steps.
 *
 * @param {bigint} index of the leaf, from 0 @param {bigint} size of the tree @param {Buffer} leaf its hash @param {Buffer[]} path
 * @returns {Buffer | null}
 */
export function rootOfInclusion(index, size, leaf, path) {
  if (index < 0n || index >= size) return null
  let [fn, sn, root] = [index, size - 1n, leaf]
  for (const step of path) {
    if (sn === 0n) return null
    if (fn % 2n === 1n || fn === sn) {
      root = nodeHash(step, root)
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n]
    } else root = nodeHash(root, step)
    ;[fn, sn] = [fn / 2n, sn / 2n]
  }
  return sn === 0n ? root : null
}

/**
 * Whether a tree of `size` begins with exactly the entries of an earlier one of `earlierSize` (RFC 9162 §2.1.4.2).
 *
 * @param {bigint} earlierSize @param {Buffer} earlierRoot @param {bigint} size @param {Buffer} root @param {Buffer[]} path
 */
export function isConsistent(earlierSize, earlierRoot, size, root, path) {
  if (earlierSize > size) return false
  if (earlierSize === size) return path.length === 0 && earlierRoot.equals(root)
  if (earlierSize === 0n) return path.length === 0
  const powerOfTwo = (earlierSize & (earlierSize - 1n)) === 0n
  const steps = powerOfTwo ? [earlierRoot, ...path] : path
  if (steps.length === 0) return false
  let [fn, sn] = [earlierSize - 1n, size - 1n]
  while (fn % 2n === 1n) [fn, sn] = [fn / 2n, sn / 2n]
  let [first, second] = [steps[0], steps[0]]
  for (const step of steps.slice(1)) {
    if (sn === 0n) return false
    if (fn % 2n === 1n || fn === sn) {
      ;[first, second] = [nodeHash(step, first), nodeHash(step, second)]
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n]
    } else second = nodeHash(second, step)
    ;[fn, sn] = [fn / 2n, sn / 2n]
  }
  return sn === 0n && first.equals(earlierRoot) && second.equals(root)
}

/** The type of Ed25519 in signed notes. */
const ED25519 = 1
const SIGNATURE_BYTES = 64

/** A verifier key `<name>+<hash>+<base64>` of the signed-note form. @param {string} text */
export function readVerifierKey(text) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44}=?=?)$/.exec(text.trim())
  if (match === null) throw new ReceiptRefused('key_unreadable', 'This is not the public key of a log.')
  const [, name, hash, encoded] = match
  const bytes = Buffer.from(encoded, 'base64')
  const expected = sha256(Buffer.from(`${name}\n`), bytes)
    .subarray(0, 4)
    .toString('hex')
  if (bytes.length !== 33 || bytes[0] !== ED25519 || expected !== hash)
    throw new ReceiptRefused('key_unreadable', 'The public key of the log is damaged.')
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') }
  return { name, hash: Buffer.from(hash, 'hex'), key: createPublicKey({ key: jwk, format: 'jwk' }) }
}

/**
 * Reads a signed head (a C2SP checkpoint). Throws `ReceiptRefused` unless this key has signed it.
 *
 * @param {string} note @param {ReturnType<typeof readVerifierKey>} verifier
 */
export function readHead(note, { name, hash, key }) {
  const split = note.indexOf('\n\n')
  const text = note.slice(0, split + 1)
  const [origin, size, root, ...more] = text.split('\n')
  if (split < 0 || !/^(0|[1-9]\d{0,18})$/.test(size ?? '') || !/^[A-Za-z0-9+/]{43}=$/.test(root ?? ''))
    throw new ReceiptRefused('head_unreadable', 'The head of the log is not in the form of a head.')
  if (origin !== name) throw new ReceiptRefused('head_of_another_log', 'The head belongs to another log.')
  const signed = note
    .slice(split + 2)
    .split('\n')
    .map((line) => /^— (\S+) (\S+)$/.exec(line))
    .some((line) => {
      if (line === null || line[1] !== name) return false
      const bytes = Buffer.from(line[2], 'base64')
      // One spelling only: bits that no byte takes up could be altered unseen.
      const canonical = bytes.toString('base64') === line[2]
      const ours = bytes.length === 4 + SIGNATURE_BYTES && bytes.subarray(0, 4).equals(hash)
      return canonical && ours && verifySignature(null, Buffer.from(text), key, bytes.subarray(4))
    })
  if (!signed) throw new ReceiptRefused('head_not_signed', 'The head of the log was not signed by this key.')
  return {
    origin,
    size: BigInt(size),
    root: Buffer.from(root, 'base64'),
    extensions: more.filter((line) => line !== ''),
  }
}

/** What a receipt looks like. */
export const FORMAT = 'paume-receipt/1'

/**
 * Checks a receipt against the public key of the log. Answers what it proves; throws `ReceiptRefused` with the first thing that does
 * not fit.
 *
 * @param {unknown} receipt the parsed JSON @param {string} verifierKey
 */
export function verifyReceipt(receipt, verifierKey) {
  const { format, entry, index, proof, head, statement } = readReceipt(receipt)
  if (format !== FORMAT) throw new ReceiptRefused('format_unknown', `This is no receipt of the form ${FORMAT}.`)
  const { size, root, origin } = readHead(head, readVerifierKey(verifierKey))
  const reached = rootOfInclusion(BigInt(index), size, leafHash(sha256(Buffer.from(entry))), proof.map(hashOf))
  if (reached === null || !reached.equals(root))
    throw new ReceiptRefused(
      'entry_not_in_log',
      'The log does not hold this entry: it was altered, or is of another place.',
    )
  const [sequence, at, event, facts] = JSON.parse(entry)
  const said = JSON.parse(facts)
  if (BigInt(sequence) !== BigInt(index) + 1n)
    throw new ReceiptRefused('entry_not_in_log', 'The entry says that it stands elsewhere in the log.')
  const expected = statement === undefined ? undefined : sha256(Buffer.from(statement)).toString('hex')
  if (said.statementSha256 !== expected)
    throw new ReceiptRefused('statement_altered', 'The statement is not the one that was written into the log.')
  return {
    origin,
    sequence: Number(sequence),
    at,
    event,
    facts: said,
    treeSize: Number(size),
    statement: statement ?? null,
  }
}

function readReceipt(receipt) {
  const given = receipt !== null && typeof receipt === 'object' ? receipt : {}
  const { format, entry, index, proof, head, statement } = given
  const fits =
    typeof format === 'string' &&
    typeof entry === 'string' &&
    Number.isSafeInteger(index) &&
    index >= 0 &&
    Array.isArray(proof) &&
    proof.length <= 64 &&
    typeof head === 'string' &&
    (statement === undefined || typeof statement === 'string')
  if (!fits) throw new ReceiptRefused('receipt_unreadable', 'This file is not a receipt, or a part of it is missing.')
  return given
}

function hashOf(text) {
  if (typeof text !== 'string' || !/^[0-9a-f]{64}$/.test(text))
    throw new ReceiptRefused('receipt_unreadable', 'A step of the proof is damaged.')
  return Buffer.from(text, 'hex')
}
