import type { ConsoleLanguage, Jurisdiction, SignText } from '@paume/contract'

type Words = Record<ConsoleLanguage, string>

/** What every sign says, in order. Plain words, one sentence a line. */
const FIRST: Words[] = [
  {
    en: 'Here you can pay with your palm. It is your choice: nothing costs more without it.',
    fr: 'Ici, vous pouvez payer avec votre paume. C’est votre choix : rien n’est plus cher sans elle.',
    es: 'Aquí puedes pagar con la palma de la mano. Tú eliges: nada cuesta más sin ella.',
    zh: '您可以在本店用手掌付款。是否使用由您决定，不使用也不会多付钱。',
  },
  {
    en: 'A camera takes pictures of a hand that somebody holds over a device on purpose, and of nothing else.',
    fr: 'Une caméra photographie une main tenue volontairement au-dessus d’un appareil, et rien d’autre.',
    es: 'Una cámara toma imágenes de la mano que alguien pone a propósito sobre un aparato, y de nada más.',
    zh: '只有当有人主动将手伸到设备上方时，摄像头才会拍摄这只手，不拍摄其他任何内容。',
  },
  {
    en: 'From these pictures biometric data is made, which recognises you the next time. The pictures are not kept.',
    fr: 'De ces images sont tirées des données biométriques qui vous reconnaîtront. Les images ne sont pas gardées.',
    es: 'De esas imágenes se obtienen datos biométricos que te reconocerán después. Las imágenes no se guardan.',
    zh: '系统根据照片生成生物识别数据，以便下次识别您。照片本身不会保留。',
  },
]
const LAST: Words[] = [
  {
    en: 'Nobody is registered without saying yes first. You can have all of it deleted at any time, at the kiosk.',
    fr: 'Personne n’est inscrit sans avoir d’abord dit oui. Vous pouvez tout faire effacer à tout moment, à la borne.',
    es: 'Nadie queda registrado sin decir antes que sí. Puedes borrarlo todo en cualquier momento, en el quiosco.',
    zh: '未经本人事先同意，不会登记任何人。您可以随时在自助机上删除全部数据。',
  },
]
const UNUSED: Words = {
  en: 'Who does not use it for 12 months is deleted.',
  fr: 'Les données de qui ne s’en sert pas pendant 12 mois sont effacées.',
  es: 'Los datos de quien no lo usa en 12 meses se borran.',
  zh: '连续 12 个月未使用，数据将被删除。',
}
const NOT_SOLD: Words = {
  en: 'Biometric data is not sold, lent or traded, and nobody makes a profit from it.',
  fr: 'Les données biométriques ne sont ni vendues, ni prêtées, ni échangées, et nul n’en tire profit.',
  es: 'Los datos biométricos no se venden, prestan ni canjean, y nadie se lucra con ellos.',
  zh: '生物识别数据不会被出售、出借或交换，任何人不得从中牟利。',
}

/** What a jurisdiction adds, in the middle. */
const OWN: Record<Jurisdiction, Words[]> = {
  us_il: [
    {
      en: 'We need your written release before the first picture. An electronic signature counts.',
      fr: 'Il nous faut votre accord écrit avant la première image. Une signature électronique suffit.',
      es: 'Necesitamos tu autorización por escrito antes de la primera imagen. Vale la firma electrónica.',
      zh: '拍摄第一张照片之前，必须取得您的书面同意。电子签名有效。',
    },
    UNUSED,
    NOT_SOLD,
  ],
  us_tx: [UNUSED, NOT_SOLD],
  us_wa: [UNUSED, NOT_SOLD],
  us_co: [UNUSED, NOT_SOLD],
  us_ny_nyc: [
    {
      en: 'This business collects, converts and stores biometric identifier information of customers who choose to pay with their palm.',
      fr: 'Ce commerce collecte, convertit et conserve des identifiants biométriques des clients qui choisissent de payer avec leur paume.',
      es: 'Este comercio recoge, convierte y guarda identificadores biométricos de los clientes que eligen pagar con la palma.',
      zh: '本商户会收集、转换并存储自愿使用手掌付款的顾客的生物识别标识信息。',
    },
    NOT_SOLD,
  ],
  us_ca: [
    {
      en: 'Notice at collection: biometric data is sensitive personal information. It is used to recognise you for paying and entering, and for nothing else. It is neither sold nor shared.',
      fr: 'Avis lors de la collecte : les données biométriques sont des informations personnelles sensibles. Elles servent à vous reconnaître pour payer et entrer, à rien d’autre. Elles ne sont ni vendues ni partagées.',
      es: 'Aviso en el momento de la recogida: los datos biométricos son información personal sensible. Sirven para reconocerte al pagar y al entrar, y para nada más. No se venden ni se comparten.',
      zh: '收集告知：生物识别数据属于敏感个人信息，仅用于在付款和入场时识别您，不作他用，不出售，也不共享。',
    },
    UNUSED,
  ],
  us_other: [UNUSED, NOT_SOLD],
  eu_eea: [
    {
      en: '{merchant} is responsible for the data. It rests on your explicit consent alone, which you can withdraw at any time. There is always an equal way without a palm.',
      fr: '{merchant} est responsable des données. Leur seul fondement est votre consentement explicite, que vous pouvez retirer à tout moment. Une autre façon équivalente de payer existe toujours.',
      es: '{merchant} es responsable de los datos. Su única base es tu consentimiento explícito, que puedes retirar en cualquier momento. Siempre hay otra forma equivalente sin palma.',
      zh: '{merchant} 为数据控制者。数据处理仅以您的明确同意为依据，您可随时撤回。始终提供无需手掌的同等方式。',
    },
    UNUSED,
  ],
  uk: [],
  rest: [UNUSED, NOT_SOLD],
}

const TITLE: Words = {
  en: 'Biometric data: pay with your palm',
  fr: 'Données biométriques : payer avec la paume',
  es: 'Datos biométricos: pagar con la palma',
  zh: '生物识别数据：手掌支付',
}
const MORE: Words = {
  en: 'The whole notice, in several languages',
  fr: 'L’avis complet, en plusieurs langues',
  es: 'El aviso completo, en varios idiomas',
  zh: '完整告知（多语言）',
}

/** The words of a sign, `{merchant}` still in them. */
export function signText(jurisdiction: Jurisdiction, language: ConsoleLanguage): SignText {
  const own = OWN[jurisdiction === 'uk' ? 'eu_eea' : jurisdiction]
  const lines = [...FIRST, ...own, ...LAST].map((line) => line[language])
  return { title: TITLE[language], lines, more: MORE[language] }
}
