import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const healthPages: readonly ConsolePage[] = [
  {
    path: '/console/health',
    permission: 'health.read',
    title: { en: 'System health', fr: 'État du système', es: 'Estado del sistema', zh: '系统状态' },
    icon: 'pulse',
    group: 'system',
    component: lazyPage(() => import('./health-page.tsx'), 'HealthPage'),
  },
]
