import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const signInPages: readonly ConsolePage[] = [
  {
    path: '/console/join',
    permission: null,
    title: { en: 'Invitation', fr: 'Invitation', es: 'Invitación', zh: '邀请' },
    icon: 'person',
    open: true,
    component: lazyPage(() => import('./join-page.tsx'), 'JoinPage'),
  },
  {
    path: '/console/account',
    permission: null,
    title: { en: 'My account', fr: 'Mon compte', es: 'Mi cuenta', zh: '我的账户' },
    icon: 'person',
    component: lazyPage(() => import('./account-page.tsx'), 'AccountPage'),
  },
]
