import { defineTexts } from '../frame/index.ts'
import { en } from './texts-en.ts'
import { es } from './texts-es.ts'
import { fr } from './texts-fr.ts'
import { zh } from './texts-zh.ts'

/** Words of the roll-out, with a sentence for everything that can be wrong with a list. */
export const useRolloutTexts = defineTexts({ en, fr, es, zh })
