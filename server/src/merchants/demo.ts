import type { SeedShop } from './service.ts'

/** The demo of a sandbox. Identifiers are fixed, so that seeding twice changes nothing. */
export const DEMO_ORGANISATION = { id: 'org_01KAPAVME0000000000000DEMQ', name: 'Demo Stores' }

export const DEMO_SHOPS: SeedShop[] = [
  {
    id: 'shop_01KAPAVME0000000000000HARB',
    name: 'Harbour Café',
    currency: 'USD',
    languages: ['en', 'fr'],
    country: 'US',
  },
  {
    id: 'shop_01KAPAVME0000000000000M1TN',
    name: 'Mountain Market',
    currency: 'USD',
    languages: ['en', 'fr'],
    country: 'US',
  },
]
