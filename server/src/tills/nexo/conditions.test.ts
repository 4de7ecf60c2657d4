import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PAYMENT_STATES, REASONS } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ERROR_CONDITIONS,
  FAILURE_CONDITIONS,
  REASON_CONDITIONS,
  refusalOf,
  responseOf,
  STATE_MEANING,
} from './conditions.ts'

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guide/nexo.md'), 'utf8')
const pairsOf = (text: string | undefined) => Object.fromEntries(new URLSearchParams(text))

describe('what a till hears', () => {
  it('is settled for every state and every reason of ours, and nothing else is in the tables', () => {
    expect(Object.keys(STATE_MEANING).sort()).toEqual([...PAYMENT_STATES].sort())
    expect(Object.keys(REASON_CONDITIONS).sort()).toEqual([...REASONS].sort())
    const rows = [...Object.values(REASON_CONDITIONS), ...Object.values(FAILURE_CONDITIONS)]
    for (const { condition } of rows) expect(ERROR_CONDITIONS).toContain(condition)
  })

  it('is success for an approved payment only, nothing while it may still be approved, and failure with a reason else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PAYMENT_STATES),
        fc.option(fc.constantFrom(...REASONS), { nil: undefined }),
        (state, reason) => {
          const response = responseOf({ id: 'pay_1', state, reason })
          const mayBeApproved = !['approved', 'declined', 'cancelled', 'expired'].includes(state)
          expect(response === null).toBe(mayBeApproved)
          expect(response?.Result === 'Success').toBe(state === 'approved')
          if (response?.Result === 'Failure') {
            expect(ERROR_CONDITIONS).toContain(response.ErrorCondition)
            expect(pairsOf(response.AdditionalResponse)).toMatchObject({ state, message: expect.any(String) })
          }
        },
      ),
    )
  })

  it('is told in the guide by the same tables', () => {
    for (const [reason, { condition }] of Object.entries(REASON_CONDITIONS)) {
      expect(guide).toMatch(new RegExp(`\\| \`${reason}\` \\| ${condition} \\|`))
    }
    for (const [code, { condition }] of Object.entries(FAILURE_CONDITIONS)) {
      expect(guide).toMatch(new RegExp(`\\| \`${code}\` \\| ${condition} \\|`))
    }
  })

  it('is no verdict when nothing was decided: those failures stay failures of HTTP', () => {
    for (const code of ['database_unavailable', 'internal', 'rate_limited', 'till_result_pending'] as const) {
      expect(refusalOf(code)).toBeNull()
    }
    expect(refusalOf('terminal_busy', 'x & y')).toMatchObject({ Result: 'Failure', ErrorCondition: 'Busy' })
    expect(pairsOf(refusalOf('terminal_busy', 'x & y')?.AdditionalResponse).detail).toBe('x & y')
  })
})
