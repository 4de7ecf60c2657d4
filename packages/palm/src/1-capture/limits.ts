/** What a picture may be. A frame of a till's camera is far inside; a phone picture fits. */
export const PICTURE_LIMITS = {
  /** Shorter side, px: below it a palm has fewer than about 50 px across, and creases are gone. */
  minSidePx: 160,
  /** Width × height, before any decoding: bounds the memory one request can take (75 MB at three bytes a pixel). */
  maxPixels: 25_000_000,
  /** Longer side after decoding, px: a palm that fills a fifth of it still has the resolution of two regions. */
  workingSidePx: 1_600,
} as const
export type PictureLimits = { minSidePx: number; maxPixels: number; workingSidePx: number }
