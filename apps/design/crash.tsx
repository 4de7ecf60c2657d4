import { Component, type ReactNode } from 'react'
import { language, textIn } from '../language/text.ts'
import { Button } from './controls.tsx'

/** When a page breaks, a person reads a sentence and a way on instead of a white screen. */
export class CrashGuard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    const { t } = textIn(language.get())
    return (
      <main className="page page-middle stack" role="alert">
        <h1>{t('page.crash_title')}</h1>
        <p>{t('page.crash_line')}</p>
        <div className="row">
          <Button look="main" large onClick={() => location.reload()}>
            {t('page.crash_reload')}
          </Button>
        </div>
      </main>
    )
  }
}
