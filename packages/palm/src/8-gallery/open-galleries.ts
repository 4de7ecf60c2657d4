import type { Rotation } from '../7-protection/rotation.ts'
import type { ProtectedProbe } from '../7-protection/template.ts'
import type { EnrolledPalm, Gallery, ModelHoldings } from './gallery.ts'
import { TemplateMismatch } from './gallery.ts'
import type { GalleryOptions } from './gallery-options.ts'
import { type GalleryOfSeveral, openGallery } from './open-gallery.ts'
import { searchThreads } from './search-threads.ts'

/** What a search and a decision need of palms, whether they lie in one gallery or in two. */
export type SearchedPalms = Pick<Gallery, 'search' | 'searchAmong' | 'hasHand' | 'palms'>

/**
 * Galleries side by side, each under a rotation of its own: a palm of one does not exist for a search in another. They share threads, and
 * one that holds nobody costs nothing.
 */
export type Galleries = {
  /**
   * Adds a palm to a gallery or replaces it; a shopper's palms of any other gallery go. Throws TemplateMismatch as `Gallery.put` does, also
   * when a template was turned by the rotation of another gallery.
   */
  put(galleryId: string, palm: EnrolledPalm): void
  /** Forgets every palm of a shopper, wherever they lie, and says how many there were. */
  removeShopper(shopperId: string): number
  has(palmId: string): boolean
  /** Where a shopper's palms lie; null: nowhere. */
  homeOf(shopperId: string): string | null
  /**
   * These galleries and no other, as one. Each is searched with the probes made for its rotation. Rejects with TemplateMismatch when there
   * are none for one that holds palms: half a search is none.
   */
  among(galleryIds: readonly string[]): SearchedPalms
  /** One gallery; null when nobody is in it. */
  find(galleryId: string): Gallery | null
  readonly palms: number
  readonly size: number
  /** Galleries with somebody in them. */
  readonly count: number
  holdings(): ReadonlyMap<string, ModelHoldings>
  close(): Promise<void>
}

export type GalleriesOptions = Omit<GalleryOptions, 'rotationEpoch' | 'rotationId' | 'threads'> & {
  /** The rotation of a gallery. */
  readonly rotationOf: (galleryId: string) => Pick<Rotation, 'epoch' | 'id'>
}

/** Opens no gallery yet: each is opened by its first palm. */
export function openGalleries({ rotationOf, openThread, ...options }: GalleriesOptions): Galleries {
  const threads = searchThreads(openThread)
  const galleries = new Map<string, GalleryOfSeveral>()
  const homes = new Map<string, string>()

  const open = (galleryId: string) => {
    const { epoch, id } = rotationOf(galleryId)
    const gallery = openGallery({ ...options, rotationEpoch: epoch, rotationId: id, threads })
    galleries.set(galleryId, gallery)
    return gallery
  }
  const dropIfEmpty = (galleryId: string, gallery: GalleryOfSeveral) => {
    if (gallery.palms > 0) return
    galleries.delete(galleryId)
    void gallery.release()
  }
  const all = () => [...galleries.values()]
  const sum = (of: (gallery: Gallery) => number) => all().reduce((total, gallery) => total + of(gallery), 0)
  /** Looks everywhere, whatever is believed about where somebody lies. */
  const removeExcept = (shopperId: string, kept: string | null): number => {
    let removed = 0
    for (const [galleryId, gallery] of galleries) {
      if (galleryId === kept) continue
      removed += gallery.removeShopper(shopperId)
      dropIfEmpty(galleryId, gallery)
    }
    return removed
  }
  return {
    put(galleryId, palm) {
      const gallery = galleries.get(galleryId) ?? open(galleryId)
      try {
        gallery.put(palm)
      } finally {
        dropIfEmpty(galleryId, gallery)
      }
      const before = homes.get(palm.shopperId)
      homes.set(palm.shopperId, galleryId)
      if (before !== undefined && before !== galleryId) removeExcept(palm.shopperId, galleryId)
    },
    removeShopper(shopperId) {
      homes.delete(shopperId)
      return removeExcept(shopperId, null)
    },
    has: (palmId) => all().some((gallery) => gallery.has(palmId)),
    homeOf: (shopperId) => homes.get(shopperId) ?? null,
    among: (galleryIds) =>
      joined(
        [...new Set(galleryIds)].flatMap((galleryId) => {
          const gallery = galleries.get(galleryId)
          return gallery === undefined ? [] : [{ gallery, rotationId: rotationOf(galleryId).id }]
        }),
      ),
    find: (galleryId) => galleries.get(galleryId) ?? null,
    get palms() {
      return sum(({ palms }) => palms)
    },
    get size() {
      return sum(({ size }) => size)
    },
    get count() {
      return galleries.size
    },
    holdings() {
      const held = new Map<string, ModelHoldings>()
      for (const gallery of galleries.values()) {
        for (const [version, { palms, templates }] of gallery.holdings()) {
          const before = held.get(version) ?? { palms: 0, templates: 0 }
          held.set(version, { palms: before.palms + palms, templates: before.templates + templates })
        }
      }
      return held
    },
    async close() {
      await threads.close()
      await Promise.all(all().map((gallery) => gallery.close()))
    },
  }
}

type Member = { readonly gallery: Gallery; readonly rotationId: string }

function joined(members: readonly Member[]): SearchedPalms {
  const inEach = async <T>(
    probes: readonly ProtectedProbe[],
    search: (gallery: Gallery, own: readonly ProtectedProbe[]) => Promise<T[]>,
  ): Promise<T[]> => {
    if (probes.length === 0) throw new RangeError('a search needs at least one frame')
    const asked = members.map(({ gallery, rotationId }) => {
      const own = probes.filter((probe) => probe.rotationId === rotationId)
      if (own.length === 0) throw new TemplateMismatch('a gallery is to be searched without a frame made for it')
      return { gallery, own }
    })
    return (await Promise.all(asked.map(({ gallery, own }) => search(gallery, own)))).flat()
  }
  return {
    search: (probes) => inEach(probes, (gallery, own) => gallery.search(own)),
    searchAmong: (probes, shopperIds) => inEach(probes, (gallery, own) => gallery.searchAmong(own, shopperIds)),
    hasHand: (shopperId, hand) => members.some(({ gallery }) => gallery.hasHand(shopperId, hand)),
    get palms() {
      return members.reduce((total, { gallery }) => total + gallery.palms, 0)
    },
  }
}
