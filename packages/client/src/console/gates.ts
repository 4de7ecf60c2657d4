import type {
  AdmissionPage,
  AdmissionQuery,
  GateKeyCreate,
  GateKeyIssued,
  GateKeys,
  GateRules,
  GateSession,
  GateSessionPage,
  GateSessionQuery,
  GateShops,
  Zone,
  ZoneGrantCreate,
  ZoneGrants,
  ZoneSet,
  Zones,
} from '@paume/contract'
import type { ApiCall, CallOptions, Transport } from '../transport.ts'

type Query = NonNullable<ApiCall['query']>

/** Gates, visits, zones and doors, as staff see them. */
export type GateCalls = {
  shops(options?: CallOptions): Promise<GateShops>
  sessions(query: GateSessionQuery, options?: CallOptions): Promise<GateSessionPage>
  session(id: string, options?: CallOptions): Promise<GateSession>
  waive(id: string, reason: string, options?: CallOptions): Promise<GateSession>
  setRules(shopId: string, rules: GateRules, options?: CallOptions): Promise<GateRules>
  keys(options?: CallOptions): Promise<GateKeys>
  issueKey(wish: GateKeyCreate, options?: CallOptions): Promise<GateKeyIssued>
  revokeKey(id: string, options?: CallOptions): Promise<void>
  zones(shop?: string, options?: CallOptions): Promise<Zones>
  saveZone(id: string | null, zone: ZoneSet, options?: CallOptions): Promise<Zone>
  removeZone(id: string, options?: CallOptions): Promise<void>
  setDoor(zoneId: string, deviceId: string, direction: 'in' | 'out' | null, options?: CallOptions): Promise<void>
  grants(zoneId: string, options?: CallOptions): Promise<ZoneGrants>
  grant(zoneId: string, wish: ZoneGrantCreate, options?: CallOptions): Promise<void>
  withdraw(zoneId: string, shopperRef: string, options?: CallOptions): Promise<void>
  admissions(query: AdmissionQuery, options?: CallOptions): Promise<AdmissionPage>
}

export function gatesOf({ call }: Transport): GateCalls {
  const ask = async <T>(request: ApiCall): Promise<T> => (await call<T>(request)).body
  const at = (what: string) => `/v1/console${what}`
  return {
    shops: (options) => ask({ method: 'GET', path: at('/gates/shops'), ...options }),
    sessions: (query, options) =>
      ask({ method: 'GET', path: at('/gates/sessions'), query: query as Query, ...options }),
    session: (id, options) => ask({ method: 'GET', path: at(`/gates/sessions/${id}`), ...options }),
    waive: (id, reason, options) =>
      ask({ method: 'POST', path: at(`/gates/sessions/${id}/waive`), json: { reason }, ...options }),
    setRules: (shopId, rules, options) =>
      ask({ method: 'PUT', path: at(`/gates/settings/${shopId}`), json: rules, ...options }),
    keys: (options) => ask({ method: 'GET', path: at('/gates/keys'), ...options }),
    issueKey: (wish, options) => ask({ method: 'POST', path: at('/gates/keys'), json: wish, ...options }),
    async revokeKey(id, options) {
      await call({ method: 'POST', path: at(`/gates/keys/${id}/revoke`), json: {}, ...options })
    },
    zones: (shop, options) => ask({ method: 'GET', path: at('/zones'), query: { shop }, ...options }),
    saveZone: (id, zone, options) =>
      id === null
        ? ask({ method: 'POST', path: at('/zones'), json: zone, ...options })
        : ask({ method: 'PUT', path: at(`/zones/${id}`), json: zone, ...options }),
    async removeZone(id, options) {
      await call({ method: 'DELETE', path: at(`/zones/${id}`), ...options })
    },
    async setDoor(zoneId, deviceId, direction, options) {
      const path = at(`/zones/${zoneId}/doors/${deviceId}`)
      if (direction === null) await call({ method: 'DELETE', path, ...options })
      else await call({ method: 'PUT', path, json: { direction }, ...options })
    },
    grants: (zoneId, options) => ask({ method: 'GET', path: at(`/zones/${zoneId}/grants`), ...options }),
    async grant(zoneId, wish, options) {
      await call({ method: 'POST', path: at(`/zones/${zoneId}/grants`), json: wish, ...options })
    },
    async withdraw(zoneId, shopperRef, options) {
      await call({ method: 'DELETE', path: at(`/zones/${zoneId}/grants/${shopperRef}`), ...options })
    },
    admissions: (query, options) => ask({ method: 'GET', path: at('/admissions'), query: query as Query, ...options }),
  }
}
