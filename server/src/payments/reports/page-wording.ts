import type { Language } from '@paume/contract'

export type PageWords = {
  title: string
  /** Above the payment. */
  about: string
  paid: string
  held: string
  nothing: string
  back: string
  sandbox: string
  question: string
  what: string[]
  confirm: string
  report: string
  keep: string
  confirmFirst: string
  reported: string
  next: string[]
  undoLine: string
  undo: string
  withdrawn: string
  withdrawnLine: string
  again: string
  thawed: string
  refunded: string
  refundedLine: string
  rejected: string
  rejectedLine: string
  still: string
  goneTitle: string
  gone: string
  busyTitle: string
  busy: string
  other: string
}

export const PAGE_WORDS: Readonly<Record<Language, PageWords>> = {
  en: {
    title: "This wasn't me",
    about: 'This payment by palm',
    paid: 'Paid',
    held: 'Held on the card',
    nothing: 'Voided: nothing was charged',
    back: 'Given back',
    sandbox: 'SANDBOX: no real money.',
    question: "Wasn't this you?",
    what: [
      'If you say so, nobody can pay with your palms any more, from that moment on.',
      'The shop and the people who run this system are told. One of them looks at the payment and decides whether the money goes back to the card.',
      'Your cards stay as they are. You can pay by any other means.',
    ],
    confirm: 'I did not make this payment.',
    report: 'Freeze my palms and report it',
    keep: 'If it was you, just close this page. Nothing happens.',
    confirmFirst: 'Please tick the box first.',
    reported: 'Your palms are frozen',
    next: [
      'Nobody can pay with them.',
      'A person looks at this payment now. If the money goes back, it goes to the card it came from; the bank may take some days to show it.',
      'You can still ask your bank to take the payment back.',
      'To pay by palm again, sign in with a code to your phone, or ask at the shop. We told your phone too.',
    ],
    undoLine: 'Pressed by mistake? You can take it back on this page for {minutes} minutes, and only here.',
    undo: 'Take it back: it was me',
    withdrawn: 'Taken back',
    withdrawnLine: 'The report of this payment was withdrawn.',
    again: "It wasn't me after all",
    thawed: 'This report no longer freezes your palms.',
    refunded: 'The money goes back',
    refundedLine: 'It was decided to give back what was paid. The bank may take some days to show it.',
    rejected: 'Looked at, not given back',
    rejectedLine: 'By our records this payment was yours. If you see it otherwise, ask your bank to take it back.',
    still: 'Your palms stay frozen until you sign in with a code to your phone, or ask at the shop.',
    goneTitle: 'This link is not valid',
    gone: 'It is incomplete, too old, or not one of ours. Open it from the receipt once more, or ask at the shop.',
    busyTitle: 'Too many tries',
    busy: 'Wait a minute, then open the link from the receipt once more.',
    other: 'Français',
  },
  fr: {
    title: "Ce n'était pas moi",
    about: 'Ce paiement par la paume',
    paid: 'Payé',
    held: 'Réservé sur la carte',
    nothing: 'Annulé : rien de débité',
    back: 'Remboursé',
    sandbox: "BAC À SABLE : pas d'argent réel.",
    question: "Ce n'était pas vous ?",
    what: [
      'Si vous le dites, plus personne ne peut payer avec vos paumes, dès cet instant.',
      "Le magasin et les responsables de ce système sont prévenus. L'un d'eux examine le paiement et décide si l'argent revient sur la carte.",
      'Vos cartes restent telles quelles. Vous pouvez payer par tout autre moyen.',
    ],
    confirm: "Je n'ai pas fait ce paiement.",
    report: 'Geler mes paumes et le signaler',
    keep: "Si c'était vous, fermez simplement cette page. Il ne se passe rien.",
    confirmFirst: "Cochez d'abord la case, s'il vous plaît.",
    reported: 'Vos paumes sont gelées',
    next: [
      'Personne ne peut payer avec elles.',
      "Une personne examine maintenant ce paiement. Si l'argent est rendu, il revient sur la carte d'où il vient ; la banque peut mettre quelques jours à l'afficher.",
      "Vous pouvez aussi demander à votre banque d'annuler le paiement.",
      'Pour payer à nouveau par la paume, connectez-vous avec un code reçu sur votre téléphone, ou adressez-vous au magasin. Nous avons aussi prévenu votre téléphone.',
    ],
    undoLine: 'Une erreur ? Vous pouvez revenir en arrière sur cette page pendant {minutes} minutes, et seulement ici.',
    undo: "Revenir en arrière : c'était moi",
    withdrawn: 'Signalement retiré',
    withdrawnLine: 'Le signalement de ce paiement a été retiré.',
    again: "Ce n'était pas moi, finalement",
    thawed: 'Ce signalement ne gèle plus vos paumes.',
    refunded: "L'argent est rendu",
    refundedLine: "Il a été décidé de rembourser ce qui a été payé. La banque peut mettre quelques jours à l'afficher.",
    rejected: 'Examiné, non remboursé',
    rejectedLine:
      "D'après nos documents, ce paiement est de vous. Si vous n'êtes pas d'accord, demandez à votre banque de l'annuler.",
    still:
      'Vos paumes restent gelées jusqu’à ce que vous vous connectiez avec un code reçu sur votre téléphone, ou que vous vous adressiez au magasin.',
    goneTitle: "Ce lien n'est pas valable",
    gone: 'Il est incomplet, trop ancien, ou ne vient pas de nous. Ouvrez-le encore une fois depuis le reçu, ou demandez au magasin.',
    busyTitle: "Trop d'essais",
    busy: 'Attendez une minute, puis ouvrez encore une fois le lien du reçu.',
    other: 'English',
  },
}
