import { randomBytes } from 'node:crypto'
import type { Setup, SetupForm, SetupState } from '../processor.ts'
import { type Books, inBooks, readSetting } from './books.ts'
import { type InstrumentRow, savedCardAt } from './instruments.ts'

/** Every way the sandbox can take a card. Its fields of its own stand for the processor's fields in a page. */
const FORMS = ['sandbox', 'hosted_page', 'reader'] as const
type FormKind = (typeof FORMS)[number]
/** The one reader of the sandbox; whoever opens its page holds cards to it. */
const READER_REF = 'sandbox-reader'
/** The page that stands for the processor's own, and for its reader. What is behind # never leaves the browser. */
const CARD_PAGE = '/sandbox/card'

const formOf = (kind: FormKind): SetupForm => (kind === 'reader' ? { kind, readerRef: READER_REF } : { kind })

/** Opens a set-up in the form wished for; the sandbox's own field where the wish is for none of its forms. */
export async function createSetup(
  books: Books,
  { setupId, form: wished }: { setupId: string; form?: SetupForm['kind'] },
): Promise<Setup> {
  const { now } = await readSetting(books)
  const text = `insert into sandbox_processor.setup (setup_id, client_secret, created_at, form) values ($1, $2, $3, $4)
    on conflict (setup_id) do update set setup_id = excluded.setup_id returning client_secret, form`
  const [made] = await books.write<{ client_secret: string; form: FormKind }>('create-setup', text, [
    setupId,
    randomBytes(18).toString('base64url'),
    now,
    FORMS.find((kind) => kind === wished) ?? 'sandbox',
  ])
  const { client_secret: clientSecret, form } = made!
  const confirmUrl = {
    sandbox: `/sandbox/processor/setups/${setupId}`,
    hosted_page: `${CARD_PAGE}#${setupId}.${clientSecret}`,
    reader: '',
  }[form]
  return { setupId, clientSecret, confirmUrl, form: formOf(form), others: FORMS.filter((kind) => kind !== form) }
}

export async function cancelSetup(books: Books, setupId: string): Promise<void> {
  const text = 'update sandbox_processor.setup set cancelled = true where setup_id = $1 and token is null'
  await books.write('cancel-setup', text, [setupId])
}

export const fetchSetup = (books: Books, setupId: string): Promise<SetupState | null> =>
  inBooks(books.pool, async (client) => {
    const found = await client.query<{ refused: string | null; cancelled: boolean; card: InstrumentRow | null }>(
      `select s.refused, s.cancelled, to_jsonb(i) as card from sandbox_processor.setup s
         left join sandbox_processor.instrument i on i.token = s.token where s.setup_id = $1`,
      [setupId],
    )
    const row = found.rows[0]
    if (!row) return null
    const { now } = await readSetting(books)
    if (row.card !== null) return { kind: 'succeeded', ...savedCardAt(row.card, now) }
    if (row.cancelled) return { kind: 'failed', reason: 'processing_error' }
    return row.refused === null ? { kind: 'open' } : { kind: 'failed', reason: row.refused as 'card_declined' }
  })
