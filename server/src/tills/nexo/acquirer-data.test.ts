import { describe, expect, it } from 'vitest'
import { readAcquirerData } from './acquirer-data.ts'
import { receiptBlocks } from './receipt-blocks.ts'
import { paymentIdOf, terminalIdOf } from './transaction-id.ts'

describe('SaleToAcquirerData', () => {
  it('is read as pairs, as JSON in base 64, as JSON, or left out', () => {
    const json = JSON.stringify({ tenderOption: 'AskGratuity', manualCapture: true, metadata: { a: 'b' } })
    const both = { askGratuity: true, wantsHold: true }
    for (const raw of [
      json,
      Buffer.from(json).toString('base64'),
      JSON.parse(json),
      'tenderOption=ReceiptHandler%2CAskGratuity&manualCapture=true',
      'tenderOption=AskGratuity&authorisationType=PreAuth',
    ]) {
      expect(readAcquirerData(raw)).toEqual(both)
    }
    for (const raw of [undefined, null, '', 'a=', 'shopperEmail=a@b.c', 'tenderOption=AskGratuityLater']) {
      expect(readAcquirerData(raw)).toEqual({ askGratuity: false, wantsHold: false })
    }
  })

  it('is refused when it is none of these', () => {
    for (const raw of [
      '{',
      '{"a":',
      'word',
      5,
      [],
      Buffer.from('{"a"').toString('base64'),
      `a=${'x'.repeat(30_000)}`,
    ]) {
      expect(readAcquirerData(raw), String(raw).slice(0, 20)).toBeNull()
    }
  })
})

describe('identifiers that tills send back', () => {
  const id = '01KAPAVME000000000000T0001'
  it('name a payment alone or behind a tender', () => {
    expect(paymentIdOf(`pay_${id}`)).toBe(`pay_${id}`)
    expect(paymentIdOf(`BV0q001.pay_${id}`)).toBe(`pay_${id}`)
    for (const other of ['', id, `rfd_${id}`, `xpay_${id}`, `pay_${id}x`]) expect(paymentIdOf(other)).toBeNull()
  })

  it('name a terminal as it is, or as model and serial number', () => {
    for (const poi of [`dev_${id}`, `Paume-${id}`, `paume-${id.toLowerCase()}`, `Paume-dev_${id}`]) {
      expect(terminalIdOf(poi)).toBe(`dev_${id}`)
    }
    for (const poi of [id, `V400m-${id}`, `Paume-${id}0`, '']) expect(terminalIdOf(poi)).toBeNull()
  })
})

describe('receipts of a reply', () => {
  it('hold every line, columns apart, for cashier and customer', () => {
    const lines = [
      '          Demo Stores',
      '-'.repeat(32),
      'Receipt                   000001',
      'Sale basket & co',
      '',
      'TOTAL 1.00',
    ]
    const [cashier, customer] = receiptBlocks({ lines }) as {
      DocumentQualifier: string
      OutputContent: { OutputText: { Text: string; Alignment?: string }[] }
    }[]
    expect([cashier!.DocumentQualifier, customer!.DocumentQualifier]).toEqual(['CashierReceipt', 'CustomerReceipt'])
    const texts = customer!.OutputContent.OutputText.map(({ Text }) => Object.fromEntries(new URLSearchParams(Text)))
    expect(texts).toEqual([
      { name: 'Demo Stores', key: 'line1' },
      { key: 'filler' },
      { name: 'Receipt', value: '000001', key: 'line3' },
      { name: 'Sale basket & co', key: 'line4' },
      { key: 'filler' },
      { name: 'TOTAL 1.00', key: 'line6' },
    ])
    expect(customer!.OutputContent.OutputText[0]!.Alignment).toBe('Centred')
  })
})
