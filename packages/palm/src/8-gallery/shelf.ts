import { EMBEDDING_DIMS } from '../6-embedding/embedding.ts'
import { NIR_DIMS } from '../6-embedding/nir-embedding.ts'
import { coderOf } from '../7-protection/protect.ts'
import type { ProtectedTemplate } from '../7-protection/template.ts'
import { TemplateMismatch } from './gallery.ts'
import { TemplateRows } from './rows.ts'
import type { SearchThread } from './search-thread.ts'
import type { SearchThreads } from './search-threads.ts'

/** The templates of one model version and the thread that searches them. The thread starts with the first search. */
export type Shelf = { readonly modelVersion: string; readonly rows: TemplateRows; readonly thread: SearchThread }

type ShelfOptions = { readonly capacityTemplates: number; readonly threads: SearchThreads }

/** Throws RangeError when nothing here can compare what that model made. */
export function openShelf(modelVersion: string, { capacityTemplates, threads }: ShelfOptions): Shelf {
  coderOf(modelVersion)
  const rows = new TemplateRows(capacityTemplates)
  return { modelVersion, rows, thread: threads.join(modelVersion) }
}

/** The memory goes back, and with the last shelf of a model its thread. */
export async function closeShelf({ rows, thread, modelVersion }: Shelf, threads: SearchThreads): Promise<void> {
  thread.forget(rows.shared)
  await threads.leave(modelVersion)
}

/** The one int8 that no template holds: rounding saturates at ±127. */
const NEVER = -128

/**
 * A template that would be read as something else than it is must not get among the others: vectors of another type or
 * length would be cut or padded in silence, numbers out of range wrapped. Throws TemplateMismatch.
 */
export function mustBeTemplate({ embedding, code, modelVersion, nir }: ProtectedTemplate): void {
  const isVector = embedding instanceof Int8Array && embedding.length === EMBEDDING_DIMS && !embedding.includes(NEVER)
  if (!isVector) throw new TemplateMismatch(`the vector of a template is ${EMBEDDING_DIMS} whole numbers of −127…127`)
  const { codeBytes } = coderOf(modelVersion)
  if (!(code instanceof Uint8Array) || code.length !== codeBytes) {
    throw new TemplateMismatch(`the code of a template is ${codeBytes} bytes`)
  }
  if (nir === undefined) return
  const { vector } = nir
  if (!(vector instanceof Int8Array && vector.length === NIR_DIMS && !vector.includes(NEVER) && vector.some(Boolean))) {
    throw new TemplateMismatch(`a near-infrared vector is ${NIR_DIMS} whole numbers of −127…127, not all 0`)
  }
}
