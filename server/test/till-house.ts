import { cloudTill, issueKey } from './adyen-till.ts'
import { type HouseOptions, startHouse } from './harness.ts'
import { tlsProxy } from './tls-proxy.ts'

/** A server with a paired register and terminal, a key for the till, and the Adyen library pointed at it in the cloud form. */
export async function startTillHouse(options: HouseOptions & { key?: object } = {}) {
  const house = await startHouse(options)
  const register = await house.pair('register')
  const terminal = await house.pair('terminal')
  const key = await issueKey(house, register.id, options.key)
  const proxy = await tlsProxy(house.url)
  return {
    house,
    register,
    terminal,
    key,
    proxy,
    till: cloudTill(proxy, key.apiKey),
    async stop() {
      await proxy.close()
      await house.stop()
    },
  }
}
export type TillHouse = Awaited<ReturnType<typeof startTillHouse>>
