import type { PolicyTexts } from './policy-wording.ts'

/** The same in French; the two are changed together. */
export const FRENCH: PolicyTexts = {
  notice: {
    title: 'Payer avec la paume : ce qui se passe ici',
    paragraphs: [
      'Vous pouvez enregistrer vos deux paumes, un numéro de téléphone et une carte, puis payer en tenant une main au-dessus d’un terminal. C’est facultatif. La carte et les espèces restent possibles, au même prix.',
      'Une caméra prend quelques images de chaque paume. Elles sont chiffrées sur cet appareil, envoyées à notre serveur et ouvertes là, dans sa mémoire uniquement. Elles ne sont jamais conservées, ni ici ni là-bas.',
      'À partir des images, nous calculons des nombres qui décrivent les lignes de votre paume. Ces nombres sont conservés, chiffrés avec une clé créée pour vous seul, jusqu’à ce que vous les supprimiez ou ne les utilisiez plus pendant 12 mois. Tant que le système fonctionne, ses serveurs les tiennent aussi en mémoire, brouillés, pour y comparer les mains.',
      'Votre numéro de téléphone est conservé chiffré, pour vous reconnaître quand vous voulez voir ou supprimer vos données. Le numéro de votre carte va au prestataire de paiement et non à nous ; nous gardons un jeton et les quatre derniers chiffres.',
      'Vous pouvez arrêter à tout moment avec « Non merci ». Tout ce qui concerne cette inscription est alors détruit aussitôt.',
    ],
  },
  consent: {
    title: 'Consentement à l’usage de vos paumes',
    paragraphs: [
      'J’accepte que des images de mes deux paumes soient prises maintenant, et que des nombres décrivant les lignes de mes paumes (données biométriques) en soient calculés, conservés chiffrés et comparés à ma main chaque fois que je la tiens au-dessus d’un terminal, pour trouver mon compte et payer.',
      'Ils ne servent à rien d’autre : ni à la publicité, ni à surveiller qui que ce soit, et ils ne sont ni vendus ni transmis. Pour éviter qu’une personne ne s’inscrive deux fois, ils sont comparés une fois aux paumes déjà enregistrées.',
      'Ils sont détruits quand je les supprime, quand je retire ce consentement, ou après 12 mois sans usage. Des sauvegardes chiffrées faites auparavant peuvent en garder une copie jusqu’à leur remplacement. Le fait que j’ai consenti, et quand, est conservé comme preuve.',
      'Mon consentement est volontaire. Je peux le retirer à tout moment avec mon téléphone ; le retrait prend effet en quelques secondes et les paiements déjà faits restent valables.',
    ],
  },
  terms: {
    title: 'Conditions du paiement par la paume',
    paragraphs: [
      'Le terminal affiche le magasin et le montant avant que vous ne tendiez la main. Tenir votre main ouverte au-dessus signifie que vous voulez payer ce montant avec la carte que vous avez enregistrée.',
      'Si le système n’est pas sûr de vous reconnaître, il demande l’autre main ou un autre moyen de paiement, et ne débite rien.',
      'Vous recevez un reçu pour chaque paiement. Les remboursements vont sur la carte qui a payé. Si un paiement n’était pas le vôtre, dites-le au magasin ou à nous ; nous l’examinons et rendons ce qui a été pris à tort.',
      'Quand vous supprimez votre compte, les traces des paiements sont conservées aussi longtemps que le droit fiscal l’exige, sans votre paume, votre numéro de téléphone ni votre carte.',
    ],
  },
}
