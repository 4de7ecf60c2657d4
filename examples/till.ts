// A till in twenty lines: node examples/till.ts http://127.0.0.1:4700 BCDF-GHJK 2340
import { openDevice, openPublic } from '@paume/client'
import { createExtractableDeviceKey, fileKeyStore } from '@paume/client/node'

const [baseUrl = '', code = '', amount = ''] = process.argv.slice(2)
const keys = fileKeyStore(process.env.TILL_KEYS ?? '.till')
let me = await keys.load('register')
if (me === null) {
  const key = await createExtractableDeviceKey()
  const { id } = await openPublic({ baseUrl }).pairing.redeem(code, 'register', key.publicKey)
  me = { key, deviceId: id }
  await keys.save('register', me) // the code of the pairing sheet is good once, the key from now on
}
const till = openDevice({ baseUrl, deviceId: me.deviceId!, key: me.key })
const { terminalId, shop } = await till.device.self()
const sale = { amountMinor: Number(amount), currency: shop.currency, reference: `till-${Date.now()}` }
const payment = await till.payments.create(terminalId!, sale)
const end = await payment.finished({ onChange: ({ state }) => console.log(state), untilKnown: true })
if (end.state === 'approved') console.log((await payment.receipt()).lines.join('\n'))
else console.log('not paid:', end.reason)
