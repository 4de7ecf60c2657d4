import { Failed, Note } from '../parts/index.ts'
import { PasskeyTrouble } from './passkey.ts'
import { useSignInTexts } from './texts.ts'

/** What went wrong with a passkey, or with anything else. */
export function Trouble({ error }: { error: unknown }) {
  const { t } = useSignInTexts()
  if (error === null || error === undefined) return null
  if (!(error instanceof PasskeyTrouble)) return <Failed error={error} small />
  return (
    <div role="alert">
      <Note tone="warn">{t(`passkey_${error.fault}`)}</Note>
    </div>
  )
}
