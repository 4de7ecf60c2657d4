import type { Payment } from '@paume/contract'
import { useEffect, useMemo, useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { useTimeLeft } from '../../design/use-countdown.ts'
import { cardValues } from '../../language/brands.ts'
import { useText } from '../../language/text.ts'
import { AmountHead } from '../amount-head.tsx'

interface CardScreenProps {
  payment: Payment
  onCard: (choice: number) => void
  onCancel: () => void
}

/** Which card pays: brand and last four digits, nothing else of the shopper. Says what happens when nobody chooses. */
export function CardScreen({ payment, onCard, onCancel }: CardScreenProps) {
  const { t } = useText()
  const [chosen, setChosen] = useState(false)
  const choice = payment.cardChoice
  // A reply that never comes must not lock the choice.
  useEffect(() => {
    if (!chosen) return
    const timer = setTimeout(() => setChosen(false), 6_000)
    return () => clearTimeout(timer)
  }, [chosen])
  const until = choice?.until
  // Counted from when this page met the choice: the clocks of server and terminal may differ.
  const endAtMs = useMemo(() => Math.min(until ? Date.parse(until) : 0, Date.now() + 20_000), [until])
  const leftMs = useTimeLeft(endAtMs) ?? 0
  if (!choice) return null
  const seconds = Math.max(0, Math.ceil(leftMs / 1000))
  return (
    <Screen name="cards" middle className="pay">
      <div className="pay-head">
        <AmountHead payment={payment} />
      </div>
      {choice.declined && (
        <Notice tone="warn" urgent>
          <p>{t(`reason.${choice.declined}`)}</p>
        </Notice>
      )}
      <h2>{t(choice.declined ? 'terminal.choose_declined' : 'terminal.choose_title')}</h2>
      <div className="tips">
        {choice.cards.map((card) => (
          <button
            key={card.choice}
            type="button"
            className="pick"
            disabled={chosen}
            onClick={() => {
              setChosen(true)
              onCard(card.choice)
            }}
          >
            <strong>{t('terminal.approved_card', cardValues(card))}</strong>
            {card.default && <span>{t('terminal.choose_default')}</span>}
          </button>
        ))}
      </div>
      <p className="soft">
        {t(choice.declined ? 'terminal.choose_then_end' : 'terminal.choose_then')}{' '}
        {t('terminal.seconds', { count: seconds })}
      </p>
      <Button look="quiet" onClick={onCancel}>
        {t('terminal.cancel')}
      </Button>
    </Screen>
  )
}
