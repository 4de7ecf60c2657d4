import type { Receipt } from '@paume/contract'

/** Two columns on one line of our receipt: at least two spaces apart. */
const COLUMNS = /^(\S.*?)\s{2,}(\S.*)$/

/**
 * Our receipt as the two documents of nexo. Each line is form-encoded the way tills of this kind print it: `name` on the left, `value`
 * on the right, `key=filler` an empty line.
 */
export function receiptBlocks(receipt: Pick<Receipt, 'lines'>): object[] {
  const OutputText = receipt.lines.map((line, index) => {
    const text = line.trim()
    if (text === '' || /^-+$/.test(text)) return { Text: 'key=filler', EndOfLineFlag: true }
    const columns = COLUMNS.exec(line)
    const pairs: Record<string, string> = columns === null ? { name: text } : { name: columns[1]!, value: columns[2]! }
    const isCentred = columns === null && line.startsWith(' ')
    return {
      Text: new URLSearchParams({ ...pairs, key: `line${index + 1}` }).toString(),
      EndOfLineFlag: true,
      ...(isCentred ? { Alignment: 'Centred' } : {}),
    }
  })
  return ['CashierReceipt', 'CustomerReceipt'].map((DocumentQualifier) => ({
    DocumentQualifier,
    IntegratedPrintFlag: false,
    // A palm replaces the signature.
    RequiredSignatureFlag: false,
    OutputContent: { OutputFormat: 'Text', OutputText },
  }))
}
