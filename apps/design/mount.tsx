import './tokens.css'
import './base.css'
import './components.css'
import './page.css'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CrashGuard } from './crash.tsx'

/** Puts a page into its document. */
export function mount(page: ReactNode): void {
  const root = document.getElementById('root')
  if (!root) throw new Error('the document has no #root')
  createRoot(root).render(
    <StrictMode>
      <CrashGuard>{page}</CrashGuard>
    </StrictMode>,
  )
}
