import '../design/tokens.css'
import '../design/base.css'
import '../design/components.css'
import './styles/tokens.css'
import './styles/shell.css'
import './styles/parts.css'
import './styles/forms.css'
import './styles/table.css'
import './styles/chart.css'
import './styles/dialogs.css'
import './styles/small-and-print.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ConsoleApp } from './app.tsx'
import { PageGuard } from './frame/page-guard.tsx'
import { SessionProvider } from './frame/session.tsx'
import { ToastProvider } from './parts/toast.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('the document has no #root')
createRoot(root).render(
  <StrictMode>
    <PageGuard>
      <ToastProvider>
        <SessionProvider>
          <ConsoleApp />
        </SessionProvider>
      </ToastProvider>
    </PageGuard>
  </StrictMode>,
)
