import type { KeyObject } from 'node:crypto'

export declare class ReceiptRefused extends Error {
  readonly code: string
}
export type VerifierKey = { name: string; hash: Buffer; key: KeyObject }
export declare const FORMAT: 'paume-receipt/1'
export declare const leafHash: (entry: Buffer) => Buffer
export declare function rootOfInclusion(index: bigint, size: bigint, leaf: Buffer, path: Buffer[]): Buffer | null
export declare function isConsistent(
  earlierSize: bigint,
  earlierRoot: Buffer,
  size: bigint,
  root: Buffer,
  path: Buffer[],
): boolean
export declare function readVerifierKey(text: string): VerifierKey
export declare function readHead(
  note: string,
  verifier: VerifierKey,
): { origin: string; size: bigint; root: Buffer; extensions: string[] }
export declare function verifyReceipt(
  receipt: unknown,
  verifierKey: string,
): {
  origin: string
  sequence: number
  at: string
  event: string
  facts: Record<string, unknown>
  treeSize: number
  statement: string | null
}
