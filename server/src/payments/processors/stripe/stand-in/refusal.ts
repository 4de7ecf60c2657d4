/** An error as Stripe answers it. */
export class WireError extends Error {
  readonly status: number
  readonly body: Record<string, unknown>
  constructor(status: number, body: Record<string, unknown>) {
    super(String(body.code ?? body.type))
    this.name = 'WireError'
    this.status = status
    this.body = { type: status === 402 ? 'card_error' : 'invalid_request_error', ...body }
  }
}
export const missing = (what: string, param: string | null = null, status = 404) =>
  new WireError(status, { code: 'resource_missing', message: `No such ${what}`, ...(param ? { param } : {}) })
export const badRequest = (code: string, param?: string) =>
  new WireError(400, { code, message: code, ...(param ? { param } : {}) })
