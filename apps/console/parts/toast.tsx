import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { Icon } from '../../design/icons.tsx'
import { useFrameTexts } from '../frame/texts.ts'

export type ToastTone = 'good' | 'bad' | 'plain'
type Toast = { id: number; tone: ToastTone; line: string }

export type SayToast = (line: string, tone?: ToastTone) => void

const ToastContext = createContext<SayToast | null>(null)

/** Long enough to read a sentence twice, ms. A failure stays until it is closed. */
const SHOWN_MS = 7_000
const ICONS = { good: 'check', bad: 'alert', plain: 'info' } as const
let last = 0

/** Says that something was done, at the edge of the page and to screen readers: `const say = useToast()`, `say(t('saved'))`. */
export function useToast(): SayToast {
  const say = useContext(ToastContext)
  if (say === null) throw new Error('outside of ToastProvider')
  return say
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useFrameTexts()
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const close = useCallback((id: number) => setToasts((before) => before.filter((each) => each.id !== id)), [])
  const say = useCallback<SayToast>(
    (line, tone = 'good') => {
      last += 1
      const id = last
      setToasts((before) => [...before.slice(-2), { id, tone, line }])
      if (tone !== 'bad') setTimeout(() => close(id), SHOWN_MS)
    },
    [close],
  )
  return (
    <ToastContext value={say}>
      {children}
      <div className="toasts no-print" role="status" aria-live="polite">
        {toasts.map(({ id, tone, line }) => (
          <div key={id} className="toast" data-tone={tone}>
            <Icon name={ICONS[tone]} sizePx={20} />
            <p>{line}</p>
            <button type="button" className="icon-button" aria-label={t('close')} onClick={() => close(id)}>
              <Icon name="cross" sizePx={18} />
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  )
}
