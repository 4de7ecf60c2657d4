import type { ApprovalState, TwoPersonAction } from '@paume/contract'
import type { Tone } from '../parts/index.ts'
import { useApprovalTexts } from './texts.ts'

type Key<A extends string> = A extends `${infer Head}.${infer Rest}` ? Key<`${Head}_${Rest}`> : A
type KeyOf = `action_${Key<TwoPersonAction>}`

/** What takes two people, in words: a new action does not compile before every language has a name for it. */
export function useActionName(): (action: TwoPersonAction) => string {
  const { t } = useApprovalTexts()
  return (action) => t(`action_${action.replaceAll('.', '_')}` as KeyOf)
}

export const APPROVAL_TONES: Record<ApprovalState, Tone> = {
  asked: 'accent',
  approved: 'good',
  refused: 'bad',
  used: 'plain',
  expired: 'warn',
}
