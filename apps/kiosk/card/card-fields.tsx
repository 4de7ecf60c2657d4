import type { CardSetup } from '@paume/contract'
import { useEffect, useRef, useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { useText } from '../../language/text.ts'

/** What of Stripe's page script is used here (docs.stripe.com/js). */
type StripeScript = (publishableKey: string) => {
  elements(options: { clientSecret: string }): {
    create(kind: 'payment'): { mount(node: HTMLElement): void; destroy(): void }
  }
  confirmSetup(options: { elements: unknown; redirect: 'if_required' }): Promise<{ error?: { message?: string } }>
}

/** The script lives at the processor's own address and nowhere else: what is loaded there may change, and must. */
async function loadScript(src: string): Promise<StripeScript> {
  const known = () => (window as { Stripe?: StripeScript }).Stripe
  if (!known()) {
    await new Promise<void>((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src, async: true })
      script.onload = () => resolve()
      script.onerror = () => reject(new Error('the card fields did not load'))
      document.head.append(script)
    })
  }
  return known() ?? Promise.reject(new Error('the card fields did not start'))
}

type Fields = { confirm: () => Promise<boolean>; close: () => void }

async function openFields(setup: CardSetup, publishableKey: string, node: HTMLElement): Promise<Fields> {
  const stripe = (await loadScript(setup.confirmUrl))(publishableKey)
  const elements = stripe.elements({ clientSecret: setup.clientSecret })
  const card = elements.create('payment')
  card.mount(node)
  return {
    confirm: async () => (await stripe.confirmSetup({ elements, redirect: 'if_required' })).error === undefined,
    close: () => card.destroy(),
  }
}

interface CardFieldsProps {
  setup: CardSetup
  publishableKey: string
  onGiven: () => void
}

/** The processor's own fields, in frames of the processor: what is typed there cannot be read by this page. The last choice. */
export function CardFields({ setup, publishableKey, onGiven }: CardFieldsProps) {
  const { t } = useText()
  const place = useRef<HTMLDivElement>(null)
  const fields = useRef<Fields | null>(null)
  const [at, setAt] = useState<'loading' | 'ready' | 'sending' | 'refused' | 'broken'>('loading')

  useEffect(() => {
    let left = false
    openFields(setup, publishableKey, place.current!)
      .then((opened) => {
        if (left) return opened.close()
        fields.current = opened
        setAt('ready')
      })
      .catch(() => !left && setAt('broken'))
    return () => {
      left = true
      fields.current?.close()
      fields.current = null
    }
  }, [setup, publishableKey])

  const send = async () => {
    setAt('sending')
    const given = await fields.current!.confirm().catch(() => false)
    if (given) onGiven()
    else setAt('refused')
  }
  return (
    <div className="card card-fields stack">
      {at === 'broken' && (
        <Notice tone="bad" urgent>
          <p>{t('kiosk.card_fields_broken')}</p>
        </Notice>
      )}
      {at === 'refused' && (
        <Notice tone="bad" urgent>
          <p>{t('problem.card_declined_at_setup')}</p>
        </Notice>
      )}
      <div ref={place} className="card-fields-place" />
      <Button look="main" large disabled={at !== 'ready' && at !== 'refused'} onClick={() => void send()}>
        {t(at === 'sending' ? 'kiosk.card_saving' : 'kiosk.card_save')}
      </Button>
    </div>
  )
}
