import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsoleMail, type Mail, type MailAddress, type MailSender, parseMailAddress } from './mail.ts'
import { createSmtpMail } from './smtp-mail.ts'

const code = (responseCode: number) => Object.assign(new Error('no'), { responseCode })

/** A server that takes mail, except for whom it knows better. */
function receivingServer() {
  const taken: { from: string; to: string[]; source: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, callback) => callback(auth.password === 'right' ? null : code(535), { user: 'us' }),
    onRcptTo: ({ address }, _session, callback) =>
      callback(address.startsWith('gone') ? code(550) : address.startsWith('full') ? code(452) : null),
    onData(stream, session, callback) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(parts).toString('utf8'),
        })
        callback()
      })
    },
  })
  return { server, taken }
}

const { server, taken } = receivingServer()
const printed: string[] = []
let port = 0
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  port = (server.server.address() as AddressInfo).port
})
afterAll(() => new Promise<void>((closed) => server.close(closed)))

const receipt = (more: Partial<Mail> = {}): Mail => ({
  id: 'rdl_1',
  to: parseMailAddress('Ana.Lima+shop@Example.com'),
  subject: 'Reçu 000042 – Café',
  text: 'TOTAL   25,74 EUR\n\nMerci',
  ...more,
})

const adapters: [string, () => MailSender, () => number][] = [
  ['the console', () => createConsoleMail((line) => printed.push(line)), () => printed.length],
  [
    'SMTP',
    () => createSmtpMail({ url: `smtp://127.0.0.1:${port}`, from: 'Paume <paume@shop.example>' }),
    () => taken.length,
  ],
]

describe.each(adapters)('mail by %s', (_name, make, count) => {
  it('is sent, also twice under one name', async () => {
    const mail = make()
    expect(await mail.send(receipt())).toBe('sent')
    expect(await mail.send(receipt())).toBe('sent')
    mail.close()
  })

  it('never writes a header that somebody else made', async () => {
    const mail = make()
    const before = count()
    const bent: Partial<Mail>[] = [
      { subject: 'Receipt\r\nBcc: all@example.com' },
      { subject: 'Receipt\u2028Bcc: all@example.com' },
      { to: 'a@example.com\r\nBcc: b@example.com' as MailAddress },
      { to: 'a@example.com, b@example.com' as MailAddress },
      { id: 'x>\r\nBcc: b@example.com' },
    ]
    for (const one of bent) await expect(mail.send(receipt(one))).rejects.toThrow('invariant')
    expect(count()).toBe(before)
    mail.close()
  })
})

describe('mail by SMTP', () => {
  it('arrives as plain text, from us, to one person, with a name of its own', () => {
    const { from, to, source } = taken[0]!
    expect([from, to]).toEqual(['paume@shop.example', ['Ana.Lima+shop@example.com']])
    expect(source).toMatch(/^Message-ID: <rdl_1@shop\.example>\r$/m)
    expect(source).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(source).toMatch(/^Content-Type: text\/plain; charset=utf-8\r$/m)
    expect(source).toContain('25,74 EUR')
    expect(source).not.toMatch(/html|multipart|http/i)
  })

  it('tells what will never be taken from what may be later', async () => {
    const url = `127.0.0.1:${port}`
    const from = 'paume@shop.example'
    const mail = createSmtpMail({ url: `smtp://us:right@${url}`, from })
    expect(await mail.send(receipt({ to: parseMailAddress('gone@example.com') }))).toBe('refused')
    await expect(mail.send(receipt({ to: parseMailAddress('full@example.com') }))).rejects.toThrow()
    const strange = createSmtpMail({ url: `smtp://us:wrong@${url}`, from })
    await expect(strange.send(receipt())).rejects.toMatchObject({ code: 'EAUTH' })
    const nobody = createSmtpMail({ url: 'smtp://127.0.0.1:9', from })
    await expect(nobody.send(receipt())).rejects.toMatchObject({ code: 'ESOCKET' })
  })
})

describe('mail on the console', () => {
  it('shows no name before the @', () => {
    expect(printed[0]).toBe('[mail to …@example.com] Reçu 000042 – Café')
    expect(printed.join('\n')).not.toContain('Ana')
  })
})

describe('an address', () => {
  it('is one address and nothing else', () => {
    expect(parseMailAddress(' a@EXAMPLE.com ')).toBe('a@example.com')
    const wrong = [
      '',
      'a',
      'a@b',
      'a@b.c',
      '@example.com',
      'a..b@example.com',
      '.a@example.com',
      'a@-x.com',
      'a@[127.0.0.1]',
    ]
    const more = [
      'a@example.com\n',
      'a@example.com\r\nBcc: b@example.com',
      'A <a@example.com>',
      'a@example.com,b@example.com',
    ]
    const odd = [
      '"a b"@example.com',
      'a b@example.com',
      'a@exam\u0000ple.com',
      'ä@example.com',
      `${'a'.repeat(65)}@example.com`,
    ]
    for (const text of [...wrong, ...more, ...odd])
      expect(() => parseMailAddress(text), JSON.stringify(text)).toThrow(
        expect.objectContaining({ code: 'mail_address_invalid' }),
      )
    const far = `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(20)}.com`
    expect(() => parseMailAddress(far)).toThrow()
  })
})
