import { defineTexts } from '../frame/define-texts.ts'
import { en } from './texts-en.ts'
import { es } from './texts-es.ts'
import { fr } from './texts-fr.ts'
import { zh } from './texts-zh.ts'

export const useGateTexts = defineTexts({ en, fr, es, zh })
