import type { ErasureReceipt } from '@paume/contract'
import { Button } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { PalmFigure } from '../../design/palm-figure.tsx'
import { useText } from '../../language/text.ts'
import { StillThere, TimeLeft } from '../step-frame.tsx'
import type { Patience } from '../use-patience.ts'

interface ErasedScreenProps {
  receipt: ErasureReceipt
  patience: Patience
  onLeave: () => void
}

/** Proof to leave with: what was deleted, what the law keeps and why, and the entry in the audit log. */
export function ErasedScreen({ receipt, patience, onLeave }: ErasedScreenProps) {
  const { t, dateTime } = useText()
  const { sequence, sha256 } = receipt.auditEntry
  return (
    <Screen name="erased" middle className="kiosk stack-l">
      <PalmFigure side="R" linesDrawn={0} className="figure-small" />
      <div className="stack">
        <h1>{t('erase.done_title')}</h1>
        <p role="status">{t('erase.done_at', { at: dateTime(receipt.erasedAt) })}</p>
      </div>
      <div className="done-columns">
        <section className="card stack" aria-labelledby="erased">
          <h2 id="erased">{t('erase.done_erased')}</h2>
          <ul className="next stack">
            {receipt.erased.map((what) => (
              // The system says these in English.
              <li key={what} lang="en">
                {what}
              </li>
            ))}
          </ul>
        </section>
        {receipt.kept.length > 0 && (
          <section className="card stack" aria-labelledby="kept">
            <h2 id="kept">{t('erase.done_kept')}</h2>
            <ul className="next stack">
              {receipt.kept.map(({ what, why }) => (
                <li key={what} lang="en">
                  {what}: {why}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <p className="small soft">{t('erase.done_entry', { sequence, hash: sha256.slice(0, 16) })}</p>
      <div className="kiosk-foot no-print">
        <TimeLeft patience={patience} />
        <Button icon="print" large onClick={() => window.print()}>
          {t('register.print')}
        </Button>
        <Button look="main" large onClick={onLeave}>
          {t('kiosk.done_leave')}
        </Button>
      </div>
      <StillThere patience={patience} onTimedOut={onLeave} />
    </Screen>
  )
}
