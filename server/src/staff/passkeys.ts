import { randomBytes } from 'node:crypto'
import type { Passkey, PasskeyCeremony, PasskeyMade, PasskeyUsed } from '@paume/contract'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Selectable } from 'kysely'
import { type Clock, toTimestamp } from '../clock.ts'
import type { Db, Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { ConsoleAddress } from './console-address.ts'
import type { StaffTables } from './tables.ts'

/** What an authenticator is asked has to come back within this time, ms. */
const CEREMONY_MS = 5 * 60_000
const RP_NAME = 'Paume'
/** COSE numbers of the signatures we take: Ed25519, ES256, RS256. What Node still calls experimental signs nobody in. */
const ALGORITHMS = [-8, -7, -257]

type CeremonyRow = Selectable<StaffTables['staff_ceremony']>
/** A passkey that was just made and is not kept yet. */
export type NewPasskey = {
  credentialId: string
  publicKey: Buffer
  signCount: bigint
  transports: string[]
  synced: boolean
}
/** For whom a passkey is made: somebody here, or somebody who comes by an invitation. */
export type PasskeyOwner = { kind: 'add'; personId: string } | { kind: 'accept'; invitationId: string }

/**
 * Passkeys (Web Authentication level 3) that name their owner themselves, with the person verified by the authenticator at each use.
 * Every ceremony has a challenge of its own that is spent when the answer comes, right or wrong.
 */
export type Passkeys = {
  beginSignIn(address: ConsoleAddress): Promise<PasskeyCeremony>
  /** Throws `passkey_refused`. */
  verifySignIn(
    address: ConsoleAddress,
    ceremonyId: string,
    response: PasskeyUsed,
  ): Promise<{ personId: string; passkeyId: string }>
  beginMaking(
    address: ConsoleAddress,
    owner: PasskeyOwner,
    who: { name: string; userHandle: string },
  ): Promise<PasskeyCeremony>
  /** Throws `passkey_refused`. */
  verifyMade(
    address: ConsoleAddress,
    owner: PasskeyOwner,
    ceremonyId: string,
    response: PasskeyMade,
  ): Promise<{ made: NewPasskey; userHandle: string }>
  /** Keeps it and answers its identifier. */
  keep(tx: Tx, personId: string, name: string, made: NewPasskey): Promise<string>
  list(personId: string): Promise<Passkey[]>
  sweep(): Promise<void>
}

type Parts = { db: Db; clock: Clock }

export const freshHandle = (): string => randomBytes(32).toString('base64url')

export function createPasskeys(parts: Parts): Passkeys {
  const { db, clock } = parts
  return {
    async beginSignIn({ rpId }) {
      const options = await generateAuthenticationOptions({
        rpID: rpId,
        userVerification: 'required',
        timeout: CEREMONY_MS,
      })
      return openCeremony(parts, { kind: 'sign_in' }, options)
    },
    verifySignIn: (address, ceremonyId, response) => verifySignIn(parts, address, ceremonyId, response),
    async beginMaking({ rpId }, owner, { name, userHandle }) {
      const known =
        owner.kind === 'add'
          ? await db.selectFrom('staff_passkey').selectAll().where('person_id', '=', owner.personId).execute()
          : []
      const options = await generateRegistrationOptions({
        rpName: RP_NAME,
        rpID: rpId,
        userName: name,
        userDisplayName: name,
        userID: new Uint8Array(Buffer.from(userHandle, 'base64url')),
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        timeout: CEREMONY_MS,
        excludeCredentials: known.map(({ credential_id: id, transports }) => ({ id, transports })),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      })
      return openCeremony(parts, { ...owner, userHandle }, options)
    },
    verifyMade: (address, owner, ceremonyId, response) => verifyMade(parts, address, owner, ceremonyId, response),
    async keep(tx, personId, name, made) {
      const id = newId('passkey', clock.nowMs())
      await tx
        .insertInto('staff_passkey')
        .values({
          id,
          person_id: personId,
          credential_id: made.credentialId,
          public_key: made.publicKey,
          sign_count: made.signCount,
          transports: made.transports,
          synced: made.synced,
          name,
          created_at: new Date(clock.nowMs()),
          last_used_at: null,
        })
        .execute()
      return id
    },
    async list(personId) {
      const rows = await db
        .selectFrom('staff_passkey')
        .selectAll()
        .where('person_id', '=', personId)
        .orderBy('id')
        .execute()
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        createdAt: toTimestamp(row.created_at),
        lastUsedAt: row.last_used_at === null ? null : toTimestamp(row.last_used_at),
        synced: row.synced,
      }))
    },
    async sweep() {
      await db.deleteFrom('staff_ceremony').where('expires_at', '<', new Date(clock.nowMs())).execute()
    },
  }
}

async function openCeremony(
  { db, clock }: Parts,
  about: { kind: CeremonyRow['kind']; personId?: string; invitationId?: string; userHandle?: string },
  options: { challenge: string },
): Promise<PasskeyCeremony> {
  const ceremonyId = randomBytes(16).toString('base64url')
  await db
    .insertInto('staff_ceremony')
    .values({
      id: ceremonyId,
      kind: about.kind,
      challenge: options.challenge,
      person_id: about.personId ?? null,
      invitation_id: about.invitationId ?? null,
      user_handle: about.userHandle ?? null,
      expires_at: new Date(clock.nowMs() + CEREMONY_MS),
    })
    .execute()
  return { ceremonyId, options }
}

/** Takes the ceremony away, so that nobody answers it twice. Throws `passkey_refused`. */
async function spendCeremony({ db, clock }: Parts, kind: CeremonyRow['kind'], id: string): Promise<CeremonyRow> {
  const row = await db
    .deleteFrom('staff_ceremony')
    .where('id', '=', id)
    .where('kind', '=', kind)
    .where('expires_at', '>', new Date(clock.nowMs()))
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw new Failure('passkey_refused')
  return row
}

/** Whatever is wrong with what an authenticator sent is told as one thing. */
async function checked<T extends { verified: boolean }>(verification: Promise<T>): Promise<T> {
  const result = await verification.catch((cause: unknown) => {
    throw new Failure('passkey_refused', {}, { cause })
  })
  if (!result.verified) throw new Failure('passkey_refused')
  return result
}

async function verifySignIn(parts: Parts, { origin, rpId }: ConsoleAddress, ceremonyId: string, response: PasskeyUsed) {
  const { db, clock } = parts
  const { challenge } = await spendCeremony(parts, 'sign_in', ceremonyId)
  const known = await db
    .selectFrom('staff_passkey')
    .innerJoin('staff_person', 'staff_person.id', 'staff_passkey.person_id')
    .selectAll('staff_passkey')
    .select('user_handle')
    .where('credential_id', '=', response.id)
    .where('state', '=', 'active')
    .executeTakeFirst()
  if (known === undefined || response.response.userHandle !== known.user_handle) throw new Failure('passkey_refused')
  const { authenticationInfo: used } = await checked(
    verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      credential: {
        id: known.credential_id,
        publicKey: new Uint8Array(known.public_key),
        counter: Number(known.sign_count),
        transports: known.transports,
      },
    }),
  )
  const change = await db
    .updateTable('staff_passkey')
    .set({
      sign_count: BigInt(used.newCounter),
      synced: used.credentialBackedUp,
      last_used_at: new Date(clock.nowMs()),
    })
    .where('id', '=', known.id)
    // Two answers with the same count cannot both be from the one authenticator.
    .where('sign_count', '=', known.sign_count)
    .executeTakeFirst()
  if (change.numUpdatedRows !== 1n) throw new Failure('passkey_refused')
  return { personId: known.person_id, passkeyId: known.id }
}

async function verifyMade(
  parts: Parts,
  { origin, rpId }: ConsoleAddress,
  owner: PasskeyOwner,
  ceremonyId: string,
  response: PasskeyMade,
) {
  const row = await spendCeremony(parts, owner.kind, ceremonyId)
  const own = owner.kind === 'add' ? row.person_id === owner.personId : row.invitation_id === owner.invitationId
  if (!own || row.user_handle === null) throw new Failure('passkey_refused')
  const { registrationInfo } = await checked(
    verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: row.challenge,
      supportedAlgorithmIDs: ALGORITHMS,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
    }),
  )
  if (registrationInfo === undefined) throw new Failure('passkey_refused')
  const { credential, credentialBackedUp } = registrationInfo
  return {
    userHandle: row.user_handle,
    made: {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey),
      signCount: BigInt(credential.counter),
      transports: credential.transports ?? [],
      synced: credentialBackedUp,
    },
  }
}
