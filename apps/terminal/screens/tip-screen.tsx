import type { Payment } from '@paume/contract'
import { useState } from 'react'
import { Button } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { percentOf } from '../../language/money.ts'
import { useText } from '../../language/text.ts'
import { AmountHead } from '../amount-head.tsx'
import { TimeRing } from '../time-ring.tsx'

interface TipScreenProps {
  payment: Payment
  onTip: (tipMinor: number) => void
  onCancel: () => void
}

/** Tip before palm: the total is known before the hand is shown. “No tip” is as large as the others. */
export function TipScreen({ payment, onTip, onCancel }: TipScreenProps) {
  const { t, money } = useText()
  const [chosen, setChosen] = useState(false)
  const choose = (tipMinor: number) => {
    setChosen(true)
    onTip(tipMinor)
    // A reply that never comes must not lock the choice.
    setTimeout(() => setChosen(false), 3_000)
  }
  return (
    <Screen name="tip" middle className="pay">
      <div className="pay-head">
        <AmountHead payment={payment} />
        <TimeRing payment={payment} />
      </div>
      <h2>{t('terminal.tip_title')}</h2>
      <div className="tips">
        {(payment.tip.presets ?? []).map((percent) => {
          const tipMinor = Number(percentOf(BigInt(payment.amountMinor), percent))
          return (
            <button key={percent} type="button" className="tip" disabled={chosen} onClick={() => choose(tipMinor)}>
              <strong>{t('terminal.tip_percent', { percent })}</strong>
              <span>{money(tipMinor, payment.currency)}</span>
            </button>
          )
        })}
        <button type="button" className="tip" disabled={chosen} onClick={() => choose(0)}>
          <strong>{t('terminal.tip_none')}</strong>
        </button>
      </div>
      <Button look="quiet" onClick={onCancel}>
        {t('terminal.cancel')}
      </Button>
    </Screen>
  )
}
