import type {
  Attestation,
  AttestationAsk,
  AttestationQuery,
  Brand,
  LaneCreate,
  NoticePacks,
  OrganisationApplication,
  OrganisationCreate,
  OrganisationDecided,
  OrganisationDecision,
  OrganisationDetails,
  OrganisationListed,
  OrganisationQuery,
  Page,
  Phase,
  PhaseChange,
  PhaseCreate,
  Rollout,
  RolloutQuery,
  RolloutRow,
  RolloutRowQuery,
  ShopChange,
  ShopCreate,
  ShopDetails,
  ShopListed,
  ShopListQuery,
  ShopMap,
  ShopState,
} from '@paume/contract'
import type { CallOptions, Transport } from '../transport.ts'

type Bytes = { type: string; body: Uint8Array<ArrayBuffer> }
type Query = Record<string, string | number | undefined>

/** Organisations, shops and their roll-out, as the console works with them. */
export type ShopCalls = {
  list(query?: ShopListQuery, options?: CallOptions): Promise<Page<ShopListed>>
  map(query?: ShopListQuery, options?: CallOptions): Promise<ShopMap>
  one(id: string, options?: CallOptions): Promise<ShopDetails>
  create(shop: ShopCreate): Promise<ShopDetails>
  change(id: string, change: ShopChange): Promise<ShopDetails>
  setState(id: string, state: ShopState): Promise<ShopDetails>
  addLane(id: string, lane: LaneCreate): Promise<ShopDetails>
  renameLane(id: string, laneId: string, name: string): Promise<ShopDetails>
  removeLane(id: string, laneId: string): Promise<ShopDetails>
  /** Makes the devices that lanes lack. */
  makeDevices(shopIds: readonly string[]): Promise<{ made: number }>
  brands(options?: CallOptions): Promise<Brand[]>
  addBrand(name: string, organisationId?: string): Promise<Brand>
  phases(options?: CallOptions): Promise<Phase[]>
  addPhase(phase: PhaseCreate): Promise<Phase>
  changePhase(id: string, change: PhaseChange): Promise<void>
  removePhase(id: string): Promise<void>
  assignPhase(id: string, shopIds: readonly string[]): Promise<void>
}
export type RolloutCalls = {
  upload(file: { name: string; bytes: Uint8Array<ArrayBuffer>; organisationId?: string }): Promise<Rollout>
  /** On a sandbox: the list of 65 shops. */
  uploadDemo(organisationId?: string): Promise<Rollout>
  list(query?: RolloutQuery, options?: CallOptions): Promise<Page<Rollout>>
  one(id: string, options?: CallOptions): Promise<Rollout>
  rows(id: string, query?: RolloutRowQuery, options?: CallOptions): Promise<Page<RolloutRow>>
  apply(id: string, partly: boolean): Promise<Rollout>
  undo(id: string): Promise<Rollout>
}
export type NoticeCalls = {
  packs(options?: CallOptions): Promise<NoticePacks>
  attestations(query?: AttestationQuery, options?: CallOptions): Promise<Page<Attestation>>
  attest(shopId: string, ask: AttestationAsk, photo: Bytes): Promise<Attestation>
  withdraw(id: string): Promise<void>
}
export type OrganisationCalls = {
  list(query?: OrganisationQuery, options?: CallOptions): Promise<Page<OrganisationListed>>
  one(id: string, options?: CallOptions): Promise<OrganisationDetails>
  create(organisation: OrganisationCreate): Promise<OrganisationDetails>
  decide(id: string, decision: OrganisationDecision['decision']): Promise<OrganisationDecided>
  apply(application: OrganisationApplication): Promise<{ next: 'mail' | 'wait' }>
  confirm(token: string): Promise<{ name: string }>
}

/** One try of writing a list of 100,000 shops takes longer than others; the server answers when it is done, ms. */
const APPLY_MS = 120_000

const asker = ({ call }: Transport) => ({
  get: async <T>(path: string, query?: object, options: CallOptions = {}): Promise<T> =>
    (await call<T>({ method: 'GET', path: `/v1/${path}`, query: query as Query, ...options })).body,
  send: async <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, json?: unknown, holdMs?: number): Promise<T> =>
    (
      await call<T>({
        method,
        path: `/v1/${path}`,
        ...(json === undefined ? {} : { json }),
        ...(holdMs ? { holdMs } : {}),
      })
    ).body,
  sendBytes: async <T>(path: string, query: object, bytes: Bytes): Promise<T> =>
    (await call<T>({ method: 'POST', path: `/v1/${path}`, query: query as Query, bytes, holdMs: APPLY_MS })).body,
})

export function shopsOf(transport: Transport): ShopCalls {
  const { get, send } = asker(transport)
  return {
    list: (query, options) => get('shops', query, options),
    map: (query, options) => get('shops-map', query, options),
    one: (id, options) => get(`shops/${id}`, {}, options),
    create: (shop) => send('POST', 'shops', shop),
    change: (id, change) => send('PUT', `shops/${id}`, change),
    setState: (id, state) => send('POST', `shops/${id}/state`, { state }),
    addLane: (id, lane) => send('POST', `shops/${id}/lanes`, lane),
    renameLane: (id, laneId, name) => send('PUT', `shops/${id}/lanes/${laneId}`, { name }),
    removeLane: (id, laneId) => send('DELETE', `shops/${id}/lanes/${laneId}`),
    makeDevices: (shopIds) => send('POST', 'shop-devices', { shopIds }),
    brands: async (options) => (await get<{ brands: Brand[] }>('brands', {}, options)).brands,
    addBrand: (name, organisationId) => send('POST', 'brands', { name, ...(organisationId ? { organisationId } : {}) }),
    phases: async (options) => (await get<{ phases: Phase[] }>('phases', {}, options)).phases,
    addPhase: (phase) => send('POST', 'phases', phase),
    changePhase: (id, change) => send('PUT', `phases/${id}`, change),
    removePhase: (id) => send('DELETE', `phases/${id}`),
    assignPhase: (id, shopIds) => send('POST', `phases/${id}/shops`, { shopIds }),
  }
}

export function rolloutsOf(transport: Transport): RolloutCalls {
  const { get, send, sendBytes } = asker(transport)
  return {
    upload: ({ name: fileName, bytes: body, organisationId }) =>
      sendBytes('rollouts', { fileName, organisationId }, { type: 'application/octet-stream', body }),
    uploadDemo: (organisationId) => send('POST', 'sandbox/demo-rollout', organisationId ? { organisationId } : {}),
    list: (query, options) => get('rollouts', query, options),
    one: (id, options) => get(`rollouts/${id}`, {}, options),
    rows: (id, query, options) => get(`rollouts/${id}/rows`, query, options),
    apply: (id, partly) => send('POST', `rollouts/${id}/apply`, { partly }, APPLY_MS),
    undo: (id) => send('POST', `rollouts/${id}/undo`, {}, APPLY_MS),
  }
}

export function noticesOf(transport: Transport): NoticeCalls {
  const { get, send, sendBytes } = asker(transport)
  return {
    packs: (options) => get('jurisdictions', {}, options),
    attestations: (query, options) => get('attestations', query, options),
    attest: (shopId, ask, photo) => sendBytes(`shops/${shopId}/attestations`, ask, photo),
    withdraw: (id) => send('DELETE', `attestations/${id}`),
  }
}

export function organisationsOf(transport: Transport): OrganisationCalls {
  const { get, send } = asker(transport)
  return {
    list: (query, options) => get('organisations', query, options),
    one: (id, options) => get(`organisations/${id}`, {}, options),
    create: (organisation) => send('POST', 'organisations', organisation),
    decide: (id, decision) => send('POST', `organisations/${id}/decision`, { decision }),
    apply: (application) => send('POST', 'organisation-applications', application),
    confirm: (token) => send('POST', 'organisation-applications/confirm', { token }),
  }
}
