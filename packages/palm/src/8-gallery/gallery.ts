import type { ProtectedProbe, ProtectedTemplate } from '../7-protection/template.ts'

export type HandSide = 'L' | 'R'

export type EnrolledPalm = {
  readonly palmId: string
  readonly shopperId: string
  readonly hand: HandSide
  /** 1–8 templates, 3–5 in practice; all of one model version and epoch. */
  readonly templates: readonly ProtectedTemplate[]
}

/** A palm of the shortlist, rescored. Internal: neither figure ever leaves the server. */
export type Candidate = {
  readonly palmId: string
  readonly shopperId: string
  readonly hand: HandSide
  /** Cosine of the compact vectors, −1…1: the best over frames and templates. */
  readonly shortlistSimilarity: number
  /** Fused similarity after rescoring, in the units `9-decision/calibration.ts` is fitted to. */
  readonly similarity: number
}

/** Enrolled palms of one tenant, searched exactly. */
export type Gallery = {
  /** Adds a palm, or replaces the templates of a palm already there. Takes effect for every search that begins later. */
  put(palm: EnrolledPalm): void
  /** Forgets one palm; false when it was not there. Takes effect at once, also for a search already queued or running. */
  removePalm(palmId: string): boolean
  /** Forgets every palm of a shopper at once and says how many there were. */
  removeShopper(shopperId: string): number
  has(palmId: string): boolean
  /** Number of palms. */
  readonly palms: number
  /** Number of templates. */
  readonly size: number
  /**
   * Shortlists by the compact vectors of all frames, rescores by orientation codes, best first. An empty gallery gives
   * no candidates. Rejects with `GalleryUnavailable` when the search could not be carried out: never an empty answer.
   */
  search(probes: readonly ProtectedProbe[]): Promise<Candidate[]>
  close(): Promise<void>
}

/** The search could not be carried out. Whoever catches it says "unavailable", never "not recognised". */
export class GalleryUnavailable extends Error {
  readonly code = 'gallery_unavailable'
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'GalleryUnavailable'
  }
}
