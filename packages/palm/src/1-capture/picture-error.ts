import type { ErrorCode } from '@paume/contract'

export type PictureErrorCode = Extract<ErrorCode, `picture_${string}`>

/** The bytes are no picture this system reads. `code` is the contract's. */
export class PictureError extends Error {
  readonly code: PictureErrorCode
  constructor(code: PictureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PictureError'
    this.code = code
  }
}
