/** Lengths of GTINs that are printed on goods: EAN-8, UPC-A, EAN-13, GTIN-14 (GS1 General Specifications, 3.3). */
const GTIN_LENGTHS = [8, 12, 13, 14]

/** True when the last digit is the check digit of those before it: weights 3, 1, 3 … from the right (GS1 General Specifications, 7.9). */
export function isGtin(digits: string): boolean {
  if (!/^\d+$/.test(digits) || !GTIN_LENGTHS.includes(digits.length)) return false
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0)
  return sum % 10 === 0
}

/** One spelling for one article: a UPC-A is an EAN-13 with a leading zero, and scanners send either. Everything else stays as it is. */
export const normalGtin = (digits: string): string => (digits.length === 12 ? `0${digits}` : digits)
