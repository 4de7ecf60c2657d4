import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const overviewPages: readonly ConsolePage[] = [
  {
    path: '/console',
    permission: 'overview.read',
    title: { en: 'Overview', fr: 'Vue d’ensemble', es: 'Resumen', zh: '总览' },
    icon: 'overview',
    group: 'now',
    component: lazyPage(() => import('./overview-page.tsx'), 'OverviewPage'),
  },
]
