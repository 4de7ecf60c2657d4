import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { createSecretVault } from './secret-vault.ts'
import { keepable, makeSecret, signatureHeaders } from './signing.ts'

const BODY = Buffer.from('{"type":"payment.approved"}')

describe('signatures', () => {
  it('are those of the specification', () => {
    // The example of the Standard Webhooks repository.
    const headers = signatureHeaders(
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      new Date(1_614_265_330_000),
      Buffer.from('{"test": 2432232314}'),
    )
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('are good for every secret that is valid, and for no other', () => {
    const [fresh, old, other] = [makeSecret(), makeSecret(), makeSecret()]
    const headers = signatureHeaders([fresh, old], 'evt_1', new Date(), BODY)
    expect(headers['webhook-signature']!.split(' ')).toHaveLength(2)
    for (const secret of [fresh, old]) expect(new Webhook(secret).verify(BODY, headers)).toBeTruthy()
    expect(() => new Webhook(other).verify(BODY, headers)).toThrow()
    expect(() => new Webhook(fresh).verify(`${BODY} `, headers)).toThrow()
    expect(() => new Webhook(fresh).verify(BODY, { ...headers, 'webhook-id': 'evt_2' })).toThrow()
  })

  it('leave no secret in what is kept of a reply', () => {
    const secret = makeSecret()
    const bare = secret.slice('whsec_'.length)
    const reply = `you sent ${secret} and ${bare}; Authorization: Bearer abc.def-123; whsec_AAAA\u0000\u0007 caf\u00e9 \n ok`
    const kept = keepable(Buffer.from(reply), [secret])
    expect(kept).not.toContain(bare)
    expect(kept).toBe(
      'you sent [secret] and [secret]; Authorization: Bearer [secret]; [secret]\ufffd\ufffd caf\u00e9 \n ok',
    )
    expect(keepable(Buffer.from([0xff, 0xfe, 0x41]), [])).toBe('\ufffd\ufffdA')
  })
})

describe('the vault of secrets', () => {
  it('opens what it sealed for its endpoint only', () => {
    const vault = createSecretVault(randomBytes(32))
    const secret = makeSecret()
    const sealed = vault.seal('whe_1', secret)
    expect(vault.open('whe_1', sealed)).toBe(secret)
    expect(sealed.includes(Buffer.from(secret))).toBe(false)
    expect(() => vault.open('whe_2', sealed)).toThrow()
    sealed[sealed.length - 20]! ^= 1
    expect(() => vault.open('whe_1', sealed)).toThrow()
    expect(() => vault.open('whe_1', sealed.subarray(0, 10))).toThrow()
  })
})
