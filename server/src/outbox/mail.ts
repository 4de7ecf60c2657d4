import { Failure, invariant } from '../failure.ts'
import type { Branded } from '../ids.ts'

/** One address as SMTP takes it, of ASCII characters: no name, no list, no second line. */
export type MailAddress = Branded<string, 'MailAddress'>

/** Plain text only. `id` names the message: sent twice after a crash, it is one message to a mail program. */
export type Mail = { id: string; to: MailAddress; subject: string; text: string }

/** `refused`: the other side will never take it, asking again is of no use. */
export type MailOutcome = 'sent' | 'refused'

/** Sends mail. Throws when it may go better later. Adapters: SMTP, the console. */
export type MailSender = { send(mail: Mail): Promise<MailOutcome>; close(): void }

/** RFC 5321, without quoted local parts, comments and address literals: nothing in it can end a header or begin another. */
const ADDRESS_FORM =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/

/** RFC 5321: the most characters of an address, and of its part before the @. */
const ADDRESS_MAX = 254
const LOCAL_PART_MAX = 64

/** Reads what a person typed; the domain in small letters. Throws `mail_address_invalid`. */
export function parseMailAddress(text: string): MailAddress {
  const typed = text.replace(/^ +| +$/g, '')
  const at = typed.lastIndexOf('@')
  if (typed.length > ADDRESS_MAX || at > LOCAL_PART_MAX || !ADDRESS_FORM.test(typed))
    throw new Failure('mail_address_invalid')
  return `${typed.slice(0, at)}@${typed.slice(at + 1).toLowerCase()}` as MailAddress
}

/** What every adapter checks before it writes a header. */
export function checkHeaders({ id, to, subject }: Mail): void {
  invariant(ADDRESS_FORM.test(to), 'the address of a mail is one address')
  invariant(/^[A-Za-z0-9_-]{1,80}$/.test(id), 'the id of a mail is letters and digits')
  invariant(!/\p{Cc}|\u2028|\u2029/u.test(subject), 'the subject of a mail is one line')
}

/** Prints mail instead of sending it. Of the address only the domain. */
export function createConsoleMail(print: (line: string) => void): MailSender {
  return {
    async send(mail) {
      checkHeaders(mail)
      const domain = mail.to.slice(mail.to.lastIndexOf('@'))
      for (const line of [mail.subject, '', ...mail.text.split('\n')]) print(`[mail to …${domain}] ${line}`)
      return 'sent'
    },
    close() {},
  }
}
