/** A scanner types a character every few ms; nobody's fingers type eight digits at this pace. On average from key to key, ms. */
export const SCAN_PACE_MS = 60
/** A longer pause ends a burst, ms. Above the pace, because a busy page gets a key late now and then. */
export const SCAN_PAUSE_MS = 150
/** The shortest code that is taken for a scan: EAN-8. */
export const SCAN_LENGTH = 8

/** Digits that came in one burst. */
export interface Burst {
  digits: string
  firstAtMs: number
  lastAtMs: number
}
export const NO_BURST: Burst = { digits: '', firstAtMs: 0, lastAtMs: 0 }

export interface Heard {
  burst: Burst
  /** True with the first digit: what was typed before it is not the scanner's. */
  begins: boolean
  /** The whole code, once Enter has ended a burst that is long and fast enough. */
  code: string | null
}

/** One key more. A scanner that acts as a keyboard is told from fingers by its pace and the Enter at its end. */
export function hear(burst: Burst, key: string, atMs: number): Heard {
  const goesOn = burst.digits !== '' && atMs - burst.lastAtMs <= SCAN_PAUSE_MS
  if (/^\d$/.test(key)) {
    const { digits, firstAtMs } = goesOn ? burst : { digits: '', firstAtMs: atMs }
    return { burst: { digits: digits + key, firstAtMs, lastAtMs: atMs }, begins: !goesOn, code: null }
  }
  const { digits, firstAtMs } = burst
  const isScan = key === 'Enter' && goesOn && digits.length >= SCAN_LENGTH
  const isFast = atMs - firstAtMs <= SCAN_PACE_MS * digits.length
  return { burst: NO_BURST, begins: false, code: isScan && isFast ? digits : null }
}
