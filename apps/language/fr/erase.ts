import type { erase as english } from '../en/erase.ts'

export const erase: Record<keyof typeof english, string> = {
  'erase.open': 'Effacer mon enregistrement',
  'erase.title': 'Effacer mon enregistrement',
  'erase.phone_line': 'Saisissez le numéro de téléphone de votre enregistrement. Vous recevez un code.',
  'erase.code_line': 'Si ce numéro est enregistré, six chiffres lui sont envoyés.',
  'erase.confirm_title': 'Tout effacer ?',
  'erase.confirm_line':
    'Vos paumes, votre numéro et votre carte sont effacés en quelques secondes, sans retour possible ; vous pourrez vous enregistrer à nouveau à tout moment.',
  'erase.palms': 'Paumes : {count}',
  'erase.card': 'Carte : {brand}, finit par {last4}',
  'erase.yes': 'Tout effacer',
  'erase.keep': 'Garder mon enregistrement',
  'erase.nobody': 'Rien n’est enregistré avec ce numéro.',
  'erase.done_title': 'Tout est effacé',
  'erase.done_at': 'Effacé le {at}',
  'erase.done_erased': 'Effacé',
  'erase.done_kept': 'Gardé parce que la loi le demande',
  'erase.done_entry': 'Entrée {sequence} du journal d’audit, empreinte {hash}',
}
