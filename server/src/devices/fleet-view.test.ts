import fc from 'fast-check'
import { expect, it } from 'vitest'
import { spansOf } from './fleet-view.ts'

const HOUR = 3_600_000
const until = new Date('2026-11-24T12:00:00Z')
const since = new Date(until.getTime() - 24 * HOUR)
const ago = (hours: number) => new Date(until.getTime() - hours * HOUR)

it('a day is told without gaps, in order, whatever silences there were', () => {
  const outage = fc.tuple(fc.double({ min: 0.1, max: 30, noNaN: true }), fc.double({ min: 0.02, max: 5, noNaN: true }))
  const seen = fc.option(fc.double({ min: 0, max: 30, noNaN: true }), { nil: null })
  const paired = fc.option(fc.double({ min: 0, max: 40, noNaN: true }), { nil: null })
  fc.assert(
    fc.property(fc.array(outage, { maxLength: 6 }), seen, paired, (gaps, lastSeen, pairedAt) => {
      const outages = gaps
        .map(([end, length]) => ({ from: ago(end + length), until: ago(end) }))
        .sort((a, b) => a.from.getTime() - b.from.getTime())
      const device = {
        paired_at: pairedAt === null ? null : ago(pairedAt),
        last_seen_at: lastSeen === null ? null : ago(lastSeen),
        revoked_at: null,
      }
      const spans = spansOf(device, outages, since, until)
      expect(Date.parse(spans[0]!.from)).toBe(since.getTime())
      expect(Date.parse(spans.at(-1)!.until)).toBe(until.getTime())
      for (const [n, span] of spans.entries()) {
        expect(Date.parse(span.from)).toBeLessThan(Date.parse(span.until))
        if (n > 0) {
          expect(span.from).toBe(spans[n - 1]!.until)
          expect(span.online).not.toBe(spans[n - 1]!.online)
        }
      }
    }),
  )
})

it('a device that was away for an hour, and is there again', () => {
  const device = { paired_at: ago(100), last_seen_at: until, revoked_at: null }
  const spans = spansOf(device, [{ from: ago(3), until: ago(2) }], since, until)
  expect(spans.map(({ online }) => online)).toEqual([true, false, true])
  expect(Date.parse(spans[1]!.until) - Date.parse(spans[1]!.from)).toBe(HOUR)
})

it('a device that was never heard of, or was revoked', () => {
  const never = { paired_at: null, last_seen_at: null, revoked_at: null }
  expect(spansOf(never, [], since, until).map(({ online }) => online)).toEqual([false])
  const revoked = { paired_at: ago(100), last_seen_at: ago(1), revoked_at: ago(1) }
  expect(spansOf(revoked, [], since, until).map(({ online }) => online)).toEqual([true, false])
})
