import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const gatePages: readonly ConsolePage[] = [
  {
    path: '/console/gates',
    permission: 'gates.read',
    title: { en: 'Gates', fr: 'Portillons', es: 'Accesos de compra', zh: '闸机' },
    icon: 'gate',
    group: 'shops',
    component: lazyPage(() => import('./gates-page.tsx'), 'GatesPage'),
  },
  {
    path: '/console/doors',
    permission: 'gates.read',
    title: { en: 'Doors and tickets', fr: 'Portes et billets', es: 'Puertas y entradas', zh: '门与门票' },
    icon: 'door',
    group: 'shops',
    component: lazyPage(() => import('./doors-page.tsx'), 'DoorsPage'),
  },
]
