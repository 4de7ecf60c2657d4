import { type QueryExecutorProvider, sql } from 'kysely'

/** The organisation of each person, revoked ones too; operators and unknown ones are missing. */
export async function organisationsOfPeople(
  db: QueryExecutorProvider,
  personIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; organisation_id: string }>`
    select id, organisation_id from staff_person
     where id = any(${[...personIds]}::text[]) and organisation_id is not null`.execute(db)
  return new Map(rows.map(({ id, organisation_id }) => [id, organisation_id]))
}
