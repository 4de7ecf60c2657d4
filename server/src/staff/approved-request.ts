import { createHash } from 'node:crypto'

/** One spelling of a JSON value: keys in order, what is undefined left out. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
    const ordered = fields.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${ordered.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`
  }
  return JSON.stringify(value ?? null)
}

/** What is approved: one action, for one organisation, by one request. */
export type ApprovedRequest = {
  action: string
  organisationId: string | null
  method: string
  /** With its query. */
  path: string
  body: unknown
}

/** Hash of one exact request. The order of the query's parts and of the body's keys does not matter, everything else does. */
export function requestSha256({ action, organisationId, method, path, body }: ApprovedRequest): string {
  const { pathname, searchParams } = new URL(path, 'http://server')
  searchParams.sort()
  const spelled = canonical([action, organisationId, method.toUpperCase(), pathname, [...searchParams], body ?? null])
  return createHash('sha256').update(spelled).digest('hex')
}
