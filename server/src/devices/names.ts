import { type QueryExecutorProvider, sql } from 'kysely'

/** What devices are called and whose they are, revoked ones too; unknown ones are missing. */
export async function namedDevices(
  db: QueryExecutorProvider,
  deviceIds: readonly string[],
): Promise<Map<string, { name: string; organisationId: string }>> {
  const { rows } = await sql<{ id: string; name: string; organisation_id: string }>`
    select id, name, organisation_id from devices where id = any(${[...deviceIds]}::text[])`.execute(db)
  return new Map(rows.map(({ id, name, organisation_id }) => [id, { name, organisationId: organisation_id }]))
}
