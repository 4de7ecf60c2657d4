import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const reportPages: readonly ConsolePage[] = [
  {
    path: '/console/reports',
    permission: 'reports.read',
    title: { en: 'Reports', fr: 'Rapports', es: 'Informes', zh: '报表' },
    icon: 'chart',
    group: 'now',
    component: lazyPage(() => import('./reports-page.tsx'), 'ReportsPage'),
  },
]
