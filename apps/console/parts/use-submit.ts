import { type FormEvent, useCallback, useState } from 'react'
import { useFieldProblems } from '../frame/problem-text.ts'
import { useSession } from '../frame/session.tsx'

export type Submit = {
  /** For `<form onSubmit>` or a button: runs once at a time. */
  submit(event?: FormEvent): Promise<void>
  busy: boolean
  /** Why it failed; null while nothing did. Show it with `<Failed small>`. */
  error: unknown
  /** What is wrong with each field, by the name that the contract gives it; `address.town` for one inside another. */
  errors: Record<string, string>
  clear(): void
}

/** Sends a form: busy meanwhile, and the server's complaints (RFC 9457) come back at the fields they are about. */
export function useSubmit(work: () => Promise<unknown>): Submit {
  const { onFailure } = useSession()
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null })
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    if (state.busy) return
    setState({ busy: true, error: null })
    try {
      await work()
      setState({ busy: false, error: null })
    } catch (error) {
      onFailure(error)
      setState({ busy: false, error })
    }
  }
  const clear = useCallback(() => setState({ busy: false, error: null }), [])
  const errors = useFieldProblems(state.error)
  return { submit, busy: state.busy, error: state.error, errors, clear }
}
