import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const organisationPages: readonly ConsolePage[] = [
  {
    path: '/console/organisations',
    permission: 'organisations.approve',
    title: { en: 'Organisations', fr: 'Organisations', es: 'Organizaciones', zh: '组织' },
    icon: 'inbox',
    group: 'shops',
    component: lazyPage(() => import('./organisations-page.tsx'), 'OrganisationsPage'),
  },
  {
    path: '/console/apply',
    permission: null,
    title: { en: 'Take part', fr: 'Participer', es: 'Participar', zh: '申请加入' },
    icon: 'shop',
    open: true,
    component: lazyPage(() => import('./apply-page.tsx'), 'ApplyPage'),
  },
]
