import type { ProtectedEmbedding, ProtectedProbe, ProtectedTemplate } from '../7-protection/template.ts'

export type HandSide = 'L' | 'R'

export type EnrolledPalm = {
  readonly palmId: string
  readonly shopperId: string
  readonly hand: HandSide
  /**
   * 1–8 templates, 3–5 in practice; all of one epoch. While a palm is renewed for a newer model they may be of two model
   * versions: each is compared with what its own model made of a hover.
   */
  readonly templates: readonly ProtectedTemplate[]
}

/** A palm of the shortlist, rescored. Internal: neither figure ever leaves the server. */
export type Candidate = {
  readonly palmId: string
  readonly shopperId: string
  readonly hand: HandSide
  /** The model whose templates these figures are about: of two models they are never compared as they are. */
  readonly modelVersion: string
  /** Cosine of the compact vectors, −1…1: of the mean vector of all frames and the template nearest to it. */
  readonly shortlistSimilarity: number
  /**
   * Fused similarity of both experts, a logarithm (see `fusionOf`): the best template of each frame, then the mean over frames,
   * weighted by their quality. What a decision reads.
   */
  readonly similarity: number
}

/** A palm before rescoring. */
export type Shortlisted = Omit<Candidate, 'similarity'>

/** Palms and templates of one model version. */
export type ModelHoldings = { readonly palms: number; readonly templates: number }

/** Enrolled palms of one tenant, searched exactly. */
export type Gallery = {
  /**
   * Adds a palm, or replaces the templates of a palm already there. Takes effect for every search that begins later; one
   * that runs finds the palm as it was. Throws TemplateMismatch when a template is of another epoch, of a model that is
   * not in use, or no template at all.
   */
  put(palm: EnrolledPalm): void
  /** Forgets one palm; false when it was not there. Takes effect at once, also for a search already queued or running. */
  removePalm(palmId: string): boolean
  /** Forgets every palm of a shopper at once and says how many there were. */
  removeShopper(shopperId: string): number
  has(palmId: string): boolean
  /** Whether any palm of that hand of a shopper is enrolled. Looks through all palms: for the rare question, not for every search. */
  hasHand(shopperId: string, hand: HandSide): boolean
  /** Number of palms. */
  readonly palms: number
  /** Number of templates. */
  readonly size: number
  /** What is held by model version; versions of which nothing is held are left out. Tells which models a hover needs. */
  holdings(): ReadonlyMap<string, ModelHoldings>
  /**
   * Shortlists by the mean of the compact vectors of all frames and rescores by both experts (see `rescore`): the ten most alike, best
   * first. Frames are given once for
   * every model; templates of a model without a frame are not searched. A palm with templates of two models is found
   * twice, once by each. The answer is about one moment: the palms that were there when the search began, less those
   * removed since. An empty gallery gives no candidates. Rejects with `GalleryUnavailable` when the search could not be
   * carried out: never an empty answer.
   */
  search(probes: readonly ProtectedProbe[]): Promise<Candidate[]>
  /**
   * The same among the palms of these people only, all of them compared: what a claim (digits of a phone, a PIN) leaves. At
   * most `MOST_CLAIMED` people; who is not enrolled is passed over in silence.
   */
  searchAmong(probes: readonly ProtectedProbe[], shopperIds: readonly string[]): Promise<Candidate[]>
  /**
   * The shortlist alone: palms nearest to the vector, best first, exact; of the newest model unless another is named. For measuring what it loses and costs.
   */
  shortlist(query: ProtectedEmbedding, modelVersion?: string): Promise<Shortlisted[]>
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

/**
 * A template or probe of another model version or rotation epoch, or a template that is none. A broken invariant of the
 * caller, never "no match".
 */
export class TemplateMismatch extends Error {
  readonly code = 'template_mismatch'
  constructor(message: string) {
    super(message)
    this.name = 'TemplateMismatch'
  }
}
