import type { Device } from '@paume/contract'
import { useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { useKeydown } from '../../design/use-keydown.ts'
import { sentenceKey, type Trouble, wayKey } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { addFree, addItem, type Basket, undo } from '../basket.ts'
import { BasketPanel } from '../basket-panel.tsx'
import { FreeAmount } from '../free-amount.tsx'
import { ItemGrid } from '../item-grid.tsx'

interface BasketScreenProps {
  device: Device
  basket: Basket
  tip: boolean
  trouble?: Trouble
  terminal: string | null
  /** False while a dialog lies over the screen: keys then belong to it. */
  keyboard: boolean
  onBasket: (next: Basket) => void
  onTip: (ask: boolean) => void
  onCharge: () => void
  onHistory: () => void
}

export function BasketScreen(props: BasketScreenProps) {
  const { device, basket, tip, trouble, terminal, keyboard, onBasket, onTip, onCharge, onHistory } = props
  const { t } = useText()
  const [typedMinor, setTypedMinor] = useState(0n)
  const { currency } = device.shop

  const takeTyped = () => {
    onBasket(addFree(basket, typedMinor))
    setTypedMinor(0n)
  }
  useKeydown((event) => {
    const command = event.ctrlKey || event.metaKey
    if (command && event.key === 'Enter') onCharge()
    else if (command && event.key.toLowerCase() === 'z') onBasket(undo(basket))
    else if (event.key === 'Escape') setTypedMinor(0n)
    else if (!command && event.key === '+' && typedMinor > 0n) takeTyped()
    else return
    event.preventDefault()
  }, keyboard)

  return (
    <Screen name="basket" className="register">
      <h1 className="unseen">{t('register.title')}</h1>
      {trouble && (
        <Notice tone="bad" urgent>
          <p>{t(sentenceKey(trouble))}</p>
          <p>{t(wayKey(trouble))}</p>
        </Notice>
      )}
      <div className="register-columns">
        <section className="goods stack" aria-label={t('register.items')}>
          <ItemGrid currency={currency} onAdd={(item) => onBasket(addItem(basket, item))} />
          <div className="row between">
            <p className="soft small keys-help">{t('register.keys')}</p>
            <Button onClick={onHistory}>{t('register.history')}</Button>
          </div>
        </section>
        <section className="typed card" aria-label={t('register.free')}>
          <h2>{t('register.free')}</h2>
          <FreeAmount
            typedMinor={typedMinor}
            currency={currency}
            label={t('register.free_label')}
            action={() => t('register.free_add')}
            keyboard={keyboard}
            onType={setTypedMinor}
            onDone={takeTyped}
          />
        </section>
        <BasketPanel {...{ basket, currency, tip, terminal, onBasket, onTip, onCharge }} />
      </div>
    </Screen>
  )
}
