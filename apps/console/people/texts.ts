import { defineTexts } from '../frame/index.ts'
import { peopleEn } from './texts-en.ts'
import { peopleEs } from './texts-es.ts'
import { peopleFr } from './texts-fr.ts'
import { peopleZh } from './texts-zh.ts'

export const usePeopleTexts = defineTexts({ en: peopleEn, fr: peopleFr, es: peopleEs, zh: peopleZh })
