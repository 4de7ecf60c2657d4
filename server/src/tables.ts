import type { AdmissionTables } from './admissions/tables.ts'
import type { AuditTables } from './audit/tables.ts'
import type { CounterTables } from './counter/tables.ts'
import type { DeviceTables } from './devices/tables.ts'
import type { GateTables } from './gates/tables.ts'
import type { IdentityTables } from './identity/tables.ts'
import type { MerchantTables } from './merchants/tables.ts'
import type { OutboxTables } from './outbox/tables.ts'
import type { PaymentTables } from './payments/tables.ts'
import type { ReportTables } from './reports/tables.ts'
import type { ShopperTables } from './shoppers/tables.ts'
import type { StaffTables } from './staff/tables.ts'
import type { TillTables } from './tills/tables.ts'
import type { WalletTables } from './wallet/tables.ts'
import type { WebhookTables } from './webhooks/tables.ts'

/** Every table, for the types only. A subject owns its tables: no query of another subject names them. */
export interface Database
  extends AdmissionTables,
    AuditTables,
    CounterTables,
    DeviceTables,
    GateTables,
    IdentityTables,
    MerchantTables,
    OutboxTables,
    PaymentTables,
    ReportTables,
    ShopperTables,
    StaffTables,
    TillTables,
    WalletTables,
    WebhookTables {}
