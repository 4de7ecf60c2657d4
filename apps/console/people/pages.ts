import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const peoplePages: readonly ConsolePage[] = [
  {
    path: '/console/people',
    permission: 'people.read',
    title: { en: 'People and roles', fr: 'Personnes et rôles', es: 'Personas y roles', zh: '人员与角色' },
    icon: 'people',
    group: 'trust',
    component: lazyPage(() => import('./people-page.tsx'), 'PeoplePage'),
  },
]
