/** What we heed of `SaleToAcquirerData`; the rest (metadata, applicationInfo, shopper data) is not ours to keep. */
export type AcquirerData = {
  askGratuity: boolean
  /** The till wants the money held and taken later, which no message of this interface could ask for. */
  wantsHold: boolean
}

const NOTHING: AcquirerData = { askGratuity: false, wantsHold: false }
/** Longest text that is looked into, characters. */
const MAX_LENGTH = 20_000

/** Reads `SaleToAcquirerData`: form-encoded pairs, JSON in base 64, or (older tills) JSON. Null when it is none of these. */
export function readAcquirerData(raw: unknown): AcquirerData | null {
  if (raw === undefined || raw === null || raw === '') return NOTHING
  const fields = typeof raw === 'string' ? (raw.length > MAX_LENGTH ? null : fieldsOf(raw.trim())) : raw
  if (fields === null || typeof fields !== 'object' || Array.isArray(fields)) return null
  const { tenderOption, manualCapture, authorisationType } = fields as Record<string, unknown>
  const options = typeof tenderOption === 'string' ? tenderOption.split(',').map((option) => option.trim()) : []
  return {
    askGratuity: options.includes('AskGratuity'),
    wantsHold: String(manualCapture) === 'true' || authorisationType === 'PreAuth',
  }
}

function fieldsOf(text: string): unknown {
  const json = text.startsWith('{') ? text : /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? decoded(text) : null
  if (json === null) return text.includes('=') ? Object.fromEntries(new URLSearchParams(text)) : null
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

/** The text behind base 64, when that is JSON; `a=` for instance is a pair. */
function decoded(text: string): string | null {
  const json = Buffer.from(text, 'base64').toString('utf8').trim()
  return json.startsWith('{') ? json : null
}
