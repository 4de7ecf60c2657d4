import type { ReadyDevice } from '../../device/ready-device.ts'
import { CatalogueDialog } from '../goods/catalogue-dialog.tsx'
import { HistoryDialog } from '../history-dialog.tsx'
import type { Desk } from '../screens/basket-screen.tsx'
import type { CatalogueHandle } from '../use-catalogue.ts'
import type { useTill } from '../use-till.ts'
import { DayDialog } from './day-dialog.tsx'
import { ParkedDialog } from './parked-dialog.tsx'
import { RefundDialog } from './refund-dialog.tsx'

/** What lies over the basket; a scanned code to make an item of comes along. */
export interface OpenDesk {
  name: Desk
  barcode: string | null
}

interface DesksProps extends ReadyDevice {
  goods: CatalogueHandle
  till: ReturnType<typeof useTill>
  history: string[]
  desk: OpenDesk
  onClose: () => void
}

export function Desks({ api, report, device, goods, till, history, desk, onClose }: DesksProps) {
  const { currency } = device.shop
  switch (desk.name) {
    case 'history':
      return <HistoryDialog api={api} paymentIds={history} onClose={onClose} />
    case 'catalogue':
      return <CatalogueDialog {...{ goods, currency, report, onClose }} barcode={desk.barcode} />
    case 'parked':
      return (
        <ParkedDialog
          {...{ currency, onClose, waiting: till.waiting, taxMode: till.taxMode }}
          onDiscard={till.discard}
          onRestore={till.restore}
          onRecall={async (wanted) => {
            if (await till.recall(wanted)) onClose()
          }}
        />
      )
    case 'refund':
      return <RefundDialog {...{ api, report, onClose }} terminalId={device.terminalId} />
    case 'day':
      return <DayDialog {...{ api, report, onClose }} shop={device.shop.name} />
  }
}
