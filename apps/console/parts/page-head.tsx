import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from '../frame/link.tsx'
import { useFrameTexts } from '../frame/texts.ts'

interface PageHeadProps {
  title: string
  /** A sentence under it: what this page is for. */
  line?: ReactNode
  /** Pages above this one, from the top. */
  trail?: readonly { to: string; title: string }[]
  /** Pills beside the title. */
  beside?: ReactNode
  /** Buttons. */
  actions?: ReactNode
}

/** Of the console, not of a component: the first page keeps the focus where the browser puts it. */
let lastPath: string | null = null

/** The head of every page: its one `<h1>`, where it stands, and what can be done. A new page takes the focus here. */
export function PageHead({ title, line, trail, beside, actions }: PageHeadProps) {
  const { t } = useFrameTexts()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Paume`
  }, [title])
  useEffect(() => {
    const { pathname } = location
    if (lastPath !== null && lastPath !== pathname && !document.querySelector('dialog[open]')) {
      heading.current?.focus({ preventScroll: true })
      window.scrollTo(0, 0)
    }
    lastPath = pathname
  }, [])
  return (
    <header className="page-head">
      {trail && trail.length > 0 && (
        <nav className="trail" aria-label={t('breadcrumbs')}>
          <ol>
            {trail.map((step) => (
              <li key={step.to}>
                <Link to={step.to}>{step.title}</Link>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className="page-head-row">
        <div className="page-head-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {beside}
        </div>
        {actions && <div className="page-head-actions no-print">{actions}</div>}
      </div>
      {line && <p className="soft page-head-line">{line}</p>}
    </header>
  )
}
