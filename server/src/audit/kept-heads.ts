import { appendFile, readFile } from 'node:fs/promises'
import type { Head } from './tree.ts'

/** Signed heads of the log, kept beside the database: who changes the one does not change the other by that. */
export type KeptHeads = {
  /** The last one that was kept; null: none. Throws when the end of the file is damaged. */
  last(): Promise<Pick<Head, 'size' | 'root'> | null>
  keep(head: Head): Promise<void>
}

/** The three lines that are signed, an empty one, the signature. */
const NOTE = /^\S+\n(\d+)\n([A-Za-z0-9+/]{43}=)\n\n— \S+ \S+\n$/

/** Notes one after the other, each followed by an empty line. */
export function createKeptHeads(file: string): KeptHeads {
  return {
    async last() {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      if (text === '') return null
      // A note holds one empty line itself; before it stands the one that ends the note before.
      const notes = text.slice(0, -1).split(/\n\n(?!—)/)
      const match = NOTE.exec(notes.at(-1)!.endsWith('\n') ? notes.at(-1)! : `${notes.at(-1)}\n`)
      if (match === null) throw new Error(`${file} does not end in a signed head of the audit log`)
      return { size: BigInt(match[1]!), root: Buffer.from(match[2]!, 'base64') }
    },
    keep: ({ note }) => appendFile(file, `${note}\n`, { mode: 0o600, flush: true }),
  }
}
