import { describe, expect, it } from 'vitest'
import type { ProcessorEvent } from '../processor.ts'
import { captured, followUpOf, refusedAs, type UseBench, unsupported, type WebhookMessage } from './bench.ts'
import { hasDisputes } from './disputes.ts'

const EMPTY: WebhookMessage = { headers: {}, rawBody: Buffer.of() }
/** Older than any adapter may take, ms: ten minutes. */
const TOO_OLD_MS = 600_000

/** Messages of the processor: checked over the exact bytes, named, and never believed further than that. */
export function webhooksContract(bench: UseBench): void {
  const parse = (message: WebhookMessage) => bench().processor.parseWebhook(message)
  const able = async () => {
    if (bench().processor.capabilities.webhooks) return true
    await expect(parse(EMPTY)).rejects.toEqual(unsupported)
    return false
  }
  /** A genuine message about a charge. */
  const aboutCharge = async () => {
    await bench().takeMessages()
    const paid = await captured(bench(), 'slow_refund')
    await bench().processor.refund(followUpOf(paid, 2340n))
    await bench().moveMs(bench().slowRefundMs + 1)
    const messages = await bench().takeMessages()
    expect(messages.length).toBeGreaterThan(0)
    return { paid, messages }
  }
  const parsed = (messages: WebhookMessage[]): Promise<ProcessorEvent[]> => Promise.all(messages.map(parse))

  describe('a message', () => {
    it('of a refund that was decided later names its charge, and reads the same twice', async () => {
      if (!(await able())) return
      const { paid, messages } = await aboutCharge()
      const events = await parsed(messages)
      expect(events).toContainEqual({
        eventId: expect.any(String),
        type: expect.stringContaining('refund'),
        occurredAt: expect.any(Date),
        subject: { kind: 'charge', chargeRef: paid.ref },
      })
      expect(await parsed(messages)).toEqual(events)
      expect(new Set(events.map((event) => event.eventId)).size).toBe(events.length)
    })

    it('of a dispute names it and its charge', async () => {
      if (!(await able()) || !(await hasDisputes(bench().processor))) return
      const paid = await captured(bench())
      await bench().takeMessages()
      const disputeRef = await bench().openDispute(paid.ref)
      await bench().decideDispute(disputeRef, 'lost')
      const events = await parsed(await bench().takeMessages())
      const about = events.filter((event) => event.subject.kind === 'dispute')
      expect(about.length).toBeGreaterThanOrEqual(2)
      for (const { subject } of about) expect(subject).toEqual({ kind: 'dispute', disputeRef, chargeRef: paid.ref })
    })

    it('of a card that changed names its token', async () => {
      if (!(await able())) return
      const token = await bench().saveCard('approves')
      await bench().takeMessages()
      await bench().changeCard(token, 'replaced')
      const events = await parsed(await bench().takeMessages())
      expect(events.map((event) => event.subject)).toContainEqual({ kind: 'instrument', token })
    })

    it('with a wrong signature, none, or another body is refused', async () => {
      if (!(await able())) return
      const { messages } = await aboutCharge()
      const message = messages[0]!
      const invalid = refusedAs('signature_invalid')
      await expect(parse({ ...message, headers: {} })).rejects.toEqual(invalid)
      await expect(parse({ ...message, rawBody: Buffer.concat([message.rawBody, Buffer.from(' ')]) })).rejects.toEqual(
        invalid,
      )
      const changed = Object.fromEntries(
        Object.entries(message.headers).map(([name, value]) => [name, value.replace(/[0-9a-f]{64}/g, '0'.repeat(64))]),
      )
      expect(changed).not.toEqual(message.headers)
      await expect(parse({ ...message, headers: changed })).rejects.toEqual(invalid)
      await expect(parse(EMPTY)).rejects.toEqual(invalid)
    })

    it('sent too long ago is refused, however well it is signed', async () => {
      if (!(await able())) return
      const { messages } = await aboutCharge()
      const { rawBody } = messages[0]!
      expect((await parse(bench().signMessage(rawBody, new Date()))).eventId).toEqual(expect.any(String))
      const old = bench().signMessage(rawBody, new Date(Date.now() - TOO_OLD_MS))
      await expect(parse(old)).rejects.toEqual(refusedAs('event_too_old'))
    })

    it('of a type nobody knows is taken and concerns us not', async () => {
      if (!(await able())) return
      const event = await parse(bench().signMessage(bench().strangeMessage(), new Date()))
      expect(event).toMatchObject({ eventId: expect.any(String), subject: { kind: 'other' } })
    })

    it('that is signed but is no message at all is refused', async () => {
      if (!(await able())) return
      for (const text of ['', 'null', '[]', '{}', '{"id":7}', 'not json', '\u0000']) {
        const message = bench().signMessage(Buffer.from(text), new Date())
        await expect(parse(message), text).rejects.toMatchObject({ name: 'ProcessorFailure', kind: 'refused' })
      }
    })
  })
}
