import type { FileProblem } from '@paume/contract'
import type { FileHead } from './read-file.ts'
import type { ReadRow } from './wanted.ts'

/** What the thread that reads a list tells. */
export type FromReader =
  | { kind: 'head'; head: FileHead }
  | { kind: 'rows'; rows: ReadRow[] }
  | { kind: 'unreadable'; problem: FileProblem; hint: string | null }
  | { kind: 'end' }
