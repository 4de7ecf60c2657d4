import type { Audit } from '../audit/service.ts'
import { type Db, withTransaction } from '../database.ts'
import type { PalmEngine, ProtectedSample } from './palm-engine.ts'
import type { TemplateStore } from './template-store.ts'

/** What became of a palm of an earlier model: taken over by the newest, still gathering templates of it, or left as it was. */
export type Upgraded = 'taken_over' | 'gathering' | 'not_alike' | 'failed'

/**
 * Gives palms that an earlier model enrolled templates of the newest, from the very hover by which their owner was identified. Its
 * frames were taken for that payment and are kept for the purpose their owner agreed to: to be recognised. Goes on behind the reply,
 * one palm at a time; what fails is tried again at the next hover.
 */
export type TemplateUpgrade = {
  /** Returns at once. */
  afterHover(identified: Identified, samples: readonly ProtectedSample[]): void
  /** When everything asked for so far is done. */
  settled(): Promise<void>
}

type Identified = { readonly shopperId: string; readonly palmId: string }

type Options = {
  db: Db
  store: Pick<TemplateStore, 'modelsOf' | 'replaceTemplates'>
  engine: Pick<PalmEngine, 'renew'>
  audit: Audit
  onDone(outcome: Upgraded): void
}

export function createTemplateUpgrade({ db, store, engine, audit, onDone }: Options): TemplateUpgrade {
  let running: Promise<void> = Promise.resolve()

  const upgrade = async (
    { shopperId, palmId }: Identified,
    samples: readonly ProtectedSample[],
    modelVersion: string,
  ) => {
    // Asked first, without a lock: nearly always there is nothing to do.
    if ((await store.modelsOf(palmId)).every((version) => version === modelVersion)) return
    const kept = await withTransaction(db, async (tx) => {
      const templates = await store.replaceTemplates(tx, palmId, (held) => engine.renew(held, samples))
      if (templates === null) return null
      const isTakenOver = templates.every((template) => template.modelVersion === modelVersion)
      const facts = { shopperId, palmId, modelVersion, templates: templates.length, isTakenOver }
      await audit.append(tx, 'palm_renewed', facts)
      return isTakenOver
    })
    if (kept === null) onDone('not_alike')
    else onDone(kept ? 'taken_over' : 'gathering')
  }
  return {
    afterHover(identified, samples) {
      // Frames were made for earlier models only while palms of theirs are enrolled.
      if (samples.every(({ earlier }) => earlier.length === 0)) return
      const { modelVersion } = samples[0].template
      running = running.then(() => upgrade(identified, samples, modelVersion)).catch(() => onDone('failed'))
    },
    settled: () => running,
  }
}
