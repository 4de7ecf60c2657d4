import type { Flow } from '../state.ts'
import type { EnrolmentActions } from '../use-enrolment.ts'
import type { Patience } from '../use-patience.ts'

/** What every step of a registration is given. */
export interface StepProps {
  flow: Flow
  actions: EnrolmentActions
  frame: { trouble: Flow['trouble']; patience: Patience; onNoThanks: () => void; onTimedOut: () => void }
}
