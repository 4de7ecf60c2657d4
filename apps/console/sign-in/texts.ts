import { defineTexts } from '../frame/index.ts'
import { signInEn } from './texts-en.ts'
import { signInEs } from './texts-es.ts'
import { signInFr } from './texts-fr.ts'
import { signInZh } from './texts-zh.ts'

export const useSignInTexts = defineTexts({ en: signInEn, fr: signInFr, es: signInEs, zh: signInZh })
