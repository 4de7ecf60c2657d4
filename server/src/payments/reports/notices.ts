import type { Language } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import type { ReportParts } from './parts.ts'

/** The outbox message that tells a shopper's own phone what became of their palms. It names the shopper and nothing else. */
export const NOTICE_TOPIC = 'payments.palm_notice'

type Notice = 'frozen' | 'lifted'

const TEXTS: Record<Language, Record<Notice, string>> = {
  en: {
    frozen:
      'Paume: somebody reported a payment as not made by you. Paying with your palm is frozen. A person looks at it. ' +
      'You can lift this by signing in with a code to this phone.',
    lifted: 'Paume: paying with your palm works again. If that was not you, tell the shop or us at once.',
  },
  fr: {
    frozen:
      "Paume : quelqu'un a signalé un paiement qui ne serait pas de vous. Le paiement par votre paume est gelé. Une personne " +
      "l'examine. Vous pouvez lever le gel en vous connectant par un code reçu sur ce téléphone.",
    lifted:
      "Paume : le paiement par votre paume fonctionne à nouveau. Si ce n'était pas vous, dites-le aussitôt au magasin ou à nous.",
  },
}

/** Whoever used the link: the person whose palm it is hears of it where they have always been reached. */
export const notify = (
  { outbox }: Pick<ReportParts, 'outbox'>,
  tx: QueryExecutorProvider,
  shopperId: string,
  notice: Notice,
): Promise<void> => outbox.enqueue(tx, NOTICE_TOPIC, { shopperId, notice })

/** Delivers `payments.palm_notice`, unless it changed again meanwhile: then another one tells how it stands. Throws when it may go better later. */
export async function sendNotice(
  { db, freezes, texts }: Pick<ReportParts, 'db' | 'freezes' | 'texts'>,
  payload: Record<string, unknown>,
): Promise<void> {
  const shopperId = String(payload.shopperId)
  const stands: Notice = (await freezes.frozenSince(db, shopperId)) === null ? 'lifted' : 'frozen'
  if (payload.notice === stands) await texts.send(shopperId, (language) => TEXTS[language][stands])
}
