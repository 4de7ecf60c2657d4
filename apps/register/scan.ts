/** A scanner types a character every few ms; nobody's fingers type eight digits at this pace. Measured on the gap between two keys, ms. */
export const SCAN_GAP_MS = 60
/** The shortest code that is taken for a scan: EAN-8. */
export const SCAN_LENGTH = 8

/** Digits that came in one burst. */
export interface Burst {
  digits: string
  lastAtMs: number
}
export const NO_BURST: Burst = { digits: '', lastAtMs: 0 }

export interface Heard {
  burst: Burst
  /** True with the first digit: what was typed before it is not the scanner's. */
  begins: boolean
  /** The whole code, once Enter has ended a burst that is long enough. */
  code: string | null
}

/** One key more. A scanner that acts as a keyboard is told from fingers by its pace and the Enter at its end. */
export function hear(burst: Burst, key: string, atMs: number): Heard {
  const quick = burst.digits !== '' && atMs - burst.lastAtMs <= SCAN_GAP_MS
  if (/^\d$/.test(key))
    return {
      burst: { digits: quick ? burst.digits + key : key, lastAtMs: atMs },
      begins: !quick,
      code: null,
    }
  const code = key === 'Enter' && quick && burst.digits.length >= SCAN_LENGTH ? burst.digits : null
  return { burst: NO_BURST, begins: false, code }
}
