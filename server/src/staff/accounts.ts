import {
  CONSOLE_LANGUAGES,
  type ConsoleLanguage,
  type InvitationAccept,
  MOST_PASSKEYS,
  type Passkey,
  type PasskeyAdd,
  type PasskeyCeremony,
  type StaffSelf,
  type StaffSelfChange,
  type StaffSignIn,
} from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, isUniqueViolation, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { ConsoleAddress } from './console-address.ts'
import type { Guesses } from './guesses.ts'
import { type InvitationRow, type Invitations, placesOf } from './invitations.ts'
import { freshHandle, type NewPasskey, type Passkeys } from './passkeys.ts'
import type { Places } from './ports.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import { IDLE_END_MS, type Sessions, type StartedSession } from './sessions.ts'

/** Where a request of somebody who is not signed in comes from. */
export type Visitor = { address: ConsoleAddress; ip: string; browser: string }

/** How a person comes in, and what they come in with. */
export type Accounts = {
  beginSignIn(address: ConsoleAddress): Promise<PasskeyCeremony>
  /** Throws `passkey_refused`. */
  signIn(visitor: Visitor, answer: StaffSignIn): Promise<StartedSession>
  /** Throws `recovery_code_wrong`, `rate_limited`. */
  signInByCode(visitor: Visitor, code: string): Promise<StartedSession>
  /** Looks a link up, counting wrong ones. Throws `invitation_unknown`, `rate_limited`. */
  openInvitation(ip: string, token: string): Promise<InvitationRow>
  beginAcceptance(visitor: Visitor, token: string): Promise<PasskeyCeremony>
  accept(
    visitor: Visitor,
    answer: InvitationAccept,
  ): Promise<{ session: StartedSession; personId: string; codes: string[] }>
  self(personId: string, sessionId: string): Promise<StaffSelf>
  change(personId: string, change: StaffSelfChange): Promise<void>
  beginPasskey(address: ConsoleAddress, personId: string): Promise<PasskeyCeremony>
  addPasskey(address: ConsoleAddress, personId: string, sessionId: string, answer: PasskeyAdd): Promise<void>
  /** Throws `not_found`. */
  renamePasskey(personId: string, id: string, name: string): Promise<void>
  /** Ends the sessions that it began. Throws `last_passkey` when nothing would be left to come in with. */
  removePasskey(personId: string, id: string): Promise<void>
  newCodes(personId: string): Promise<string[]>
  passkeys(personId: string): Promise<Passkey[]>
}

export type AccountParts = {
  db: Db
  clock: Clock
  audit: Audit
  places: Places
  sessions: Sessions
  passkeys: Passkeys
  codes: RecoveryCodes
  guesses: Guesses
  invitations: Invitations
}

export function createAccounts(parts: AccountParts): Accounts {
  const { db, audit, sessions, passkeys, codes, guesses, invitations } = parts
  const refuse = (reason: string) => withTransaction(db, (tx) => audit.append(tx, 'staff_sign_in_refused', { reason }))
  const openInvitation = async (ip: string, token: string) => {
    await guesses.check(ip)
    return invitations.open(token).catch(async (error: unknown) => {
      if (await guesses.wrong(ip)) await refuse('invitations_guessed')
      throw error
    })
  }
  return {
    beginSignIn: passkeys.beginSignIn,
    async signIn({ address, browser }, { ceremonyId, response }) {
      const { personId, passkeyId } = await passkeys
        .verifySignIn(address, ceremonyId, response)
        .catch(async (error) => {
          if (error instanceof Failure) await refuse('passkey')
          throw error
        })
      return withTransaction(db, async (tx) => {
        // Removed since it was looked at: then it opens nothing.
        const held = await lockPasskeys(tx, personId)
        if (!held.includes(passkeyId)) throw new Failure('passkey_refused')
        return sessions.start(tx, { personId, passkeyId, via: 'passkey', browser })
      })
    },
    async signInByCode({ ip, browser }, code) {
      await guesses.check(ip)
      const started = await withTransaction(db, async (tx) => {
        const personId = await codes.redeem(tx, code)
        return personId && sessions.start(tx, { personId, via: 'recovery_code', passkeyDue: true, browser })
      })
      if (started) return started
      await refuse((await guesses.wrong(ip)) ? 'recovery_codes_guessed' : 'recovery_code')
      throw new Failure('recovery_code_wrong')
    },
    openInvitation,
    async beginAcceptance({ address, ip }, token) {
      const { id, name, person_id } = await openInvitation(ip, token)
      const userHandle = person_id === null ? freshHandle() : await handleOf(db, person_id)
      return passkeys.beginMaking(address, { kind: 'accept', invitationId: id }, { name, userHandle })
    },
    async accept(visitor, answer) {
      const invitation = await openInvitation(visitor.ip, answer.token)
      const owner = { kind: 'accept', invitationId: invitation.id } as const
      const { made, userHandle } = await passkeys.verifyMade(visitor.address, owner, answer.ceremonyId, answer.response)
      return unlessKnown(() =>
        withTransaction(db, (tx) => writeAcceptance(tx, parts, { visitor, answer, invitation, made, userHandle })),
      )
    },
    self: (personId, sessionId) => selfOf(parts, personId, sessionId),
    change: (personId, { name, language }) =>
      withTransaction(db, async (tx) => {
        if (name === undefined && language === undefined) return
        await tx
          .updateTable('staff_person')
          .set({ ...(name === undefined ? {} : { name }), ...(language === undefined ? {} : { language }) })
          .where('id', '=', personId)
          .execute()
        await audit.append(tx, 'staff_self_changed', {
          staffId: personId,
          name: name !== undefined,
          language: language ?? null,
        })
      }),
    ...keysOf(parts),
  }
}

/** A credential that somebody has here already is nobody else's. */
const unlessKnown = <T>(work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    throw isUniqueViolation(error, 'staff_passkey_credential_id_key') ? new Failure('passkey_refused') : error
  })

async function handleOf(db: Db, personId: string): Promise<string> {
  const person = db.selectFrom('staff_person').select('user_handle').where('id', '=', personId)
  return (await person.executeTakeFirstOrThrow()).user_handle
}

/** One's own passkeys and codes. */
function keysOf({ db, audit, passkeys, codes }: AccountParts) {
  return {
    passkeys: passkeys.list,
    async beginPasskey(address: ConsoleAddress, personId: string) {
      const person = db.selectFrom('staff_person').select(['name', 'user_handle']).where('id', '=', personId)
      const { name, user_handle: userHandle } = await person.executeTakeFirstOrThrow()
      return passkeys.beginMaking(address, { kind: 'add', personId }, { name, userHandle })
    },
    async addPasskey(address: ConsoleAddress, personId: string, sessionId: string, answer: PasskeyAdd) {
      const owner = { kind: 'add', personId } as const
      const { made } = await passkeys.verifyMade(address, owner, answer.ceremonyId, answer.response)
      await unlessKnown(() =>
        withTransaction(db, async (tx) => {
          if ((await lockPasskeys(tx, personId)).length >= MOST_PASSKEYS) throw new Failure('passkey_refused')
          const passkeyId = await passkeys.keep(tx, personId, answer.name, made)
          // Who came by a recovery code has what they came for.
          await tx
            .updateTable('staff_session')
            .set({ passkey_due: false, passkey_id: passkeyId })
            .where('id', '=', sessionId)
            .where('passkey_due', '=', true)
            .execute()
          await audit.append(tx, 'staff_passkey_added', { staffId: personId, passkeyId, synced: made.synced })
        }),
      )
    },
    renamePasskey: (personId: string, id: string, name: string) =>
      withTransaction(db, async (tx) => {
        const change = tx
          .updateTable('staff_passkey')
          .set({ name })
          .where('id', '=', id)
          .where('person_id', '=', personId)
        if ((await change.executeTakeFirst()).numUpdatedRows !== 1n) throw new Failure('not_found')
        await audit.append(tx, 'staff_passkey_renamed', { staffId: personId, passkeyId: id })
      }),
    removePasskey: (personId: string, id: string) =>
      withTransaction(db, async (tx) => {
        const held = await lockPasskeys(tx, personId)
        if (!held.includes(id)) throw new Failure('not_found')
        const unused = tx.selectFrom('staff_recovery_code').select('person_id').where('person_id', '=', personId)
        const code = await unused.where('used_at', 'is', null).executeTakeFirst()
        if (held.length === 1 && code === undefined) throw new Failure('last_passkey')
        await tx.deleteFrom('staff_passkey').where('id', '=', id).execute()
        await tx.deleteFrom('staff_session').where('passkey_id', '=', id).execute()
        await audit.append(tx, 'staff_passkey_removed', { staffId: personId, passkeyId: id })
      }),
    newCodes: (personId: string) =>
      withTransaction(db, async (tx) => {
        const fresh = await codes.issue(tx, personId)
        await audit.append(tx, 'staff_recovery_codes_made', { staffId: personId, count: fresh.length })
        return fresh
      }),
  }
}

/** The person's passkeys, and nobody else changes them or the codes beside until this transaction ends. */
async function lockPasskeys(tx: Tx, personId: string): Promise<string[]> {
  await tx.selectFrom('staff_person').select('id').where('id', '=', personId).forUpdate().execute()
  const held = await tx.selectFrom('staff_passkey').select('id').where('person_id', '=', personId).execute()
  return held.map(({ id }) => id)
}

type Acceptance = {
  visitor: Visitor
  answer: InvitationAccept
  invitation: InvitationRow
  made: NewPasskey
  userHandle: string
}

async function writeAcceptance(
  tx: Tx,
  parts: AccountParts,
  { visitor, answer, invitation, made, userHandle }: Acceptance,
) {
  const { clock, audit, invitations, passkeys, codes, sessions } = parts
  if (!(await invitations.close(tx, invitation.id))) throw new Failure('invitation_unknown')
  const { name, language } = answer
  const at = new Date(clock.nowMs())
  const personId = invitation.person_id ?? newId('staff', clock.nowMs())
  if (invitation.person_id === null)
    await tx
      .insertInto('staff_person')
      .values({
        id: personId,
        organisation_id: invitation.organisation_id,
        name,
        language,
        roles: invitation.roles,
        shop_ids: invitation.shop_ids,
        user_handle: userHandle,
        invited_by: invitation.invited_by,
        created_at: at,
        keys_made_at: at,
        last_seen_at: at,
        revoked_at: null,
      })
      .execute()
  else await renew(tx, personId, { name, language, at })
  const passkeyId = await passkeys.keep(tx, personId, answer.passkeyName, made)
  const fresh = await codes.issue(tx, personId)
  await audit.append(tx, invitation.person_id === null ? 'staff_joined' : 'staff_renewed', {
    staffId: personId,
    invitationId: invitation.id,
    organisationId: invitation.organisation_id,
    roles: invitation.roles.join(' '),
  })
  const session = await sessions.start(tx, { personId, passkeyId, via: 'invitation', browser: visitor.browser })
  return { session, personId, codes: fresh }
}

/** Nothing that the person signed in with until now holds any longer. */
async function renew(
  tx: Tx,
  personId: string,
  { name, language, at }: { name: string; language: string; at: Date },
): Promise<void> {
  const person = tx.updateTable('staff_person').set({ name, language, keys_made_at: at }).where('id', '=', personId)
  if ((await person.where('state', '=', 'active').executeTakeFirst()).numUpdatedRows !== 1n)
    throw new Failure('invitation_unknown')
  await tx.deleteFrom('staff_session').where('person_id', '=', personId).execute()
  await tx.deleteFrom('staff_passkey').where('person_id', '=', personId).execute()
}

async function selfOf({ db, places, codes }: AccountParts, personId: string, sessionId: string): Promise<StaffSelf> {
  const [person, session, recoveryCodesLeft] = await Promise.all([
    db.selectFrom('staff_person').selectAll().where('id', '=', personId).executeTakeFirstOrThrow(),
    db.selectFrom('staff_session').selectAll().where('id', '=', sessionId).executeTakeFirst(),
    codes.left(personId),
  ])
  if (session === undefined) throw new Failure('staff_session_required')
  return {
    id: person.id,
    name: person.name,
    language: isConsoleLanguage(person.language) ? person.language : 'en',
    roles: person.roles,
    ...(await placesOf(places, person)),
    passkeyDue: session.passkey_due,
    recoveryCodesLeft,
    session: { id: session.id, endsAt: toTimestamp(session.ends_at), idleEndMs: IDLE_END_MS },
  }
}

const isConsoleLanguage = (language: string): language is ConsoleLanguage =>
  (CONSOLE_LANGUAGES as readonly string[]).includes(language)
