import type { Language, ReviewDecision } from '@paume/contract'

export type Side = 'earlier' | 'newer'

/** What both people are told, in plain words: what was decided, what it means for them, what to do when it is wrong. */
const TEXTS: Record<Language, Record<Side, Record<ReviewDecision, (shop: string) => string>>> = {
  en: {
    earlier: {
      same_person_earlier: (shop) =>
        `Paume: somebody wanted to register your palm again at ${shop}. We took it for you. Your registration stays as it is. If it was not you, tell the shop or us at once.`,
      same_person_newer: (shop) =>
        `Paume: you wanted to register again at ${shop}. Your earlier registration is deleted now. Register there once more to go on paying with your palm. If it was not you, tell us at once.`,
      twins: (shop) =>
        `Paume: somebody whose palm is very like yours wants to pay at ${shop}, too. Both of you can. From now on the terminal asks you for both hands.`,
      fraud: (shop) =>
        `Paume: what happened with a palm like yours at ${shop} does not look right to us. Paying with your palm is frozen. Your card is not. Ask at the shop, or tell us.`,
    },
    newer: {
      same_person_earlier: (shop) =>
        `Paume: your palm is registered already, with another phone number. That registration stays, and pays as before. Nothing of the new one at ${shop} was kept.`,
      same_person_newer: (shop) =>
        `Paume: your earlier registration is deleted. You can register now at ${shop}, with this phone number.`,
      twins: (shop) =>
        `Paume: your palm is very like somebody else's. You can register now at ${shop}, with this phone number. The terminal will ask you for both hands.`,
      fraud: (shop) =>
        `Paume: your registration at ${shop} could not be completed. Nothing of it was kept. If you think that this is wrong, ask at the shop.`,
    },
  },
  fr: {
    earlier: {
      same_person_earlier: (shop) =>
        `Paume : quelqu’un a voulu inscrire à nouveau votre paume chez ${shop}. Nous avons pensé que c’était vous. Votre inscription ne change pas. Si ce n’était pas vous, dites-le aussitôt au magasin ou à nous.`,
      same_person_newer: (shop) =>
        `Paume : vous avez voulu vous inscrire à nouveau chez ${shop}. Votre ancienne inscription est supprimée. Inscrivez-vous-y encore une fois pour continuer à payer avec votre paume. Si ce n’était pas vous, dites-le-nous aussitôt.`,
      twins: (shop) =>
        `Paume : quelqu’un dont la paume ressemble beaucoup à la vôtre veut aussi payer chez ${shop}. Vous le pouvez tous les deux. Le terminal vous demandera désormais les deux mains.`,
      fraud: (shop) =>
        `Paume : ce qui s’est passé chez ${shop} avec une paume semblable à la vôtre ne nous semble pas normal. Le paiement par votre paume est gelé, votre carte non. Demandez au magasin, ou dites-le-nous.`,
    },
    newer: {
      same_person_earlier: (shop) =>
        `Paume : votre paume est déjà inscrite, avec un autre numéro de téléphone. Cette inscription reste et paie comme avant. Rien de la nouvelle chez ${shop} n’a été gardé.`,
      same_person_newer: (shop) =>
        `Paume : votre ancienne inscription est supprimée. Vous pouvez vous inscrire maintenant chez ${shop}, avec ce numéro.`,
      twins: (shop) =>
        `Paume : votre paume ressemble beaucoup à celle de quelqu’un d’autre. Vous pouvez vous inscrire maintenant chez ${shop}, avec ce numéro. Le terminal vous demandera les deux mains.`,
      fraud: (shop) =>
        `Paume : votre inscription chez ${shop} n’a pas pu aboutir. Rien n’en a été gardé. Si vous pensez que c’est une erreur, demandez au magasin.`,
    },
  },
}

export const noticeOf = (side: Side, decision: ReviewDecision, language: Language, shop: string): string =>
  TEXTS[language][side][decision](shop)
