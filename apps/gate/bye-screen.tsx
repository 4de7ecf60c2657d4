import type { GateSession } from '@paume/contract'
import { Screen } from '../design/frame.tsx'
import { Icon } from '../design/icons.tsx'
import { useText } from '../language/text.ts'
import { ItemPicture, knownPicture } from '../register/item-pictures.tsx'

/** Lines on one screen; more are counted. */
const MOST_SHOWN = 8

/** Out: nothing to do. The basket as far as it is known, and that the receipt follows. */
export function ByeScreen({ session }: { session: GateSession }) {
  const { t, plural, money } = useText()
  const { lines, totalMinor, currency } = session.cart
  const shown = lines.slice(0, MOST_SHOWN)
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  return (
    <Screen name="bye" middle className="end gate-bye">
      <h1 role="alert">{t('gate.bye')}</h1>
      <p className="end-line">{t('gate.bye_line')}</p>
      {shown.length > 0 && (
        <ul className="bye-basket" aria-label={plural('gate.pieces', pieces)}>
          {shown.map(({ sku, name, quantity }) => (
            <li key={sku}>
              <ItemPicture name={knownPicture(sku)} />
              <span>{name}</span>
              <strong>× {quantity}</strong>
            </li>
          ))}
          {lines.length > MOST_SHOWN && (
            <li className="soft">{plural('gate.more_lines', lines.length - MOST_SHOWN)}</li>
          )}
        </ul>
      )}
      {shown.length > 0 && (
        <p>
          {plural('gate.pieces', pieces)} · {t('gate.about', { amount: money(totalMinor, currency) })}
        </p>
      )}
      {shown.length === 0 && (
        <span className="end-sign">
          <Icon name="hand" sizePx={96} />
        </span>
      )}
    </Screen>
  )
}
