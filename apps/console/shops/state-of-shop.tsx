import type { ShopListed, ShopState } from '@paume/contract'
import { StatePill, type Tone } from '../parts/index.ts'
import { useShopTexts } from './texts.ts'

const TONES: Record<ShopState, Tone> = {
  planned: 'plain',
  installing: 'accent',
  ready: 'accent',
  live: 'good',
  paused: 'warn',
  closed: 'plain',
}

export function StateOfShop({ shop }: { shop: Pick<ShopListed, 'state'> }) {
  const { t } = useShopTexts()
  return <StatePill tone={TONES[shop.state]}>{t(`state_${shop.state}`)}</StatePill>
}

/** Whether devices of a shop may serve, and why not. */
export function Serving({ shop }: { shop: Pick<ShopListed, 'notLive'> }) {
  const { t } = useShopTexts()
  return shop.notLive === null ? (
    <StatePill tone="good">{t('serves')}</StatePill>
  ) : (
    <StatePill tone="warn">{t(`not_${shop.notLive}`)}</StatePill>
  )
}
