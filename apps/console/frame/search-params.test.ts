import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choice, day, many, oneOf, readParams, text, whole, writeParams, yes } from './search-params.ts'

const PARAMS = {
  q: text(100),
  state: oneOf(['open', 'closed']),
  view: choice(['list', 'map']),
  ids: many(3),
  from: day(),
  mine: yes(),
  place: whole(1, 500),
}

describe('parameters of the address', () => {
  it('are what was written, whatever it was', () => {
    const values = fc.record({
      q: fc.option(
        fc.string({ minLength: 1, maxLength: 100 }).filter((words) => words.isWellFormed()),
        { nil: undefined },
      ),
      state: fc.option(fc.constantFrom('open' as const, 'closed' as const), { nil: undefined }),
      view: fc.constantFrom('list' as const, 'map' as const),
      ids: fc.uniqueArray(fc.stringMatching(/^[a-z]{3}_[0-9A-Z]{4}$/), { maxLength: 3 }),
      from: fc.option(fc.constantFrom('2026-11-24', '2024-02-29'), { nil: undefined }),
      mine: fc.boolean(),
      place: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(values, (value) => {
        expect(readParams(PARAMS, writeParams(PARAMS, '', value))).toEqual(value)
      }),
    )
  })

  it('mean nothing when somebody wrote nonsense by hand', () => {
    const nonsense = 'state=ajar&view=globe&from=2026-13-99&mine=2&place=501&ids=,,'
    expect(readParams(PARAMS, nonsense)).toEqual({
      q: undefined,
      state: undefined,
      view: 'list',
      ids: [],
      from: undefined,
      mine: false,
      place: undefined,
    })
    fc.assert(fc.property(fc.string(), (search) => void readParams(PARAMS, search)))
  })

  it('leave alone what another part of the page keeps there, and say nothing of what goes without saying', () => {
    expect(writeParams(PARAMS, 'open=pay_1&state=open', { state: undefined, view: 'list', mine: true })).toBe(
      'mine=1&open=pay_1',
    )
  })

  it('stop at what they may hold', () => {
    expect(readParams(PARAMS, 'ids=a,b,b,c,d').ids).toEqual(['a', 'b', 'c'])
    expect(readParams(PARAMS, `q=${'x'.repeat(500)}`).q).toHaveLength(100)
  })
})
