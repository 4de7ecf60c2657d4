import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const paymentPages: readonly ConsolePage[] = [
  {
    path: '/console/payments',
    permission: 'payments.read',
    title: { en: 'Payments', fr: 'Paiements', es: 'Pagos', zh: '付款' },
    icon: 'cash',
    group: 'money',
    component: lazyPage(() => import('./payments-page.tsx'), 'PaymentsPage'),
  },
]
