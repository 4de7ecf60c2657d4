import { createHash, randomBytes } from 'node:crypto'
import type { ApplicationConfirmed, ApplicationTaken, ConsoleLanguage, OrganisationApplication } from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { type MailAddress, parseMailAddress } from '../outbox/mail.ts'
import type { MerchantPorts } from './ports.ts'

/** Outside businesses that ask to take part. */
export type Applications = {
  /** @param origin of this server, for the link in the mail. Throws `mail_address_invalid`. */
  apply(application: OrganisationApplication, origin: string): Promise<ApplicationTaken>
  /** Throws `application_unknown`. */
  confirm(token: string): Promise<ApplicationConfirmed>
  /** Forgets applications whose mail nobody confirmed in three days. */
  sweep(): Promise<void>
}

type Parts = { db: Db; clock: Clock; audit: Audit; ports: MerchantPorts }

/** How long the link in the mail is good, ms. */
const CONFIRM_WITHIN_MS = 3 * 86_400_000

const MAILS: Record<ConsoleLanguage, { subject: string; text(name: string, link: string): string }> = {
  en: {
    subject: 'Confirm your application',
    text: (name, link) =>
      `Somebody asked for ${name} to take part in palm payment, with this address.\n\nIf it was you, open this link within three days:\n${link}\n\nIf not, do nothing.\n`,
  },
  fr: {
    subject: 'Confirmez votre demande',
    text: (name, link) =>
      `Quelqu’un a demandé, avec cette adresse, que ${name} participe au paiement par la paume.\n\nSi c’est vous, ouvrez ce lien sous trois jours :\n${link}\n\nSinon, ne faites rien.\n`,
  },
  es: {
    subject: 'Confirma tu solicitud',
    text: (name, link) =>
      `Alguien solicitó con esta dirección que ${name} participe en el pago con la palma.\n\nSi fuiste tú, abre este enlace en tres días:\n${link}\n\nSi no, no hagas nada.\n`,
  },
  zh: {
    subject: '请确认您的申请',
    text: (name, link) =>
      `有人使用此邮箱为 ${name} 申请加入手掌支付。\n\n如果是您本人，请在三天内打开此链接：\n${link}\n\n如果不是，请忽略本邮件。\n`,
  },
}

const sha256 = (token: string) => createHash('sha256').update(token).digest()

export function createApplications({ db, clock, audit, ports }: Parts): Applications {
  return {
    async apply(application, origin) {
      const mail = parseMailAddress(application.contactMail)
      const token = ports.mail === null ? null : randomBytes(32).toString('base64url')
      const id = newId('organisation', clock.nowMs())
      const now = new Date(clock.nowMs())
      await withTransaction(db, async (tx) => {
        const { name, legalName: legal_name, country, languages } = application
        await tx
          .insertInto('organisations')
          .values({ id, name, legal_name, country, languages, state: 'applied', created_at: now })
          .execute()
        await tx
          .insertInto('organisation_applications')
          .values({
            organisation_id: id,
            contact_name: application.contactName,
            contact_mail: mail,
            shops_planned: application.shopsPlanned,
            note: application.note ?? null,
            language: application.language,
            token_sha256: token === null ? null : sha256(token),
            made_at: now,
          })
          .execute()
        await audit.append(tx, 'organisation_applied', { organisationId: id })
      })
      if (token === null || ports.mail === null) {
        ports.announce({ kind: 'organisation', organisationId: null, shopId: null, id })
        return { next: 'wait' }
      }
      const words = MAILS[application.language]
      const text = words.text(application.name, `${origin}/console/apply?token=${token}`)
      await send(ports.mail, { id, to: mail, subject: words.subject, text })
      return { next: 'mail' }
    },
    async confirm(token) {
      const found = await withTransaction(db, async (tx) => {
        const row = await tx
          .updateTable('organisation_applications')
          .set({ token_sha256: null, mail_confirmed_at: new Date(clock.nowMs()) })
          .where('token_sha256', '=', sha256(token))
          .where('made_at', '>', new Date(clock.nowMs() - CONFIRM_WITHIN_MS))
          .returning('organisation_id')
          .executeTakeFirst()
        if (row === undefined) throw new Failure('application_unknown')
        await audit.append(tx, 'organisation_mail_confirmed', { organisationId: row.organisation_id })
        const organisation = tx.selectFrom('organisations').select(['id', 'name']).where('id', '=', row.organisation_id)
        return organisation.executeTakeFirstOrThrow()
      })
      ports.announce({ kind: 'organisation', organisationId: null, shopId: null, id: found.id })
      return { name: found.name }
    },
    async sweep() {
      const old = db
        .selectFrom('organisation_applications')
        .select('organisation_id')
        .where('token_sha256', 'is not', null)
        .where('made_at', '<', new Date(clock.nowMs() - CONFIRM_WITHIN_MS))
      await db.deleteFrom('organisations').where('state', '=', 'applied').where('id', 'in', old).execute()
    },
  }
}

/** A mail that cannot be handed over now leaves the application as it is: whoever applied does it once more. */
async function send(
  mail: NonNullable<MerchantPorts['mail']>,
  message: { id: string; to: MailAddress; subject: string; text: string },
) {
  try {
    await mail(message)
  } catch (cause) {
    throw new Failure('mail_unavailable', { detail: 'The mail could not be sent. Try again in a moment.' }, { cause })
  }
}
