import type { ConsoleLanguage, DeviceKind } from '@paume/contract'

type Words = {
  title: string
  kinds: Record<DeviceKind, string>
  steps: readonly string[]
  until: string
  once: string
  lane: string
  page: string
  paired: string
}

/** What is printed on pairing sheets. `{…}` is filled in. */
export const SHEET_WORDS: Record<ConsoleLanguage, Words> = {
  en: {
    title: 'Pair this device',
    kinds: { kiosk: 'Kiosk', terminal: 'Terminal', register: 'Register', gate: 'Gate', door: 'Door' },
    steps: [
      'Set the device up where it belongs and connect it to the network.',
      'Scan the code with it, or open {address} there.',
      'Type in the eight letters. Upper and lower case do not matter.',
      'Wait until the screen names this shop. Then throw this sheet away.',
    ],
    until: 'Good until {day}',
    once: 'Works once, for this device only. Keep it out of sight of customers.',
    lane: 'Place',
    page: 'Page {page} of {pages}',
    paired: 'All devices of these shops are paired. There is nothing to print.',
  },
  fr: {
    title: 'Associer cet appareil',
    kinds: { kiosk: 'Borne', terminal: 'Terminal', register: 'Caisse', gate: 'Portique', door: 'Porte' },
    steps: [
      'Installez l’appareil à sa place et reliez-le au réseau.',
      'Scannez le code avec lui, ou ouvrez-y {address}.',
      'Saisissez les huit lettres, en majuscules ou en minuscules.',
      'Attendez que l’écran nomme ce magasin, puis jetez cette feuille.',
    ],
    until: 'Valable jusqu’au {day}',
    once: 'Sert une seule fois, pour cet appareil. À garder hors de vue de la clientèle.',
    lane: 'Emplacement',
    page: 'Page {page} sur {pages}',
    paired: 'Tous les appareils de ces magasins sont associés. Il n’y a rien à imprimer.',
  },
  es: {
    title: 'Vincular este dispositivo',
    kinds: { kiosk: 'Quiosco', terminal: 'Terminal', register: 'Caja', gate: 'Acceso', door: 'Puerta' },
    steps: [
      'Coloca el dispositivo en su sitio y conéctalo a la red.',
      'Escanea el código con él, o abre allí {address}.',
      'Escribe las ocho letras, en mayúsculas o minúsculas.',
      'Espera a que la pantalla nombre esta tienda. Después, tira esta hoja.',
    ],
    until: 'Válido hasta el {day}',
    once: 'Sirve una sola vez y solo para este dispositivo. Que no lo vean los clientes.',
    lane: 'Lugar',
    page: 'Página {page} de {pages}',
    paired: 'Todos los dispositivos de estas tiendas están vinculados. No hay nada que imprimir.',
  },
  zh: {
    title: '配对此设备',
    kinds: { kiosk: '自助机', terminal: '终端', register: '收银机', gate: '闸机', door: '门' },
    steps: [
      '将设备安装到位并连接网络。',
      '用设备扫描二维码，或在设备上打开 {address}。',
      '输入八个字母，不区分大小写。',
      '等待屏幕显示本店名称，然后销毁此页。',
    ],
    until: '有效期至 {day}',
    once: '仅可使用一次，且仅限此设备。请勿让顾客看到。',
    lane: '位置',
    page: '第 {page} 页，共 {pages} 页',
    paired: '这些门店的所有设备均已配对，无需打印。',
  },
}
export const fillWords = (line: string, values: Record<string, string | number>): string =>
  line.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
