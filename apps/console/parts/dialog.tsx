import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useFrameTexts } from '../frame/texts.ts'
import { Button, IconButton } from './button.tsx'
import { Failed } from './failed.tsx'
import { TextField } from './fields.tsx'

interface DialogProps {
  title: string
  onClose(): void
  children: ReactNode
  /** Buttons at its end. */
  foot?: ReactNode
  wide?: boolean
}

/** The browser's own modal dialog: focus stays inside and goes back where it came from; Escape and a click beside it close it. */
function Modal({ title, onClose, children, foot, className }: DialogProps & { className: string }) {
  const { t } = useFrameTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  const name = useId()
  useEffect(() => {
    const shown = dialog.current
    const before = document.activeElement
    if (shown && !shown.open) shown.showModal()
    // The first thing to fill in, not the cross.
    shown?.querySelector<HTMLElement>('.modal-body :is(input, select, textarea):not([type=hidden], :disabled)')?.focus()
    return () => {
      shown?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, which is the keyboard's way
    <dialog
      ref={dialog}
      className={className}
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
    >
      <div className="modal-inside">
        <header className="modal-head">
          <h2 id={name}>{title}</h2>
          <IconButton icon="cross" label={t('close')} onClick={onClose} />
        </header>
        <div className="modal-body">{children}</div>
        {foot && <footer className="modal-foot">{foot}</footer>}
      </div>
    </dialog>
  )
}

/** A question in the middle of the page. */
export const Dialog = ({ wide, ...rest }: DialogProps) => (
  <Modal {...rest} className={`modal ${wide ? 'modal-wide' : ''}`} />
)

/** Details at the side of the page, over what was there: a row that was opened. The whole page on a phone. */
export const Drawer = ({ wide, ...rest }: DialogProps) => (
  <Modal {...rest} className={`drawer ${wide ? 'drawer-wide' : ''}`} />
)

interface ConfirmDialogProps {
  title: string
  /** What happens, and what cannot be undone. */
  children: ReactNode
  /** What the button says: the act itself, never "OK". */
  action: string
  /** For dangerous things: the word or name that has to be typed. */
  typed?: string
  danger?: boolean
  onConfirm(): Promise<unknown>
  onClose(): void
}

/** Asks before something is done. Stays open and says why when it fails; closes by itself when it is done. */
export function ConfirmDialog({ title, children, action, typed, danger, onConfirm, onClose }: ConfirmDialogProps) {
  const { t } = useFrameTexts()
  const [word, setWord] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const form = useId()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || (typed !== undefined && word.trim() !== typed)) return
    setBusy(true)
    setError(null)
    try {
      await onConfirm()
      onClose()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="submit"
            form={form}
            look={danger || typed !== undefined ? 'bad' : 'main'}
            busy={busy}
            disabled={typed !== undefined && word.trim() !== typed}
          >
            {action}
          </Button>
        </>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        {children}
        {typed !== undefined && (
          <TextField label={t('type_to_confirm', { word: typed })} value={word} onChange={setWord} autoComplete="off" />
        )}
        {error !== null && <Failed error={error} small />}
      </form>
    </Dialog>
  )
}
