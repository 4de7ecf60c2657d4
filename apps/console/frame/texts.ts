import { defineTexts } from './define-texts.ts'
import { frameEn } from './texts-en.ts'
import { frameEs } from './texts-es.ts'
import { frameFr } from './texts-fr.ts'
import { frameZh } from './texts-zh.ts'

/** The words of the frame and of its parts. Those of a page are in the page's own folder. */
export const useFrameTexts = defineTexts({ en: frameEn, fr: frameFr, es: frameEs, zh: frameZh })
