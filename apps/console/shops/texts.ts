import { defineTexts } from '../frame/index.ts'
import { en } from './texts-en.ts'
import { es } from './texts-es.ts'
import { fr } from './texts-fr.ts'
import { zh } from './texts-zh.ts'

/** Words of shops, on all pages that show them. */
export const useShopTexts = defineTexts({ en, fr, es, zh })
