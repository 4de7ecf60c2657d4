import type { HandSide } from '@paume/contract'
import { useState } from 'react'
import { Button, Dialog } from '../design/controls.tsx'
import { useText } from '../language/text.ts'

interface OneHandProps {
  /** The palm that has its pictures already, if one has. */
  done: HandSide | null
  /** Chosen before: the only hand of this registration. */
  only: HandSide | null
  onOnly: (hand: HandSide | null) => void
  onLeave: () => void
}

/** A bandage, an injury, one hand: goes on with the palm that can be shown, and takes that back. Nobody has to say why. */
export function OneHand({ done, only, onOnly, onLeave }: OneHandProps) {
  const { t } = useText()
  const [open, setOpen] = useState(false)
  if (only !== null) {
    return (
      <Button look="quiet" onClick={() => onOnly(null)}>
        {t('kiosk.one_both')}
      </Button>
    )
  }
  const choose = (hand: HandSide | null) => {
    setOpen(false)
    onOnly(hand)
  }
  return (
    <>
      <Button look="quiet" onClick={() => setOpen(true)}>
        {t('kiosk.one_open')}
      </Button>
      {open && (
        <Dialog title={t('kiosk.one_title')} onClose={() => setOpen(false)}>
          <p>{t('kiosk.one_line')}</p>
          <p className="soft">{t('kiosk.one_sure')}</p>
          <div className="stack">
            {done === null ? (
              <div className="row one-hands">
                <Button look="main" large onClick={() => choose('L')}>
                  {t('kiosk.one_left')}
                </Button>
                <Button look="main" large onClick={() => choose('R')}>
                  {t('kiosk.one_right')}
                </Button>
              </div>
            ) : (
              <Button look="main" large onClick={() => choose(done)}>
                {t(done === 'L' ? 'kiosk.one_finish_left' : 'kiosk.one_finish_right')}
              </Button>
            )}
            <Button onClick={() => setOpen(false)}>{t('kiosk.one_stay')}</Button>
            <Button look="quiet" onClick={onLeave}>
              {t('kiosk.one_none')}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
