import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const rolloutPages: readonly ConsolePage[] = [
  {
    path: '/console/rollout',
    permission: 'rollout.write',
    title: { en: 'Roll-out', fr: 'Déploiement', es: 'Despliegue', zh: '上线' },
    icon: 'rollout',
    group: 'shops',
    component: lazyPage(() => import('./rollout-page.tsx'), 'RolloutPage'),
  },
  {
    path: '/console/rollout/:rolloutId',
    permission: 'rollout.write',
    title: { en: 'List of shops', fr: 'Liste de magasins', es: 'Lista de tiendas', zh: '门店列表' },
    icon: 'list',
    component: lazyPage(() => import('./list-page.tsx'), 'ListPage'),
  },
]
