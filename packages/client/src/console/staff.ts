import {
  APPROVAL_HEADER,
  type Approval,
  type ApprovalAsk,
  type ApprovalQuery,
  type Invitation,
  type InvitationAccept,
  type InvitationAccepted,
  type InvitationAsk,
  type InvitationMade,
  type InvitationQuery,
  type InvitationSeen,
  type Page,
  type Passkey,
  type PasskeyAdd,
  type PasskeyCeremony,
  type RecoveryCodes,
  type StaffPerson,
  type StaffPlaces,
  type StaffPlacesQuery,
  type StaffQuery,
  type StaffRights,
  type StaffSelf,
  type StaffSelfChange,
  type StaffSession,
  type StaffSignIn,
} from '@paume/contract'
import type { ApiCall, CallOptions, Transport } from '../transport.ts'

/** Signing in, one's own account, people and approvals. The session is a cookie that scripts cannot read. */
export type StaffCalls = {
  /** Throws `staff_session_required` when nobody is signed in. */
  me(options?: CallOptions): Promise<StaffSelf>
  change(change: StaffSelfChange): Promise<StaffSelf>
  beginSignIn(): Promise<PasskeyCeremony>
  /** Throws `passkey_refused`, `rate_limited`. */
  signIn(answer: StaffSignIn): Promise<StaffSelf>
  /** Throws `recovery_code_wrong`, `rate_limited`. Opens a session that may add a passkey and nothing else. */
  signInByRecoveryCode(code: string): Promise<StaffSelf>
  signOut(): Promise<void>
  /** What a link invites to. Throws `invitation_unknown`. */
  invitation(token: string): Promise<InvitationSeen>
  beginAcceptance(token: string): Promise<PasskeyCeremony>
  accept(answer: InvitationAccept): Promise<InvitationAccepted>
  passkeys(options?: CallOptions): Promise<Passkey[]>
  /** Throws `sign_in_again` when the last sign-in is a while ago. */
  beginPasskey(): Promise<PasskeyCeremony>
  addPasskey(answer: PasskeyAdd): Promise<Passkey[]>
  renamePasskey(id: string, name: string): Promise<Passkey[]>
  /** Throws `last_passkey`, `sign_in_again`. */
  removePasskey(id: string): Promise<Passkey[]>
  /** Ten new ones; the old ones hold no longer. Throws `sign_in_again`. */
  newRecoveryCodes(): Promise<string[]>
  sessions(options?: CallOptions): Promise<StaffSession[]>
  endSession(id: string): Promise<StaffSession[]>

  people(query?: StaffQuery, options?: CallOptions): Promise<Page<StaffPerson>>
  person(id: string, options?: CallOptions): Promise<StaffPerson>
  /** Throws `rights_beyond_own`, `last_of_its_kind`. */
  setRights(id: string, rights: StaffRights): Promise<StaffPerson>
  revoke(id: string): Promise<StaffPerson>
  sessionsOf(id: string, options?: CallOptions): Promise<StaffSession[]>
  endSessionsOf(id: string): Promise<void>
  /** A link for somebody who lost every passkey and every code. */
  renew(id: string): Promise<InvitationMade>
  /** Organisations, and the shops of one: what rights can be given for. */
  places(query?: StaffPlacesQuery, options?: CallOptions): Promise<StaffPlaces>
  invite(ask: InvitationAsk): Promise<InvitationMade>
  invitations(query?: InvitationQuery, options?: CallOptions): Promise<Page<Invitation>>
  withdrawInvitation(id: string): Promise<void>

  approvals(query?: ApprovalQuery, options?: CallOptions): Promise<Page<Approval>>
  approval(id: string, options?: CallOptions): Promise<Approval>
  askApproval(ask: ApprovalAsk): Promise<Approval>
  /** Throws `approval_state`, `permission_missing`. */
  decideApproval(id: string, approve: boolean): Promise<Approval>
  /** Sends exactly the request that was approved, once. Throws `approval_state`. */
  carryOut(approval: Approval): Promise<void>

  /** Sandbox on this machine only: lets one in as a person of the demo. */
  enterSandbox(who: 'operator' | 'owner'): Promise<StaffSelf>
  /** Sandbox on this machine only: a link that makes one an operator or an owner of the demo. */
  sandboxInvitation(who: 'operator' | 'owner'): Promise<InvitationMade>
}

const at = (...parts: string[]) => `/v1/staff/${parts.map(encodeURIComponent).join('/')}`

export function staffOf({ call }: Transport): StaffCalls {
  const ask = async <T>(request: ApiCall) => (await call<T>(request)).body
  const get = <T>(path: string, options?: CallOptions) => ask<T>({ method: 'GET', path, ...options })
  const list = <T>(path: string, query: Record<string, string | number | undefined> = {}, options?: CallOptions) =>
    ask<Page<T>>({ method: 'GET', path, query, ...options })
  const post = <T>(path: string, json: unknown = {}) => ask<T>({ method: 'POST', path, json })
  const put = <T>(path: string, json: unknown) => ask<T>({ method: 'PUT', path, json, repeatable: true })
  const remove = <T>(path: string) => ask<T>({ method: 'DELETE', path })
  const passkeys = async (answer: Promise<{ passkeys: Passkey[] }>) => (await answer).passkeys
  const sessions = async (answer: Promise<{ sessions: StaffSession[] }>) => (await answer).sessions
  return {
    me: (options) => get(at('me'), options),
    change: (change) => put(at('me'), change),
    beginSignIn: () => post(at('sign-in', 'begin')),
    signIn: (answer) => post(at('sign-in'), answer),
    signInByRecoveryCode: (code) => post(at('sign-in', 'recovery-code'), { code }),
    signOut: () => remove(at('session')),
    invitation: (token) => post(at('invitations', 'look'), { token }),
    beginAcceptance: (token) => post(at('invitations', 'begin'), { token }),
    accept: (answer) => post(at('invitations', 'accept'), answer),
    passkeys: (options) => passkeys(get(at('me', 'passkeys'), options)),
    beginPasskey: () => post(at('me', 'passkeys', 'begin')),
    addPasskey: (answer) => passkeys(post(at('me', 'passkeys'), answer)),
    renamePasskey: (id, name) => passkeys(put(at('me', 'passkeys', id), { name })),
    removePasskey: (id) => passkeys(remove(at('me', 'passkeys', id))),
    newRecoveryCodes: async () => (await post<RecoveryCodes>(at('me', 'recovery-codes'))).codes,
    sessions: (options) => sessions(get(at('me', 'sessions'), options)),
    endSession: (id) => sessions(remove(at('me', 'sessions', id))),
    people: (query, options) => list(at('people'), query, options),
    person: (id, options) => get(at('people', id), options),
    setRights: (id, rights) => put(at('people', id, 'rights'), rights),
    revoke: (id) => remove(at('people', id)),
    sessionsOf: (id, options) => sessions(get(at('people', id, 'sessions'), options)),
    endSessionsOf: (id) => remove(at('people', id, 'sessions')),
    renew: (id) => post(at('people', id, 'renewal')),
    places: (query = {}, options) => ask({ method: 'GET', path: at('places'), query, ...options }),
    invite: (json) => post(at('invitations'), json),
    invitations: (query, options) => list(at('invitations'), query, options),
    withdrawInvitation: (id) => remove(at('invitations', id)),
    approvals: (query, options) => list(at('approvals'), query, options),
    approval: (id, options) => get(at('approvals', id), options),
    askApproval: (json) => post(at('approvals'), json),
    decideApproval: (id, approve) => post(at('approvals', id, 'decision'), { approve }),
    async carryOut({ id, request: { method, path, body: json } }) {
      await call({ method, path, json, headers: { [APPROVAL_HEADER]: id } })
    },
    enterSandbox: (who) => post('/sandbox/console/enter', { who }),
    sandboxInvitation: (who) => post('/sandbox/console/invitations', { who }),
  }
}
