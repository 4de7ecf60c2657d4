import { Notice } from '../design/controls.tsx'
import { sentenceKey, type Trouble, wayKey } from '../language/problem-text.ts'
import { useText } from '../language/text.ts'

/** What went wrong, and the way on. Nothing where nothing did. */
export function TroubleNotice({ trouble }: { trouble: Trouble | null | undefined }) {
  const { t } = useText()
  if (!trouble) return null
  return (
    <Notice tone="bad" urgent>
      <p>{t(sentenceKey(trouble))}</p>
      <p>{t(wayKey(trouble))}</p>
    </Notice>
  )
}
