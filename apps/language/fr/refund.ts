import type { refund as english } from '../en/refund.ts'

export const refund: Record<keyof typeof english, string> = {
  'refund.title': 'Pas de reçu ? Montrez la main qui a payé',
  'refund.line':
    'Le personnel de {shop} voit alors pendant cinq minutes ce que vous avez payé ici : heure, montant, numéro du reçu. Rien n’est débité, aucune image n’est conservée.',
  'refund.cancel': 'Annuler, chercher le reçu',
  'refund.looking': 'Recherche de ce que vous avez payé ici …',
  'refund.found': 'Trouvé',
  'refund.found_line': 'Vos achats ici sont affichés chez le personnel.',
  'refund.not_found': 'Pas reconnue',
  'refund.not_found_line': 'Demandez au personnel de chercher votre reçu.',
  'refund.ask': 'Sans reçu : demander la main',
  'refund.waiting': 'Le terminal demande la main qui a payé.',
  'refund.stop': 'Arrêter',
  'refund.none': 'Rien de ce que cette main a payé ici ne peut être rendu.',
  'refund.failed': 'La main n’a pas été reconnue. Cherchez la vente par son numéro.',
  'refund.over': 'Le temps est écoulé. Demandez la main à nouveau.',
  'refund.list': 'Ce que cette main a payé ici',
  'refund.pick': 'Reçu {number}, {time} : {amount} sur {paid}, carte {last4}',
}
