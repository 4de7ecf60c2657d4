import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const shopPages: readonly ConsolePage[] = [
  {
    path: '/console/map',
    permission: 'shops.read',
    title: { en: 'Map', fr: 'Carte', es: 'Mapa', zh: '地图' },
    icon: 'map',
    group: 'shops',
    component: lazyPage(() => import('../map/map-page.tsx'), 'MapPage'),
  },
  {
    path: '/console/shops',
    permission: 'shops.read',
    title: { en: 'Shops', fr: 'Magasins', es: 'Tiendas', zh: '门店' },
    icon: 'shop',
    group: 'shops',
    component: lazyPage(() => import('./shops-page.tsx'), 'ShopsPage'),
  },
  {
    path: '/console/shops/:shopId',
    permission: 'shops.read',
    title: { en: 'Shop', fr: 'Magasin', es: 'Tienda', zh: '门店' },
    icon: 'shop',
    component: lazyPage(() => import('./shop-page.tsx'), 'ShopPage'),
  },
]
