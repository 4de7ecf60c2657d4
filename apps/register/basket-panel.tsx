import { MAX_AMOUNT_MINOR, type TaxMode } from '@paume/contract'
import { Button } from '../design/controls.tsx'
import { Icon } from '../design/icons.tsx'
import { useText } from '../language/text.ts'
import { type Basket, changeQuantity, emptyBasket, type Line, undo } from './basket.ts'
import { rateText } from './catalogue.ts'
import { type TaxSum, taxOf } from './tax.ts'

interface BasketPanelProps {
  basket: Basket
  currency: string
  taxMode: TaxMode
  tip: boolean
  /** Name of the terminal that is charged; null when none is tied to this register. */
  terminal: string | null
  onBasket: (next: Basket) => void
  onTip: (ask: boolean) => void
  onPark: () => void
  onCharge: () => void
  onOther: () => void
}

function LineRow({ line, currency, onChange }: { line: Line; currency: string; onChange: (by: 1 | -1) => void }) {
  const { t, money } = useText()
  const { name: item } = line
  return (
    <li className="line">
      <span className="line-name">{item}</span>
      <span className="line-quantity">
        <button
          type="button"
          className="round-button"
          aria-label={t('register.fewer', { item })}
          onClick={() => onChange(-1)}
        >
          <Icon name="minus" sizePx={20} />
        </button>
        <b>{line.quantity}</b>
        <button
          type="button"
          className="round-button"
          aria-label={t('register.more', { item })}
          onClick={() => onChange(1)}
        >
          <Icon name="plus" sizePx={20} />
        </button>
      </span>
      <span className="line-price">{money(line.unitMinor * BigInt(line.quantity), currency)}</span>
    </li>
  )
}

/** The tax of a basket, rate by rate. */
export function TaxRows({ sum, mode, currency }: { sum: TaxSum; mode: TaxMode; currency: string }) {
  const { t, money, language } = useText()
  const taxed = sum.rates.filter(({ taxBasisPoints }) => taxBasisPoints > 0)
  if (taxed.length === 0) return null
  return (
    <dl className="taxes small soft">
      {mode === 'exclusive' && (
        <div>
          <dt>{t('till.subtotal')}</dt>
          <dd>{money(sum.subtotalMinor, currency)}</dd>
        </div>
      )}
      {taxed.map(({ taxBasisPoints, netMinor, taxMinor }) => (
        <div key={taxBasisPoints}>
          <dt>
            {t(mode === 'inclusive' ? 'till.tax_in' : 'till.tax_added', {
              rate: rateText(taxBasisPoints, language),
              net: money(netMinor, currency),
            })}
          </dt>
          <dd>{money(taxMinor, currency)}</dd>
        </div>
      ))}
    </dl>
  )
}

export function BasketPanel(props: BasketPanelProps) {
  const { basket, currency, taxMode, tip, terminal, onBasket, onTip, onPark, onCharge, onOther } = props
  const { t, money } = useText()
  const sum = taxOf(basket.lines, taxMode)
  const some = basket.lines.length > 0
  const chargeable = some && sum.totalMinor <= BigInt(MAX_AMOUNT_MINOR)
  return (
    <section className="basket card" aria-labelledby="basket-title">
      <div className="row between">
        <h2 id="basket-title">{t('register.basket')}</h2>
        <div className="row basket-tools">
          <Button look="quiet" icon="undo" disabled={basket.past.length === 0} onClick={() => onBasket(undo(basket))}>
            {t('register.undo')}
          </Button>
          {some && (
            <>
              <Button look="quiet" onClick={onPark}>
                {t('till.park')}
              </Button>
              <Button look="quiet" onClick={() => onBasket(emptyBasket(basket))}>
                {t('register.clear')}
              </Button>
            </>
          )}
        </div>
      </div>
      {!some && <p className="soft basket-empty">{t('register.empty')}</p>}
      <ul className="lines">
        {basket.lines.map((line) => (
          <LineRow
            key={line.key}
            line={line}
            currency={currency}
            onChange={(by) => onBasket(changeQuantity(basket, line.key, by))}
          />
        ))}
      </ul>
      <TaxRows sum={sum} mode={taxMode} currency={currency} />
      <div className="basket-foot stack">
        <label className="check">
          <input type="checkbox" checked={tip} onChange={(event) => onTip(event.target.checked)} />
          {t('register.tip')}
        </label>
        <p className="total" role="status">
          <span>{t('register.total')}</span>
          <strong>{money(sum.totalMinor, currency)}</strong>
        </p>
        {terminal === null ? (
          <p className="soft">{t('register.no_terminal')}</p>
        ) : (
          <Button look="main" large wide disabled={!chargeable} onClick={onCharge}>
            {t('register.charge', { terminal })}
          </Button>
        )}
        <Button className="basket-other" icon="cash" wide disabled={!chargeable} onClick={onOther}>
          {t('till.other')}
        </Button>
      </div>
    </section>
  )
}
