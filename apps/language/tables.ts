import type { Language } from '@paume/contract'
import { erase as eraseEn } from './en/erase.ts'
import { gate as gateEn } from './en/gate.ts'
import { guidance as guidanceEn } from './en/guidance.ts'
import { kiosk as kioskEn } from './en/kiosk.ts'
import { page as pageEn } from './en/page.ts'
import { problems as problemsEn } from './en/problems.ts'
import { refund as refundEn } from './en/refund.ts'
import { register as registerEn } from './en/register.ts'
import { start as startEn } from './en/start.ts'
import { terminal as terminalEn } from './en/terminal.ts'
import { till as tillEn } from './en/till.ts'
import { erase as eraseFr } from './fr/erase.ts'
import { gate as gateFr } from './fr/gate.ts'
import { guidance as guidanceFr } from './fr/guidance.ts'
import { kiosk as kioskFr } from './fr/kiosk.ts'
import { page as pageFr } from './fr/page.ts'
import { problems as problemsFr } from './fr/problems.ts'
import { refund as refundFr } from './fr/refund.ts'
import { register as registerFr } from './fr/register.ts'
import { start as startFr } from './fr/start.ts'
import { terminal as terminalFr } from './fr/terminal.ts'
import { till as tillFr } from './fr/till.ts'

const english = {
  ...pageEn,
  ...startEn,
  ...guidanceEn,
  ...problemsEn,
  ...kioskEn,
  ...eraseEn,
  ...terminalEn,
  ...registerEn,
  ...tillEn,
  ...refundEn,
  ...gateEn,
}

/** Every key there is; the English table decides. */
export type TextKey = keyof typeof english
/** Keys that come as `…_one` and `…_other`. */
export type PluralKey = {
  [K in TextKey]: K extends `${infer Stem}_one` ? (`${Stem}_other` extends TextKey ? Stem : never) : never
}[TextKey]

const french: Record<TextKey, string> = {
  ...pageFr,
  ...startFr,
  ...guidanceFr,
  ...problemsFr,
  ...kioskFr,
  ...eraseFr,
  ...terminalFr,
  ...registerFr,
  ...tillFr,
  ...refundFr,
  ...gateFr,
}

export const TABLES: Record<Language, Record<TextKey, string>> = { en: english, fr: french }
