import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const auditPages: readonly ConsolePage[] = [
  {
    path: '/console/audit',
    permission: 'audit.read',
    title: { en: 'Audit log', fr: 'Journal d’audit', es: 'Registro de auditoría', zh: '审计日志' },
    icon: 'shield',
    group: 'trust',
    component: lazyPage(() => import('./audit-page.tsx'), 'AuditPage'),
  },
]
