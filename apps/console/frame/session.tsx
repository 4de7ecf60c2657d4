import { isPaumeError } from '@paume/client'
import { type Permission, permits, type StaffSelf } from '@paume/contract'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { useApi } from './api.ts'
import { openNews } from './news.ts'

export type SessionState =
  | { at: 'asking' }
  | { at: 'failed'; error: unknown }
  | { at: 'signed_out' }
  | { at: 'signed_in'; self: StaffSelf }

export type Session = {
  state: SessionState
  /** Takes a person in who has just signed in, or changed their own name or language. */
  enter(self: StaffSelf): void
  signOut(): Promise<void>
  /** Asks again who is signed in. */
  again(): void
  /** To be told of every failure: a session that has ended leads to the sign-in. */
  onFailure(error: unknown): void
}

const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('outside of SessionProvider')
  return session
}

/** The person who is signed in. Only below pages that need one. */
export function useSelf(): StaffSelf & { may(permission: Permission): boolean } {
  const { state } = useSession()
  if (state.at !== 'signed_in') throw new Error('nobody is signed in here')
  const { self } = state
  return useMemo(() => ({ ...self, may: (permission) => permits(self.roles, permission) }), [self])
}

/** Asks once who is signed in, and keeps what came of it. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const api = useApi()
  const [state, setState] = useState<SessionState>({ at: 'asking' })
  const [turn, setTurn] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is the wish to ask again
  useEffect(() => {
    const abort = new AbortController()
    api.staff.me({ signal: abort.signal }).then(
      (self) => setState({ at: 'signed_in', self }),
      (error: unknown) => {
        if (abort.signal.aborted) return
        setState(isPaumeError(error, 'staff_session_required') ? { at: 'signed_out' } : { at: 'failed', error })
      },
    )
    return () => abort.abort()
  }, [api, turn])

  const signedIn = state.at === 'signed_in'
  useEffect(() => (signedIn ? openNews() : undefined), [signedIn])

  const enter = useCallback((self: StaffSelf) => setState({ at: 'signed_in', self }), [])
  const again = useCallback(() => {
    setState({ at: 'asking' })
    setTurn((before) => before + 1)
  }, [])
  const signOut = useCallback(async () => {
    await api.staff.signOut()
    setState({ at: 'signed_out' })
  }, [api])
  const onFailure = useCallback((error: unknown) => {
    if (isPaumeError(error, 'staff_session_required')) setState({ at: 'signed_out' })
  }, [])
  const session = useMemo(
    () => ({ state, enter, again, signOut, onFailure }),
    [state, enter, again, signOut, onFailure],
  )
  return <SessionContext value={session}>{children}</SessionContext>
}
