const BRANDS: Record<string, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
}

/** A card for people: the brand's own name, which no language translates, and the last four digits. */
export const cardValues = ({ brand, last4 }: { brand: string; last4: string }) => ({
  brand: BRANDS[brand] ?? brand,
  last4,
})
