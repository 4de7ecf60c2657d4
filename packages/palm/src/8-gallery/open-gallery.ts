import { EMBEDDING_DIMS } from '../6-embedding/embedding.ts'
import { MODEL, modelVersionOf } from '../7-protection/protect.ts'
import type { ProtectedEmbedding } from '../7-protection/template.ts'
import { type EnrolledPalm, type Gallery, GalleryUnavailable, type HandSide } from './gallery.ts'
import { TemplateRows } from './rows.ts'
import type { Found } from './search-messages.ts'
import { type SearchThread, searchThread } from './search-thread.ts'

/** Palms that are rescored by the orientation code. */
export const SHORTLIST_PALMS = 50
/** Most templates of one palm. */
const MOST_TEMPLATES = 8
/** Address space reserved, templates. 4 million take 3 GB once they are all there, next to nothing before. */
const CAPACITY_TEMPLATES = 4_000_000
/** Vector comparisons a frame may spend on shifted views: about 20 ms. Larger galleries look at the upright view only. */
const VIEW_BUDGET = 1_000_000

export type GalleryOptions = {
  /** Epoch of the tenant's rotation. Templates and probes of another are refused: they could only mislead. */
  readonly rotationEpoch: number
  readonly modelVersion?: string
  readonly capacityTemplates?: number
  readonly shortlistPalms?: number
  /** Opens the thread that searches. For tests of its failure. */
  readonly openThread?: typeof searchThread
}

/** A template or probe of another model version or rotation epoch. A broken invariant of the caller, never "no match". */
export class TemplateMismatch extends Error {
  readonly code = 'template_mismatch'
  constructor(message: string) {
    super(message)
    this.name = 'TemplateMismatch'
  }
}

type Palm = Omit<EnrolledPalm, 'templates'> & { readonly serial: number; readonly templates: number }
type Query = { queries: Int8Array; fields: readonly Uint8Array[] }

/** Opens an empty gallery; the caller fills it with `put`. */
export function openGallery(options: GalleryOptions): Gallery {
  return new SharedGallery(options)
}

class SharedGallery implements Gallery {
  readonly #options: Required<Omit<GalleryOptions, 'openThread'>>
  readonly #rows: TemplateRows
  readonly #thread: SearchThread
  readonly #byId = new Map<string, Palm>()
  readonly #bySerial = new Map<number, Palm>()
  /** Changes to the rows that wait until the running search has ended. */
  #waiting: (() => void)[] = []
  #searching = false
  #turn: Promise<unknown> = Promise.resolve()
  #lastSerial = 0
  #templates = 0

  constructor({ openThread = searchThread, ...options }: GalleryOptions) {
    this.#options = {
      modelVersion: modelVersionOf(MODEL),
      capacityTemplates: CAPACITY_TEMPLATES,
      shortlistPalms: SHORTLIST_PALMS,
      ...options,
    }
    this.#rows = new TemplateRows(this.#options.capacityTemplates)
    this.#thread = openThread(this.#rows.shared)
  }

  get palms() {
    return this.#byId.size
  }

  get size() {
    return this.#templates
  }

  has(palmId: string) {
    return this.#byId.has(palmId)
  }

  hasHand(shopperId: string, hand: HandSide) {
    return [...this.#byId.values()].some((palm) => palm.shopperId === shopperId && palm.hand === hand)
  }

  put({ palmId, shopperId, hand, templates }: EnrolledPalm): void {
    if (templates.length < 1 || templates.length > MOST_TEMPLATES) {
      throw new RangeError(`a palm has 1…${MOST_TEMPLATES} templates, not ${templates.length}`)
    }
    for (const template of templates) this.#mustFit(template)
    const before = this.#byId.get(palmId)
    if (this.#templates - (before?.templates ?? 0) + templates.length > this.#options.capacityTemplates) {
      throw new RangeError(`the gallery holds at most ${this.#options.capacityTemplates} templates`)
    }
    if (before) this.removePalm(palmId)
    const palm = { palmId, shopperId, hand, serial: ++this.#lastSerial, templates: templates.length }
    this.#byId.set(palmId, palm)
    this.#bySerial.set(palm.serial, palm)
    this.#templates += palm.templates
    this.#change(() => this.#rows.add(palm.serial, templates))
  }

  removePalm(palmId: string): boolean {
    const palm = this.#byId.get(palmId)
    if (!palm) return false
    this.#byId.delete(palmId)
    // from here on no answer can name it, also that of a search already running
    this.#bySerial.delete(palm.serial)
    this.#templates -= palm.templates
    this.#change(() => this.#rows.remove(palm.serial))
    return true
  }

  removeShopper(shopperId: string): number {
    const gone = [...this.#byId.values()].filter((palm) => palm.shopperId === shopperId)
    for (const palm of gone) this.removePalm(palm.palmId)
    return gone.length
  }

  async search(probes: Parameters<Gallery['search']>[0]) {
    if (probes.length === 0) throw new RangeError('a search needs at least one frame')
    for (const probe of probes) this.#mustFit(probe)
    const found = await this.#inTurn(() => {
      const views = Math.max(1, Math.floor(VIEW_BUDGET / Math.max(1, this.#rows.rows)))
      const embeddings = probes.flatMap((probe) => probe.embeddings.slice(0, views))
      return { queries: joined(embeddings), fields: probes.map((probe) => probe.field) }
    })
    return found.flatMap(({ serial, ...figures }) => this.#named(serial, figures))
  }

  async shortlist(queries: readonly ProtectedEmbedding[]) {
    const found = await this.#inTurn(() => ({ queries: joined(queries), fields: [] }))
    return found.flatMap(({ serial, shortlistSimilarity }) => this.#named(serial, { shortlistSimilarity }))
  }

  async close() {
    await this.#thread.close()
    await this.#turn
  }

  #mustFit(made: { modelVersion: string; rotationEpoch: number }): void {
    const { modelVersion, rotationEpoch } = this.#options
    if (made.modelVersion !== modelVersion || made.rotationEpoch !== rotationEpoch) {
      throw new TemplateMismatch(
        `made by ${made.modelVersion} in epoch ${made.rotationEpoch}, the gallery holds ${modelVersion} of ${rotationEpoch}`,
      )
    }
  }

  #named<Figures>(serial: number, figures: Figures) {
    const palm = this.#bySerial.get(serial)
    return palm ? [{ palmId: palm.palmId, shopperId: palm.shopperId, hand: palm.hand, ...figures }] : []
  }

  #change(change: () => void): void {
    if (this.#searching) this.#waiting.push(change)
    else change()
  }

  /** One search after the other; the question is put when its turn has come, so that it sees every earlier change. */
  #inTurn(question: () => Query): Promise<Found[]> {
    const turn = this.#turn.then(() => this.#ask(question()))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #ask({ queries, fields }: Query): Promise<Found[]> {
    if (this.#rows.rows === 0) return []
    this.#searching = true
    try {
      const { rows, mostPerPalm } = this.#rows
      return await this.#thread.run({ rows, mostPerPalm, palms: this.#options.shortlistPalms, queries, fields })
    } catch (error) {
      if (error instanceof GalleryUnavailable) throw error
      throw new GalleryUnavailable('The search could not be carried out.', { cause: error })
    } finally {
      this.#searching = false
      const changes = this.#waiting
      this.#waiting = []
      for (const change of changes) change()
    }
  }
}

function joined(embeddings: readonly ProtectedEmbedding[]): Int8Array {
  const all = new Int8Array(embeddings.length * EMBEDDING_DIMS)
  embeddings.forEach((embedding, i) => {
    all.set(embedding, i * EMBEDDING_DIMS)
  })
  return all
}
