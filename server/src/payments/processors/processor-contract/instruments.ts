import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { followUpOf, refusedAs, requestOf, type UseBench, unsupported } from './bench.ts'

/** Set-ups and saved cards: as they are, as they change behind their token, in other merchants' hands, forgotten. */
export function instrumentsContract(bench: UseBench): void {
  describe('a set-up', () => {
    it('is opened once under its name and knows how it stands', async () => {
      const { processor } = bench()
      const setupId = randomUUID()
      const setup = await processor.createSetup({ setupId })
      expect(setup).toMatchObject({ setupId, clientSecret: expect.any(String), form: { kind: expect.any(String) } })
      expect(setup.clientSecret.length).toBeGreaterThan(10)
      expect(await processor.createSetup({ setupId })).toEqual(setup)
      expect(await processor.fetchSetup(setupId)).toEqual({ kind: 'open' })
      expect(await processor.fetchSetup(randomUUID())).toBeNull()
    })

    it('says how else the card can be given, and takes a wish', async () => {
      const { processor } = bench()
      const { form, others } = await processor.createSetup({ setupId: randomUUID() })
      expect(others).not.toContain(form.kind)
      for (const other of others) {
        const wished = await processor.createSetup({ setupId: randomUUID(), form: other })
        expect([wished.form.kind, wished.others.toSorted()]).toEqual([
          other,
          [form.kind, ...others].filter((kind) => kind !== other).toSorted(),
        ])
        await processor.cancelSetup(wished.setupId)
      }
    })

    it('that nobody finishes can be ended, twice too; one that never was is no trouble', async () => {
      const { processor } = bench()
      const setupId = randomUUID()
      await processor.createSetup({ setupId })
      await processor.cancelSetup(setupId)
      await processor.cancelSetup(setupId)
      expect((await processor.fetchSetup(setupId))?.kind).toBe('failed')
      await processor.cancelSetup(randomUUID())
    })
  })

  describe('a saved card', () => {
    it('shows brand, last four digits and date, and nothing else', async () => {
      const token = await bench().saveCard('approves')
      const state = await bench().processor.fetchInstrument(token)
      expect(state).toEqual({
        kind: 'usable',
        token,
        brand: expect.any(String),
        last4: expect.stringMatching(/^\d{4}$/),
        expiryMonth: expect.toSatisfy((month: number | null) => month === null || (month >= 1 && month <= 12)),
        expiryYear: expect.toSatisfy((year: number | null) => year === null || year >= 2020),
      })
      expect(await bench().processor.fetchInstrument('no-such-card')).toBeNull()
    })

    it('that the bank replaced keeps its token and pays on', async () => {
      const { processor } = bench()
      const token = await bench().saveCard('approves')
      const before = await processor.fetchInstrument(token)
      await bench().changeCard(token, 'replaced')
      const after = await processor.fetchInstrument(token)
      expect(after).toMatchObject({ kind: 'usable', token })
      expect(after).not.toEqual(before)
      expect(await processor.authorise(requestOf(token))).toMatchObject({ state: 'authorised' })
    })

    it('that was reported lost says so and is declined; what it paid before can be given back', async () => {
      const { processor } = bench()
      const token = await bench().saveCard('approves')
      const paid = await processor.authorise(requestOf(token, { capture: 'automatic' }))
      await bench().changeCard(token, 'lost')
      expect(await processor.fetchInstrument(token)).toEqual({ kind: 'unusable', reason: 'card_lost' })
      expect(await processor.authorise(requestOf(token))).toMatchObject({
        state: 'declined',
        declineReason: 'card_lost',
      })
      expect((await processor.refund(followUpOf(paid, 2340n))).refundedMinor).toBe(2340n)
    })

    it('is forgotten for good, however often that is asked', async () => {
      const { processor } = bench()
      const token = await bench().saveCard('approves')
      await processor.forgetInstrument(token)
      await processor.forgetInstrument(token)
      await processor.forgetInstrument('no-such-card')
      const state = await processor.fetchInstrument(token)
      if (state !== null) expect(state).toEqual({ kind: 'unusable', reason: 'forgotten' })
      await expect(processor.authorise(requestOf(token))).rejects.toEqual(refusedAs('instrument_unknown'))
    })

    it('is cloned for a merchant of the same platform, where the processor can', async () => {
      const { processor, merchantRef } = bench()
      if (!processor.capabilities.cloneInstruments || merchantRef === null) {
        expect(processor.capabilities.cloneInstruments).toBe(false)
        return expect(processor.cloneInstrument({ token: 'x', merchantRef: 'y' })).rejects.toEqual(unsupported)
      }
      const token = await bench().saveCard('approves')
      const clone = await processor.cloneInstrument({ token, merchantRef })
      expect(clone.token).not.toBe(token)
      const charge = await processor.authorise(requestOf(clone.token, { merchantRef, capture: 'automatic' }))
      expect(charge).toMatchObject({ state: 'captured', capturedMinor: 2340n })
      expect(await processor.fetch({ key: charge.key })).toEqual(charge)
      const refund = { ...followUpOf(charge, 340n), merchantRef }
      expect((await processor.refund(refund)).refundedMinor).toBe(340n)
      await expect(processor.authorise(requestOf(clone.token))).rejects.toEqual(refusedAs('instrument_unknown'))
      await expect(processor.cloneInstrument({ token: 'no-such-card', merchantRef })).rejects.toEqual(
        refusedAs('instrument_unknown'),
      )
    })

    it('forgotten here lives on as the clone of another merchant until that is forgotten too', async () => {
      const { processor, merchantRef } = bench()
      if (merchantRef === null) return expect(processor.capabilities.cloneInstruments).toBe(false)
      const token = await bench().saveCard('approves')
      const clone = await processor.cloneInstrument({ token, merchantRef })
      await processor.forgetInstrument(token)
      expect(await processor.authorise(requestOf(clone.token, { merchantRef }))).toMatchObject({ state: 'authorised' })
      await processor.forgetInstrument(clone.token)
      await expect(processor.authorise(requestOf(clone.token, { merchantRef }))).rejects.toEqual(
        refusedAs('instrument_unknown'),
      )
    })
  })
}
