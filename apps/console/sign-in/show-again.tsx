import { isPaumeError } from '@paume/client'
import { useCallback } from 'react'
import { useApi, useSession } from '../frame/index.ts'
import { showPasskey } from './passkey.ts'

/**
 * Does something that is allowed only soon after a passkey was shown: when the server says that it is a while ago, the browser asks for
 * the passkey, and the thing is done then.
 */
export function useShowAgain(): <T>(work: () => Promise<T>) => Promise<T> {
  const { staff } = useApi()
  const { enter } = useSession()
  return useCallback(
    async (work) => {
      try {
        return await work()
      } catch (error) {
        if (!isPaumeError(error, 'sign_in_again')) throw error
        const ceremony = await staff.beginSignIn()
        const { ceremonyId } = ceremony
        enter(await staff.signIn({ ceremonyId, response: await showPasskey(ceremony) }))
        return work()
      }
    },
    [staff, enter],
  )
}
