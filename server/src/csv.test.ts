import { expect, it } from 'vitest'
import { csvOf } from './csv.ts'

it('writes what a spreadsheet reads back, and no formula', () => {
  const rows = [
    ['plain', -1234n, '-12.34', null],
    ['a "quoted", cell\nof two lines', '=1+1', '@cmd', '-x'],
  ]
  expect(csvOf(['name', 'minor', 'amount', 'none'], rows)).toBe(
    'name,minor,amount,none\r\nplain,-1234,-12.34,\r\n"a ""quoted"", cell\nof two lines",\'=1+1,\'@cmd,\'-x\r\n',
  )
})
