import { type ConsoleApi, openConsole } from '@paume/client'
import { createContext, useContext } from 'react'

const ours = openConsole({ baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin })

const ApiContext = createContext<ConsoleApi>(ours)

/** Everything a signed-in person may ask of the system. The session is a cookie that scripts cannot read. */
export const useApi = (): ConsoleApi => useContext(ApiContext)
