import type { DeviceApi } from '@paume/client'
import type { CardSetupKind } from '@paume/contract'
import { type ReactNode, useEffect } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { sentenceKey, wayKey } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { CardFields } from '../card/card-fields.tsx'
import { PhoneHandOff, ReaderHandOff } from '../card/hand-off.tsx'
import { TapCards } from '../card/tap-cards.tsx'
import { type CardSetupHandle, useCardSetup } from '../card/use-card-setup.ts'
import { StepFrame } from '../step-frame.tsx'
import type { StepProps } from './step-props.ts'

interface CardScreenProps extends StepProps {
  api: DeviceApi
  report: (error: unknown) => boolean
  /** A card is waited for elsewhere, or not any more: meanwhile nobody has to touch this screen. */
  onWaiting: (waiting: boolean) => void
}

/** The card: at a reader beside the kiosk, on the shopper's own phone, in the processor's fields; on sandbox systems test cards to tap. */
export function CardScreen({ flow, frame, actions, api, report, onWaiting }: CardScreenProps) {
  const { t } = useText()
  const card = useCardSetup(api, flow.enrolment.id, report)
  const { state } = card
  const waiting = state.at === 'giving' && state.endsAtMs !== null
  useEffect(() => onWaiting(waiting), [waiting, onWaiting])
  useEffect(() => () => onWaiting(false), [onWaiting])
  const givenId = state.at === 'given' ? state.setupId : null
  useEffect(() => {
    if (givenId !== null) actions.keepCard(givenId)
  }, [givenId, actions])

  const title =
    state.at === 'giving' && state.form === 'hosted_page'
      ? 'kiosk.card_phone_title'
      : state.at === 'giving' && state.form === 'reader'
        ? 'kiosk.card_reader_title'
        : 'kiosk.card_title'
  return (
    <StepFrame
      {...frame}
      screen="card"
      action={
        waiting && (
          <Button large onClick={card.stop}>
            {t('kiosk.card_stop')}
          </Button>
        )
      }
    >
      <div className="stack">
        <h1>{t(title)}</h1>
        <p>{t('kiosk.card_line')}</p>
      </div>
      <CardBody {...{ card, flow, actions }} />
    </StepFrame>
  )
}

function CardBody({ card, flow, actions }: { card: CardSetupHandle } & Pick<StepProps, 'flow' | 'actions'>): ReactNode {
  const { t } = useText()
  const { state } = card
  switch (state.at) {
    case 'opening':
      return (
        <p role="status" className="soft">
          {t('kiosk.card_opening')}
        </p>
      )
    case 'given':
      // What went wrong while it was kept stands above; it can be asked for again as often as one likes.
      return flow.trouble && !flow.busy ? (
        <Button look="main" large onClick={() => actions.keepCard(state.setupId)}>
          {t('page.again')}
        </Button>
      ) : (
        <p role="status" className="soft">
          {t('kiosk.card_saving')}
        </p>
      )
    case 'unavailable':
      return (
        <div className="stack">
          <Notice tone="warn" urgent>
            <p>{t(sentenceKey(state.trouble))}</p>
            <p>{t(wayKey(state.trouble))}</p>
          </Notice>
          <Ways ways={[null]} card={card} />
        </div>
      )
    case 'over':
      return (
        <div className="stack">
          <Notice tone={state.why === 'refused' ? 'bad' : 'warn'} urgent>
            <p>{t(`kiosk.card_${state.why}`)}</p>
          </Notice>
          <Ways ways={[state.form, ...state.others]} again={state.form} card={card} />
        </div>
      )
    case 'giving': {
      const ways = <Ways ways={state.setup.others ?? []} card={card} />
      return (
        <>
          {/* Above a long list of cards to tap, or nobody would find it. */}
          {state.form === 'sandbox' && ways}
          <Giving state={state} card={card} flow={flow} actions={actions} />
          {state.form !== 'sandbox' && ways}
        </>
      )
    }
  }
}

type GivingProps = Pick<StepProps, 'flow' | 'actions'> & {
  card: CardSetupHandle
  state: CardSetupHandle['state'] & { at: 'giving' }
}

function Giving({ state, card, flow, actions }: GivingProps): ReactNode {
  const { t } = useText()
  const { setup, endsAtMs } = state
  const form = setup.form ?? { kind: 'sandbox' }
  switch (form.kind) {
    case 'hosted_page':
      return <PhoneHandOff url={setup.confirmUrl} endsAtMs={endsAtMs!} />
    case 'reader':
      return <ReaderHandOff endsAtMs={endsAtMs!} />
    case 'elements':
      return <CardFields setup={setup} publishableKey={form.publishableKey} onGiven={() => card.tell('given')} />
    case 'sandbox':
      return (
        <>
          <p role="status" className="soft">
            {t(flow.busy ? 'kiosk.card_saving' : 'kiosk.card_sandbox')}
          </p>
          <TapCards busy={flow.busy} onCard={(tapped) => actions.saveCard(setup, tapped)} />
        </>
      )
  }
}

const WAY = {
  reader: 'kiosk.card_way_reader',
  hosted_page: 'kiosk.card_way_phone',
  elements: 'kiosk.card_way_fields',
  sandbox: 'kiosk.card_way_tap',
} as const

interface WaysProps {
  /** `null`: whichever is the best. */
  ways: (CardSetupKind | null)[]
  /** The way that was tried and may be tried again. */
  again?: CardSetupKind
  card: CardSetupHandle
}

/** The other ways to give the card, as buttons. */
function Ways({ ways, again, card }: WaysProps) {
  const { t } = useText()
  if (ways.length === 0) return null
  return (
    <div className="row card-ways">
      {ways.map((way) => (
        <Button key={way} look={way === null || way === again ? 'main' : 'plain'} large onClick={() => card.open(way)}>
          {t(way === null || way === again ? 'page.again' : WAY[way])}
        </Button>
      ))}
    </div>
  )
}
