import pg from 'pg'
import { openServerDatabase } from '../../src/database-role.ts'

const INT8_OID = 20

/** Connections of the server's own role on a database that has been brought up to date: a drill does what a server can do, no more. */
export async function ledgerPool(url: string, connections = 4): Promise<pg.Pool> {
  const { database } = await openServerDatabase({ databaseUrl: url, production: true })
  await database.close()
  const types = {
    getTypeParser: (oid: number, format?: string) =>
      oid === INT8_OID && format !== 'binary'
        ? (text: string) => BigInt(text)
        : pg.types.getTypeParser(oid, format as 'text'),
  } as pg.CustomTypesConfig
  const pool = new pg.Pool({ connectionString: url, types, max: connections, options: '-c role=paume_server' })
  // An idle connection that the stopping database ends is no news.
  pool.on('error', () => {})
  return pool
}
