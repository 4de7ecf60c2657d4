import { type ConsolePage, lazyPage } from '../frame/console-page.ts'

export const devicePages: readonly ConsolePage[] = [
  {
    path: '/console/devices',
    permission: 'devices.read',
    title: { en: 'Devices', fr: 'Appareils', es: 'Dispositivos', zh: '设备' },
    icon: 'terminal',
    group: 'shops',
    component: lazyPage(() => import('./devices-page.tsx'), 'DevicesPage'),
  },
  {
    path: '/console/devices/:deviceId',
    permission: 'devices.read',
    title: { en: 'Device', fr: 'Appareil', es: 'Dispositivo', zh: '设备' },
    icon: 'terminal',
    component: lazyPage(() => import('./device-page.tsx'), 'DevicePage'),
  },
  {
    path: '/console/device-settings',
    permission: 'devices.read',
    title: {
      en: 'Device settings',
      fr: 'Réglages des appareils',
      es: 'Ajustes de dispositivos',
      zh: '设备设置',
    },
    icon: 'rollout',
    group: 'shops',
    component: lazyPage(() => import('./settings-page.tsx'), 'SettingsPage'),
  },
  {
    path: '/console/device-settings/:templateId',
    permission: 'devices.read',
    title: { en: 'Template', fr: 'Modèle', es: 'Plantilla', zh: '模板' },
    icon: 'rollout',
    component: lazyPage(() => import('./template-page.tsx'), 'TemplatePage'),
  },
]
