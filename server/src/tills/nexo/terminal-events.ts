import { toTimestamp } from '../../clock.ts'
import { type Tx, withTransaction } from '../../database.ts'
import { addEvent } from './event-store.ts'
import { type NexoParts, nowOf } from './parts.ts'
import type { TillDevice } from './ports.ts'
import { PROTOCOL_VERSION } from './replies.ts'
import { poiIdOf } from './transaction-id.ts'

type Condition = 'online' | 'offline' | 'revoked'
const conditionOf = ({ revoked, online }: TillDevice): Condition =>
  revoked ? 'revoked' : online ? 'online' : 'offline'

/** What tills are told when a terminal comes to be like this. */
const TOLD: Record<Condition, { EventToNotify: string; message: string }> = {
  online: { EventToNotify: 'NetworkConnected', message: 'The terminal is connected' },
  offline: { EventToNotify: 'NetworkDisconnected', message: 'The terminal is not connected' },
  revoked: { EventToNotify: 'OutOfOrder', message: 'The terminal was revoked' },
}

/** Tells the tills of each shop which terminals came and went since the last look. Each change is told once, whichever node looks. */
export async function tellOfTerminals(parts: NexoParts): Promise<void> {
  const keys = await parts.db
    .selectFrom('nexo_key')
    .select(['id', 'shop_id', 'sale_id', 'register_id'])
    .where('revoked_at', 'is', null)
    .execute()
  for (const [shopId, ofShop] of Map.groupBy(keys, (key) => key.shop_id)) {
    for (const terminal of await parts.devices.terminalsOf(shopId)) {
      await withTransaction(parts.db, async (tx) => {
        if (!(await changed(tx, terminal))) return
        for (const key of ofShop) {
          const saleId = key.sale_id ?? key.register_id
          await addEvent(tx, key.id, eventOf(terminal, saleId, nowOf(parts)), nowOf(parts))
        }
      })
    }
  }
}

/** Notes how the terminal is. False when that is known, and at the first look: then nothing has changed. */
async function changed(tx: Tx, terminal: TillDevice): Promise<boolean> {
  const condition = conditionOf(terminal)
  const first = await tx
    .insertInto('nexo_terminal')
    .values({ terminal_id: terminal.id, condition })
    .onConflict((on) => on.column('terminal_id').doNothing())
    .executeTakeFirst()
  if (first.numInsertedOrUpdatedRows === 1n) return false
  const { numUpdatedRows } = await tx
    .updateTable('nexo_terminal')
    .set({ condition })
    .where('terminal_id', '=', terminal.id)
    .where('condition', '<>', condition)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

function eventOf(terminal: TillDevice, saleId: string, now: Date): object {
  const condition = conditionOf(terminal)
  const { EventToNotify, message } = TOLD[condition]
  return {
    SaleToPOIRequest: {
      MessageHeader: {
        ProtocolVersion: PROTOCOL_VERSION,
        MessageClass: 'Event',
        MessageCategory: 'Event',
        MessageType: 'Notification',
        SaleID: saleId,
        POIID: poiIdOf(terminal.id),
      },
      EventNotification: {
        TimeStamp: toTimestamp(now),
        EventToNotify,
        EventDetails: new URLSearchParams({ message }).toString(),
        ...(condition === 'revoked' ? { MaintenanceRequiredFlag: true } : {}),
      },
    },
  }
}
