import type { PaymentState } from '@paume/contract'
import { StatePill, type Tone } from '../parts/index.ts'
import { usePaymentTexts } from './texts.ts'

const TONES: Partial<Record<PaymentState, Tone>> = {
  approved: 'good',
  declined: 'bad',
  unknown: 'warn',
  cancelled: 'plain',
  expired: 'plain',
}

/** How a payment stands, in words. */
export function StateOfPayment({ state }: { state: PaymentState }) {
  const { t } = usePaymentTexts()
  return <StatePill tone={TONES[state] ?? 'accent'}>{t(`state_${state}`)}</StatePill>
}
