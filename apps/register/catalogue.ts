import {
  type Catalogue,
  type CatalogueItem,
  CURRENCY_DIGITS,
  type Currency,
  isGtin,
  type Language,
  MAX_AMOUNT_MINOR,
  normalGtin,
} from '@paume/contract'

export const nameOf = (item: Pick<CatalogueItem, 'name' | 'names'>, language: Language): string =>
  item.names?.[language] ?? item.name

/** What a scanned or typed code means here. */
export type Scanned =
  | { kind: 'item'; item: CatalogueItem }
  /** Read well, and no item has it. */
  | { kind: 'unknown'; code: string }
  /** The check digit does not fit: read wrongly, or no article's number. */
  | { kind: 'unreadable'; code: string }

export function lookUp({ items }: Catalogue, code: string): Scanned {
  if (!isGtin(code)) return { kind: 'unreadable', code }
  const wanted = normalGtin(code)
  const item = items.find(({ barcode }) => barcode === wanted)
  return item ? { kind: 'item', item } : { kind: 'unknown', code: wanted }
}

const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Items with all the words in their name, accents aside, or the digits in their barcode; all of them without a word. */
export function search({ items }: Catalogue, words: string, language: Language): CatalogueItem[] {
  const wanted = folded(words).split(/\s+/).filter(Boolean)
  return items.filter((item) => {
    const text = `${folded(nameOf(item, language))} ${folded(item.name)} ${item.barcode ?? ''}`
    return wanted.every((word) => text.includes(word))
  })
}

/** Rates in use, lowest first. */
export const ratesOf = ({ items }: Catalogue): number[] =>
  [...new Set(items.map(({ taxBasisPoints }) => taxBasisPoints))].sort((a, b) => a - b)

/** `12,50` or `12.50` as minor units; null for what is no amount of that currency. Never through floating point. */
export function parsePrice(text: string, currency: string): bigint | null {
  const digits = CURRENCY_DIGITS[currency as Currency] ?? 2
  const match = /^(\d{1,9})(?:[.,](\d{1,3}))?$/.exec(text.trim())
  const fraction = match?.[2] ?? ''
  if (!match || fraction.length > digits) return null
  const minor = BigInt(match[1] + fraction.padEnd(digits, '0'))
  return minor > 0n && minor <= BigInt(MAX_AMOUNT_MINOR) ? minor : null
}

/** `8.25` as 825 basis points; null above 100 or with more than two decimals. */
export function parseRate(text: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim())
  if (!match) return null
  const points = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return points <= 10_000 ? points : null
}

/** 825 as `8.25`, 800 as `8`; with the comma where the language has one. */
export function rateText(basisPoints: number, language: Language = 'en'): string {
  const text = basisPoints % 100 === 0 ? String(basisPoints / 100) : (basisPoints / 100).toFixed(2).replace(/0$/, '')
  return language === 'fr' ? text.replace('.', ',') : text
}
