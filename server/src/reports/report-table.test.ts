import { describe, expect, it } from 'vitest'
import { csvFor, decimalOf } from './report-table.ts'

describe('a report as a table', () => {
  it('writes amounts in the digits of their currency', () => {
    expect(decimalOf(2_505, 'USD')).toBe('25.05')
    expect(decimalOf(-5, 'USD')).toBe('-0.05')
    expect(decimalOf(1_200, 'JPY')).toBe('1200')
    expect(decimalOf(12, 'KWD')).toBe('0.012')
  })

  it('lets no name become a formula, a column or a line', () => {
    const shop = { id: 'shop_1', name: '=HYPERLINK("https://evil.example","x")' }
    const organisation = { id: 'org_1', name: 'A, "B"\r\nC' }
    const line = { shop, organisation, brand: { id: 'brd_1', name: '+1' }, offered: 5, consented: 4, enrolled: 3 }
    const counts = { first_use: 2, repeat: 1 }
    const csv = csvFor({
      name: 'funnel',
      report: {
        from: '2026-01-01',
        to: '2026-01-31',
        madeAt: '2026-02-01T00:00:00Z',
        total: { offered: 5, consented: 4, enrolled: 3, ...counts },
        shops: [{ ...line, ...counts }],
      },
    })
    expect(csv).toBe(
      '\uFEFForganisation,brand,shop_id,shop,offered,consented,enrolled,first_use,repeat\r\n' +
        '"A, ""B""\r\nC",\'+1,shop_1,"\'=HYPERLINK(""https://evil.example"",""x"")",5,4,3,2,1\r\n',
    )
  })
})
