import { NetworkFailure, PaumeError } from '@paume/client'
import { APPROVAL_HEADER, type Problem } from '@paume/contract'

/**
 * Fetches a file of the server and gives it to the browser to keep.
 *
 * @param approvalId of the approval that the request uses up
 * @throws PaumeError when the server refuses, NetworkFailure when there is no answer
 */
export async function downloadFile(address: string, fileName: string, approvalId?: string): Promise<void> {
  const headers: Record<string, string> = approvalId === undefined ? {} : { [APPROVAL_HEADER]: approvalId }
  const reply = await fetch(address, { headers }).catch((cause: unknown) => {
    throw new NetworkFailure('unreachable', 'The server cannot be reached.', null, cause)
  })
  if (!reply.ok) {
    const problem = (await reply.json().catch(() => null)) as Problem | null
    if (problem === null) throw new NetworkFailure('reply_broken', 'Not an answer of Paume.', reply.status)
    throw new PaumeError({ ...problem, status: reply.status })
  }
  const named = /filename="([^"]+)"/.exec(reply.headers.get('content-disposition') ?? '')?.[1]
  const url = URL.createObjectURL(await reply.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = named ?? fileName
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
