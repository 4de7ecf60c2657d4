import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const reviewPages: readonly ConsolePage[] = [
  {
    path: '/console/reviews',
    permission: 'reviews.read',
    title: { en: 'Double palms', fr: 'Paumes en double', es: 'Palmas repetidas', zh: '重复手掌' },
    icon: 'hand',
    group: 'trust',
    component: lazyPage(() => import('./reviews-page.tsx'), 'ReviewsPage'),
  },
]
