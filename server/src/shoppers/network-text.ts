import type { AgreedText, Language } from '@paume/contract'
import { textSha256 } from './policy-texts.ts'
import type { PolicyText } from './policy-wording.ts'

/** Changes whenever a word of it changes. */
export const NETWORK_TEXT_VERSION = '2026-11-24'

const TEXTS: Record<Language, PolicyText> = {
  en: {
    title: 'Also pay at other businesses',
    paragraphs: [
      'Without this, your palms are known at this business only, under a key of its own. Other businesses cannot look for you.',
      'If you agree, the numbers that describe your palms move to a gallery that all businesses of the network search which have agreed to it, too. You can then pay at each of them without registering again.',
      'Each of these businesses knows you by a different name of letters and digits. None of them learns from us where else you pay.',
      'This is optional, and you can take it back at any time. Your palms then go back to this business only.',
    ],
  },
  fr: {
    title: 'Payer aussi dans d’autres enseignes',
    paragraphs: [
      'Sans cela, vos paumes ne sont connues que de cette enseigne, sous une clé qui lui est propre. Les autres ne peuvent pas vous chercher.',
      'Si vous acceptez, les nombres qui décrivent vos paumes passent dans une galerie où cherchent toutes les enseignes du réseau qui y ont elles aussi consenti. Vous pouvez alors payer dans chacune sans vous inscrire à nouveau.',
      'Chacune de ces enseignes vous connaît sous un autre nom, fait de lettres et de chiffres. Aucune n’apprend de nous où vous payez ailleurs.',
      'C’est facultatif, et vous pouvez y renoncer à tout moment. Vos paumes ne sont alors plus connues que de cette enseigne.',
    ],
  },
}

/** What a shopper agrees to who wants to be known in the whole network: a purpose of its own, apart from the consent. */
export const networkText = (language: Language): AgreedText => ({
  kind: 'network',
  version: NETWORK_TEXT_VERSION,
  language,
  ...TEXTS[language],
  sha256: textSha256(TEXTS[language]),
})
