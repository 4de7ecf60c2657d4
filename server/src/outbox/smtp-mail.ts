import { createTransport } from 'nodemailer'
import { checkHeaders, type MailSender } from './mail.ts'

export type SmtpOptions = {
  /** `smtps://user:password@host` or `smtp://…`: the latter goes on encrypted (STARTTLS), or not at all unless the host is this machine. */
  url: string
  /** `Name <address>` or an address. */
  from: string
}

/** For each: to connect, to be greeted, between two bytes, ms. Within the lease of an outbox message. */
const TIMEOUT_MS = 10_000
const OWN_HOSTS = ['localhost', '127.0.0.1', '[::1]']

/** What nodemailer puts on its errors. */
type SmtpError = Error & { responseCode?: number; command?: string }

/** Mail by an SMTP server. A message is refused when that server says so for good of this recipient or this text. */
export function createSmtpMail({ url, from }: SmtpOptions): MailSender {
  const { hostname } = new URL(url)
  const transport = createTransport({
    url,
    requireTLS: !OWN_HOSTS.includes(hostname),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = /@([^@>]+)>?$/.exec(from)?.[1] ?? 'localhost'
  return {
    async send(mail) {
      checkHeaders(mail)
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: mail.text,
          messageId: `<${mail.id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return 'sent'
      } catch (error) {
        const { responseCode = 0, command } = error as SmtpError
        // Elsewhere (login, sender) a 5xx is our own setting: a person mends it and the mail goes out then.
        if (responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA')) return 'refused'
        throw error
      }
    },
    close: () => transport.close(),
  }
}
