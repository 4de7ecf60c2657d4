import { PaumeError } from '@paume/client'
import type { ConsoleLanguage } from '@paume/contract'

/** Asks the server for paper, and hands it to the browser as a file. Throws what the server answered. */
async function download(path: string, body: unknown, fileName: string): Promise<void> {
  const reply = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new PaumeError({ ...(await reply.json()), status: reply.status })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await reply.blob())
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** The paper of a country: letter where it is usual, A4 elsewhere. */
const paperOf = (country: string) => (['US', 'CA', 'MX', 'PH', 'CL', 'CO'].includes(country) ? 'letter' : 'a4')

export const downloadSheets = (shopIds: readonly string[], country: string, language: ConsoleLanguage) =>
  download(
    '/v1/pairing-sheets',
    { shopIds, paper: paperOf(country), layout: shopIds.length > 1 ? 'cards' : 'page', language },
    'pairing-sheets.pdf',
  )
export const downloadSigns = (shopIds: readonly string[], country: string) =>
  download('/v1/signs', { shopIds, paper: paperOf(country) }, 'signs.pdf')
