import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const noticePages: readonly ConsolePage[] = [
  {
    path: '/console/notices',
    permission: 'notices.read',
    title: { en: 'Notices', fr: 'Avis', es: 'Avisos', zh: '告示' },
    icon: 'paper',
    group: 'trust',
    component: lazyPage(() => import('./notices-page.tsx'), 'NoticesPage'),
  },
]
