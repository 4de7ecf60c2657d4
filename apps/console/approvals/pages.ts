import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const approvalPages: readonly ConsolePage[] = [
  {
    path: '/console/approvals',
    permission: null,
    title: { en: 'Approvals', fr: 'Approbations', es: 'Aprobaciones', zh: '审批' },
    icon: 'inbox',
    group: 'trust',
    component: lazyPage(() => import('./approvals-page.tsx'), 'ApprovalsPage'),
  },
]
