import { useState } from 'react'
import { useFormat } from '../frame/index.ts'
import { Button, CheckField, useToast } from '../parts/index.ts'
import { useSignInTexts } from './texts.ts'

interface RecoveryCodesProps {
  codes: readonly string[]
  name: string
  /** What comes after; left out, the codes only stand there. */
  onDone?: () => void
}

/** The ten codes, this one time: to print, to copy, and to say that they were kept. */
export function RecoveryCodes({ codes, name, onDone }: RecoveryCodesProps) {
  const { t } = useSignInTexts()
  const { date } = useFormat()
  const say = useToast()
  const [kept, setKept] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join('\n'))
    say(t('codes_copied'))
  }
  return (
    <div className="stack">
      <p className="soft no-print">{t('codes_line')}</p>
      <p className="print-only">{t('codes_head', { host: location.host, name, date: date(Date.now()) })}</p>
      <ol className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="row no-print">
        <Button icon="print" onClick={() => window.print()}>
          {t('codes_print')}
        </Button>
        <Button icon="copy" onClick={copy}>
          {t('codes_copy')}
        </Button>
      </div>
      {onDone && (
        <div className="stack no-print">
          <CheckField label={t('codes_kept')} checked={kept} onChange={setKept} />
          <Button look="main" disabled={!kept} onClick={onDone}>
            {t('codes_on')}
          </Button>
        </div>
      )}
    </div>
  )
}
