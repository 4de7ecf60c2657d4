import type { Catalogue, CatalogueItem } from '@paume/contract'

/** Hundredths of a per cent: what is drunk or eaten here, and what is taken home. Invented, like the shop. */
const SERVED = 800
const TAKEN_HOME = 250

const item = (
  id: string,
  en: string,
  fr: string,
  priceMinor: number,
  taxBasisPoints: number,
  barcode: string | null = null,
): CatalogueItem => ({ id, name: en, names: { en, fr }, priceMinor, taxBasisPoints, picture: id, barcode })

/**
 * What the demo shops sell. Two sandwiches and a salad make 23.40. Barcodes begin with 2: numbers that GS1 gives to no article, for use
 * within a shop.
 */
export const DEMO_CATALOGUE: Catalogue = {
  taxMode: 'inclusive',
  items: [
    item('espresso', 'Espresso', 'Expresso', 240, SERVED),
    item('flat_white', 'Flat white', 'Café crème', 390, SERVED),
    item('tea', 'Mint tea', 'Thé à la menthe', 320, SERVED),
    item('juice', 'Orange juice', 'Jus d’orange', 450, SERVED, '2000000000046'),
    item('croissant', 'Croissant', 'Croissant', 210, TAKEN_HOME),
    item('bread', 'Sourdough loaf', 'Pain au levain', 680, TAKEN_HOME, '2000000000060'),
    item('sandwich', 'Cheese sandwich', 'Sandwich fromage', 750, SERVED, '2000000000077'),
    item('soup', 'Soup of the day', 'Soupe du jour', 690, SERVED),
    item('salad', 'Garden salad', 'Salade du jardin', 840, SERVED, '2000000000091'),
    item('cake', 'Lemon cake', 'Cake au citron', 420, SERVED),
    item('apple', 'Apple', 'Pomme', 90, TAKEN_HOME, '2000000000114'),
    item('water', 'Water', 'Eau', 180, TAKEN_HOME, '2000000000121'),
  ],
}
