import type { ReactNode } from 'react'
import { useFrameTexts } from '../frame/texts.ts'
import type { Load } from '../frame/use-load.ts'
import { Failed } from './failed.tsx'

interface LoadedProps<T> {
  load: Load<T>
  children(data: T): ReactNode
  /** Lines of grey where the answer will stand. */
  lines?: number
}

/** Shows what was loaded; grey lines until then, and why it failed with a way to try again. What is shown stays while it is asked for again. */
export function Loaded<T>({ load, children, lines = 4 }: LoadedProps<T>) {
  const { t } = useFrameTexts()
  const { data, error, reload } = load
  if (data === null && error) return <Failed error={error} onAgain={reload} />
  if (data === null)
    return (
      <div className="skeletons" role="status" aria-label={t('loading')}>
        {Array.from({ length: lines }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: grey lines are all alike
          <span key={line} className="skeleton" />
        ))}
      </div>
    )
  return (
    <>
      {error !== null && <Failed error={error} onAgain={reload} small />}
      {children(data)}
    </>
  )
}
