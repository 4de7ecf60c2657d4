/** Text of a file and what it was written in. */
export type Decoded =
  | { kind: 'text'; text: string; encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' }
  | { kind: 'encoding' }

/** Bytes that windows-1252 gives no character to: other encodings have one there. */
const UNUSED_1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])
/** What no table holds: control characters but tab, line feed and carriage return. */
const CONTROLS = /(?![\t\n\r])\p{Cc}/u

const decodeAs = (encoding: string, bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** UTF-16 without a mark: nearly every character of a table is below 256, so every other byte is zero. */
function zeroHalf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const looked = bytes.subarray(0, 4096)
  const zeros = [0, 0]
  for (let at = 0; at < looked.length; at++) if (looked[at] === 0) zeros[at % 2]! += 1
  const half = looked.length / 2
  if (zeros[1]! > half * 0.4 && zeros[0]! < half * 0.1) return 'utf-16le'
  if (zeros[0]! > half * 0.4 && zeros[1]! < half * 0.1) return 'utf-16be'
  return null
}

/**
 * Reads text of UTF-8 or UTF-16 (with or without a byte order mark) or windows-1252. What is none of them is said to be none: a guess
 * would put wrong letters into the names of shops.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const [a, b, c] = bytes
  const as = (encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): Decoded => {
    const text = decodeAs(encoding, bytes)
    return text === null || CONTROLS.test(text) ? { kind: 'encoding' } : { kind: 'text', text, encoding }
  }
  if (a === 0xff && b === 0xfe) return as('utf-16le')
  if (a === 0xfe && b === 0xff) return as('utf-16be')
  if (a === 0xef && b === 0xbb && c === 0xbf) return as('utf-8')
  const half = zeroHalf(bytes)
  if (half !== null) return as(half)
  const utf8 = decodeAs('utf-8', bytes)
  if (utf8 !== null) return as('utf-8')
  if (bytes.some((byte) => UNUSED_1252.has(byte))) return { kind: 'encoding' }
  const text = new TextDecoder('windows-1252').decode(bytes)
  return CONTROLS.test(text) || !looksWestern(text)
    ? { kind: 'encoding' }
    : { kind: 'text', text, encoding: 'windows-1252' }
}

/** Words of Western Europe have few letters beyond ASCII, and signs such as ‰ or ¤ hardly ever: text of another encoding has many. */
function looksWestern(text: string): boolean {
  const letters = text.match(/[A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ]/g)?.length ?? 0
  const foreign = text.match(/[À-ÖØ-öø-ÿŒœŠšŽžŸ]/g)?.length ?? 0
  const signs = text.match(/[^\p{ASCII}À-ÖØ-öø-ÿŒœŠšŽžŸ’‘“”–—€°ºª«»·\u00a0]/gu)?.length ?? 0
  return foreign <= letters * 0.4 && signs <= Math.max(1, foreign * 0.25)
}
