import { TemplatesUnreadable } from './sealed-templates.ts'
import type { TemplateRenewal } from './template-renewal.ts'
import type { TemplateStore } from './template-store.ts'

/** Shoppers whose stored templates were brought to the newest key, and those whose templates could not be opened for it. */
export type Renewed = { shoppers: number; unreadable: number }

/** After a new tenant key: stores everything made under older ones anew, so that the older keys can be taken out of the secrets. */
export type RenewalWorker = {
  /** Everything there is now. Rejects when the database cannot be asked; what was done stays done. */
  runOnce(): Promise<Renewed>
  /** In the background, until it is done. */
  start(): void
  stop(): Promise<void>
}

/** After the database was away, ms. */
const RETRY_MS = 5_000

type Options = {
  store: Pick<TemplateStore, 'olderThan' | 'reseal'>
  renewal: Pick<TemplateRenewal, 'epoch' | 'template'>
  onDone(renewed: Renewed): void
}

export function createRenewalWorker({ store, renewal, onDone }: Options): RenewalWorker {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()

  const runOnce = async (): Promise<Renewed> => {
    const renewed: Renewed = { shoppers: 0, unreadable: 0 }
    let last = ''
    for (;;) {
      const ids = await store.olderThan(renewal.epoch, last)
      for (const id of ids) {
        if (stopped) return renewed
        try {
          if (await store.reseal(id, renewal.epoch, renewal.template)) renewed.shoppers += 1
        } catch (error) {
          if (!(error instanceof TemplatesUnreadable)) throw error
          renewed.unreadable += 1
        }
        last = id
      }
      if (ids.length === 0) return renewed
    }
  }
  const loop = () => {
    if (stopped) return
    running = runOnce().then(onDone, () => {
      if (stopped) return
      timer = setTimeout(loop, RETRY_MS)
      timer.unref()
    })
  }
  return {
    runOnce,
    start: loop,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
