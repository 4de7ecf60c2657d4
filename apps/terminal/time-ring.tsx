import type { Payment } from '@paume/contract'
import { useMemo } from 'react'
import { Ring } from '../design/controls.tsx'
import { useTimeLeft } from '../design/use-countdown.ts'
import { useText } from '../language/text.ts'

/** Time left of a payment. Counted from when this page met it: the clocks of server and terminal may differ by a minute. */
export function TimeRing({ payment }: { payment: Payment }) {
  const { t } = useText()
  const { id, createdAt, deadlineAt } = payment
  const spanMs = Date.parse(deadlineAt) - Date.parse(createdAt)
  // biome-ignore lint/correctness/useExhaustiveDependencies: met once for each payment
  const endAtMs = useMemo(
    () => Math.min(Date.now() + spanMs, Math.max(Date.parse(deadlineAt), Date.now() + 5_000)),
    [id],
  )
  const leftMs = useTimeLeft(endAtMs) ?? 0
  const seconds = Math.ceil(leftMs / 1000)
  return (
    <Ring share={leftMs / spanMs} sizePx={76} label={t('terminal.seconds', { count: seconds })}>
      {seconds}
    </Ring>
  )
}
