import type { ErrorCode } from '@paume/contract'

/** Codes that only devices, shoppers and tills meet need no sentence of their own in the console. */
export type ProblemLines = Partial<Record<ErrorCode, string>>
