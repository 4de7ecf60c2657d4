import { Component, type ReactNode } from 'react'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/small-parts.tsx'
import { useFrameTexts } from './texts.ts'

function Crashed({ onAgain }: { onAgain: () => void }) {
  const { t } = useFrameTexts()
  return (
    <div role="alert">
      <h1 className="unseen">{t('crash_title')}</h1>
      <EmptyState title={t('crash_title')} line={t('crash_line')} icon="alert">
        <Button look="main" onClick={onAgain}>
          {t('again')}
        </Button>
      </EmptyState>
    </div>
  )
}

/** When a page breaks, or its code cannot be loaded, the rest of the console stays. Give it the address as `key`. */
export class PageGuard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    // Loaded anew: after a new version the files of the old one are gone.
    return this.state.broken ? <Crashed onAgain={() => location.reload()} /> : this.props.children
  }
}
