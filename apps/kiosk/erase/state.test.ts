import type { ErasureReceipt, ShopperSelf, ShopperSession, ShopperSessionStarted } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { ERASE_START, type EraseEvent, nextErase } from './state.ts'

const sent: EraseEvent = { type: 'sent', started: { sessionId: 's', expiresAt: '' } as ShopperSessionStarted }
const signedIn: EraseEvent = { type: 'signed_in', session: {} as ShopperSession, self: {} as ShopperSelf }
const erased: EraseEvent = { type: 'erased', receipt: {} as ErasureReceipt }
const run = (...events: EraseEvent[]) => events.reduce(nextErase, ERASE_START)

describe('deleting a registration', () => {
  it('asks for phone and code, shows what is kept, and only then deletes', () => {
    expect(run(sent).at).toBe('code')
    expect(run(sent, signedIn).at).toBe('confirm')
    expect(run(sent, signedIn, erased).at).toBe('erased')
    expect(run(erased).at).toBe('phone')
    expect(run(sent, erased).at).toBe('code')
  })

  it('lets a wrong code be corrected, and begins anew when the code is over', () => {
    expect(run(sent, { type: 'failed', trouble: { code: 'phone_code_wrong' } })).toMatchObject({
      at: 'code',
      busy: false,
    })
    expect(run(sent, { type: 'failed', trouble: { code: 'phone_code_expired' } }).at).toBe('phone')
    expect(run(sent, { type: 'failed', trouble: { code: 'phone_code_locked' } }).at).toBe('phone')
  })
})
