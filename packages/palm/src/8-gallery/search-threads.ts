import { type SearchThread, searchThread } from './search-thread.ts'

/** Search threads by model, shared by all galleries: hundreds of small ones cost one thread, not hundreds. */
export type SearchThreads = {
  /** The thread of a model, opened by the first shelf that asks for it. */
  join(modelVersion: string): SearchThread
  /** One shelf of the model less; with the last one the thread ends. */
  leave(modelVersion: string): Promise<void>
  close(): Promise<void>
}

export function searchThreads(openThread: (modelVersion: string) => SearchThread = searchThread): SearchThreads {
  const open = new Map<string, { thread: SearchThread; shelves: number }>()
  return {
    join(modelVersion) {
      const known = open.get(modelVersion) ?? { thread: openThread(modelVersion), shelves: 0 }
      known.shelves += 1
      open.set(modelVersion, known)
      return known.thread
    },
    async leave(modelVersion) {
      const known = open.get(modelVersion)
      if (!known) return
      known.shelves -= 1
      if (known.shelves > 0) return
      open.delete(modelVersion)
      await known.thread.close()
    },
    async close() {
      const ending = [...open.values()]
      open.clear()
      await Promise.all(ending.map(({ thread }) => thread.close()))
    },
  }
}
