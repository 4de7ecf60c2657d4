import { DEMO_CATALOGUE } from './counter/demo.ts'
import type { CounterService } from './counter/service.ts'
import { type Db, withTransaction } from './database.ts'
import { demoDevices } from './devices/demo.ts'
import { seedDemoSettings } from './devices/demo-settings.ts'
import type { Devices } from './devices/service.ts'
import { DEMO_ORGANISATION, DEMO_SHOPS } from './merchants/demo.ts'
import type { Merchants } from './merchants/service.ts'

type Needs = { db: Db; merchants: Merchants; devices: Devices; counter: Pick<CounterService, 'seed'> }

/** Shops, goods and devices that a sandbox opens with. What is there already stays as it is. */
export async function seedDemo({ db, merchants, devices, counter }: Needs): Promise<void> {
  await withTransaction(db, async (tx) => {
    await merchants.add(tx, DEMO_ORGANISATION, DEMO_SHOPS)
    for (const { id } of DEMO_SHOPS) await counter.seed(tx, id, DEMO_CATALOGUE)
    await seedDemoSettings(tx, DEMO_ORGANISATION.id)
  })
  for (const { id, ...device } of demoDevices(DEMO_SHOPS)) {
    if ((await devices.find(id)) === null) await devices.create(device, id)
  }
}
