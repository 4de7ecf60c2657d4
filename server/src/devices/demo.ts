import type { NewDevice } from './service.ts'

const NUMBERS = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

/** A kiosk, a terminal and a register beside it, a gate and a door for each demo shop. Identifiers are fixed, so that seeding twice changes nothing. */
export function demoDevices(shops: readonly { id: string; name: string }[]): (NewDevice & { id: string })[] {
  return shops.flatMap((shop, index) => {
    const id = (letter: string) => `dev_01KAPAVME000000000000${letter}000${NUMBERS[index]}`
    return [
      { id: id('K'), kind: 'kiosk' as const, shopId: shop.id, name: `${shop.name}: kiosk` },
      { id: id('T'), kind: 'terminal' as const, shopId: shop.id, name: `${shop.name}: terminal` },
      { id: id('R'), kind: 'register' as const, shopId: shop.id, name: `${shop.name}: register`, terminalId: id('T') },
      { id: id('G'), kind: 'gate' as const, shopId: shop.id, name: `${shop.name}: gate` },
      { id: id('D'), kind: 'door' as const, shopId: shop.id, name: `${shop.name}: door` },
    ]
  })
}
