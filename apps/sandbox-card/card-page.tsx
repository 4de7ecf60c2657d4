import { openPublic } from '@paume/client'
import { useState } from 'react'
import { Notice } from '../design/controls.tsx'
import { Frame, Screen } from '../design/frame.tsx'
import { TapCards } from '../kiosk/card/tap-cards.tsx'
import { type TestCard, typedFields } from '../kiosk/card/test-cards.ts'
import { cardValues } from '../language/brands.ts'
import { sentenceKey, type Trouble, troubleOf } from '../language/problem-text.ts'
import { useText } from '../language/text.ts'

/** `#<set-up>.<secret>`: a phone that scanned the kiosk's code. Without it: the reader beside the kiosk. */
function setupOf(hash: string): { confirmUrl: string; clientSecret: string } | null {
  const [setupId, clientSecret] = hash.slice(1).split('.')
  return setupId && clientSecret ? { confirmUrl: `/sandbox/processor/setups/${setupId}`, clientSecret } : null
}

/** What stands for pages and readers of a card processor, on sandbox systems only. */
export function SandboxCardPage() {
  const { t } = useText()
  const [setup] = useState(() => setupOf(location.hash))
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState<{ brand: string; last4: string } | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const title = t(setup ? 'kiosk.card_page_title' : 'kiosk.card_page_reader')
  const give = async (card: TestCard) => {
    setBusy(true)
    setTrouble(null)
    setSaved(null)
    const { sandbox } = openPublic({ baseUrl: location.origin })
    const fields = typedFields(card, new Date())
    try {
      setSaved(await (setup ? sandbox.confirmCard(setup, fields) : sandbox.holdToReader(fields)))
    } catch (error) {
      setTrouble(troubleOf(error))
    }
    setBusy(false)
  }
  const isDone = saved !== null && setup !== null
  const idle = trouble?.code === 'card_setup_unknown' && setup === null
  return (
    <Frame title={title} sandbox withSound={false}>
      <Screen name={isDone ? 'card_saved' : 'card_page'} middle={isDone} className="kiosk stack-l">
        <div className="stack">
          <h1>{isDone ? t('kiosk.card_page_done', cardValues(saved)) : title}</h1>
          <p>{t(isDone ? 'kiosk.card_page_back' : setup ? 'kiosk.card_page_line' : 'kiosk.card_page_reader_line')}</p>
        </div>
        {saved && !isDone && (
          <Notice tone="good" urgent>
            <p>{t('kiosk.card_page_done', cardValues(saved))}</p>
          </Notice>
        )}
        {trouble && (
          <Notice tone={idle ? 'warn' : 'bad'} urgent>
            <p>{t(idle ? 'kiosk.card_page_idle' : sentenceKey(trouble))}</p>
          </Notice>
        )}
        {!isDone && <TapCards busy={busy} onCard={(card) => void give(card)} />}
      </Screen>
    </Frame>
  )
}
