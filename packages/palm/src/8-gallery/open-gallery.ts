import { EARLIER_MODELS, MODEL, modelVersionOf } from '../7-protection/protect.ts'
import type { ProtectedEmbedding, ProtectedProbe, ProtectedTemplate } from '../7-protection/template.ts'
import { fusionWeightsOf } from './fusion.ts'
import {
  type EnrolledPalm,
  type Gallery,
  GalleryUnavailable,
  type HandSide,
  type Shortlisted,
  TemplateMismatch,
} from './gallery.ts'
import type { GalleryOptions } from './gallery-options.ts'
import { PalmRegister, type RegisteredPalm, templatesOf } from './palm-register.ts'
import { meanVector, searchFrames } from './search-frames.ts'
import type { Found, SearchRequest } from './search-messages.ts'
import { type SearchThreads, searchThreads } from './search-threads.ts'
import { closeShelf, mustBeTemplate, openShelf, type Shelf } from './shelf.ts'

/** Palms that are rescored by the orientation code. */
export const SHORTLIST_PALMS = 50
/** Most people a claim may name: "1:few". */
export const MOST_CLAIMED = 200
/** Most templates of one palm. */
const MOST_TEMPLATES = 8
/** Address space reserved, templates. 4 million take 3 GB once they are all there, next to nothing before. */
const CAPACITY_TEMPLATES = 4_000_000

type Settings = Required<Omit<GalleryOptions, 'threads' | 'openThread'>>
type Question = { shelf: Shelf } & Pick<SearchRequest, 'query' | 'frames' | 'among'>
type Hit = Shortlisted & Omit<Found, 'serial'>

/** A gallery as one of several: what its last palm leaves behind can be taken away. */
export type GalleryOfSeveral = Gallery & {
  /** Gives back memory and threads once the running searches have ended. For a gallery that holds nobody any more. */
  release(): Promise<void>
}

/** Opens an empty gallery; the caller fills it with `put`. */
export function openGallery(options: GalleryOptions): GalleryOfSeveral {
  return new SharedGallery(options)
}

class SharedGallery implements GalleryOfSeveral {
  readonly #options: Settings
  readonly #threads: SearchThreads
  readonly #ownsThreads: boolean
  /** One shelf a model version, opened by its first template, closed with its last. */
  readonly #shelves = new Map<string, Shelf>()
  readonly #register = new PalmRegister()
  /** Changes to the rows that wait until the running search has ended. */
  #waiting: (() => void)[] = []
  #searching = false
  #turn: Promise<unknown> = Promise.resolve()
  #lastSerial = 0
  #closed = false

  constructor({ threads = null, openThread, ...options }: GalleryOptions) {
    this.#threads = threads ?? searchThreads(openThread)
    this.#ownsThreads = threads === null
    this.#options = {
      rotationId: null,
      modelVersions: [MODEL, ...EARLIER_MODELS].map(modelVersionOf),
      capacityTemplates: CAPACITY_TEMPLATES,
      shortlistPalms: SHORTLIST_PALMS,
      nir: null,
      fusionWeights: fusionWeightsOf,
      ...options,
    }
    for (const version of this.#options.modelVersions) this.#options.fusionWeights(version)
  }

  get palms() {
    return this.#register.palms
  }

  get size() {
    return this.#register.templates
  }

  holdings() {
    return this.#register.holdings
  }

  has(palmId: string) {
    return this.#register.find(palmId) !== null
  }

  hasHand(shopperId: string, hand: HandSide) {
    return this.#register.hasHand(shopperId, hand)
  }

  put({ palmId, shopperId, hand, templates }: EnrolledPalm): void {
    if (templates.length < 1 || templates.length > MOST_TEMPLATES) {
      throw new RangeError(`a palm has 1…${MOST_TEMPLATES} templates, not ${templates.length}`)
    }
    for (const template of templates) {
      this.#mustFit(template)
      mustBeTemplate(template)
    }
    const replaced = this.#register.find(palmId)
    if (this.size - (replaced ? templatesOf(replaced) : 0) + templates.length > this.#options.capacityTemplates) {
      throw new RangeError(`the gallery holds at most ${this.#options.capacityTemplates} templates`)
    }
    const byModel = groupedByModel(templates)
    const held = byModel.map(([version, { length }]) => [version, length] as const)
    const palm: RegisteredPalm = { palmId, shopperId, hand, serial: ++this.#lastSerial, held, replaced }
    this.#register.add(palm)
    this.#change(() => {
      // only now: a search that ran until here may have found the palm under its old number
      if (replaced) this.#dropRows(replaced)
      palm.replaced = null
      for (const [version, made] of byModel) this.#shelf(version).rows.add(palm.serial, made.map(this.#comparable))
    })
  }

  removePalm(palmId: string): boolean {
    const palm = this.#register.find(palmId)
    if (!palm) return false
    this.#register.remove(palm)
    this.#change(() => this.#dropRows(palm))
    return true
  }

  removeShopper(shopperId: string): number {
    const gone = this.#register.of(shopperId)
    for (const palm of gone) this.removePalm(palm.palmId)
    return gone.length
  }

  search(probes: readonly ProtectedProbe[]) {
    return this.#search(probes, null)
  }

  searchAmong(probes: readonly ProtectedProbe[], shopperIds: readonly string[]) {
    if (shopperIds.length > MOST_CLAIMED) throw new RangeError(`a claim names at most ${MOST_CLAIMED} people`)
    return this.#search(probes, new Set(shopperIds))
  }

  async #search(probes: readonly ProtectedProbe[], claimed: ReadonlySet<string> | null): Promise<Hit[]> {
    if (probes.length === 0) throw new RangeError('a search needs at least one frame')
    for (const probe of probes) this.#mustFit(probe)
    const byModel = Map.groupBy(probes, ({ modelVersion }) => modelVersion)
    return this.#inTurn(() =>
      [...byModel].flatMap(([version, ofModel]) => {
        const shelf = this.#shelves.get(version)
        if (!shelf) return []
        const frames = searchFrames(ofModel, this.#options.nir?.name ?? null)
        return [{ shelf, query: meanVector(frames), frames, among: this.#rowsOf(claimed, shelf) }]
      }),
    )
  }

  async shortlist(query: ProtectedEmbedding, modelVersion = this.#options.modelVersions[0]) {
    const found = await this.#inTurn(() => {
      const shelf = this.#shelves.get(modelVersion)
      return shelf ? [{ shelf, query, frames: [], among: null }] : []
    })
    return found.map(({ similarity: _none, ...shortlisted }) => shortlisted)
  }

  async close() {
    this.#closed = true
    if (this.#ownsThreads) await this.#threads.close()
    await this.release()
  }

  async release() {
    await this.#turn
    const shelves = [...this.#shelves.values()]
    this.#shelves.clear()
    await Promise.all(shelves.map((shelf) => closeShelf(shelf, this.#threads)))
  }

  /** Near-infrared vectors of another head than the gallery's are left out: they are never compared. */
  readonly #comparable = (template: ProtectedTemplate): ProtectedTemplate => {
    if (template.nir === undefined || template.nir.modelName === this.#options.nir?.name) return template
    const { nir: _other, ...visible } = template
    return visible
  }

  #mustFit(made: { modelVersion: string; rotationEpoch: number; rotationId?: string }): void {
    const { modelVersions, rotationEpoch, rotationId } = this.#options
    if (rotationId !== null && made.rotationId !== rotationId) {
      throw new TemplateMismatch('turned by another rotation than that of the gallery')
    }
    if (!modelVersions.includes(made.modelVersion) || made.rotationEpoch !== rotationEpoch) {
      throw new TemplateMismatch(
        `made by ${made.modelVersion} in epoch ${made.rotationEpoch}, the gallery holds ${modelVersions} of ${rotationEpoch}`,
      )
    }
  }

  #shelf(version: string): Shelf {
    const shelf = this.#shelves.get(version) ?? openShelf(version, { ...this.#options, threads: this.#threads })
    this.#shelves.set(version, shelf)
    return shelf
  }

  #dropRows(palm: RegisteredPalm): void {
    this.#register.unnumber(palm)
    for (const [version] of palm.held) {
      const shelf = this.#shelf(version)
      shelf.rows.remove(palm.serial)
      // An earlier model that nobody is enrolled with any more costs nothing.
      if (shelf.rows.rows > 0 || version === this.#options.modelVersions[0]) continue
      this.#shelves.delete(version)
      void closeShelf(shelf, this.#threads)
    }
  }

  #change(change: () => void): void {
    if (this.#searching) this.#waiting.push(change)
    else change()
  }

  /** One search after the other; the question is put when its turn has come, so that it sees every earlier change. */
  #inTurn(question: () => Question[]): Promise<Hit[]> {
    const turn = this.#turn.then(() => this.#ask(question()))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** All models side by side: no row changes until the last has answered. */
  async #ask(questions: readonly Question[]): Promise<Hit[]> {
    if (this.#closed) throw new GalleryUnavailable('The gallery is closed.')
    this.#searching = true
    try {
      const answers = await Promise.allSettled(questions.map((question) => this.#askShelf(question)))
      const failed = answers.find((answer) => answer.status === 'rejected')
      if (failed) throw failed.reason
      // Named when all have answered, so that nobody removed meanwhile is among them, and before the waiting changes are
      // made: who was replaced meanwhile is still known by the old number.
      return answers.flatMap((answer, i) =>
        answer.status === 'fulfilled' ? this.#named(answer.value, questions[i].shelf.modelVersion) : [],
      )
    } finally {
      this.#searching = false
      const changes = this.#waiting
      this.#waiting = []
      for (const change of changes) change()
    }
  }

  async #askShelf({ shelf, query, frames, among }: Question): Promise<Found[]> {
    const { rows, mostPerPalm } = shelf.rows
    const weights = this.#options.fusionWeights(shelf.modelVersion)
    const nirWeights = this.#options.nir?.weights ?? null
    const palms = this.#options.shortlistPalms
    if (rows === 0) return []
    try {
      return await shelf.thread.run(shelf.rows.shared, {
        rows,
        mostPerPalm,
        palms,
        query,
        frames,
        among,
        weights,
        nirWeights,
      })
    } catch (error) {
      if (error instanceof GalleryUnavailable) throw error
      throw new GalleryUnavailable('The search could not be carried out.', { cause: error })
    }
  }

  /** The palms of these people that the shelf holds; null for everybody. */
  #rowsOf(shopperIds: ReadonlySet<string> | null, shelf: Shelf): SearchRequest['among'] {
    if (shopperIds === null) return null
    return [...shopperIds].flatMap((id) =>
      this.#register.of(id).flatMap(({ serial }) => {
        const row = shelf.rows.rowOf(serial)
        return row === null ? [] : [{ serial, row }]
      }),
    )
  }

  #named(found: readonly Found[], modelVersion: string): Hit[] {
    return found.flatMap(({ serial, ...figures }) => {
      const palm = this.#register.named(serial)
      if (!palm) return []
      const { palmId, shopperId, hand } = palm
      return [{ palmId, shopperId, hand, modelVersion, ...figures }]
    })
  }
}

function groupedByModel(templates: readonly ProtectedTemplate[]): [string, readonly ProtectedTemplate[]][] {
  const [{ modelVersion }] = templates
  // Nearly always: a palm is of two models only while it is being renewed.
  if (templates.every((template) => template.modelVersion === modelVersion)) return [[modelVersion, templates]]
  return [...Map.groupBy(templates, (template) => template.modelVersion)]
}
