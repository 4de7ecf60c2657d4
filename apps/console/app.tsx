import { permits } from '@paume/contract'
import { Suspense, useEffect } from 'react'
import { usePreference } from '../design/preferences.ts'
import type { ConsolePage } from './frame/console-page.ts'
import { consoleLanguage, LANGUAGE_TAGS } from './frame/language.ts'
import { pagesFor } from './frame/navigation.tsx'
import { PageGuard } from './frame/page-guard.tsx'
import { go, matchPath, usePlace } from './frame/router.ts'
import { useSelf, useSession } from './frame/session.tsx'
import { OpenShell, Shell } from './frame/shell.tsx'
import { useFrameTexts } from './frame/texts.ts'
import { PAGES } from './pages.ts'
import { ButtonLink, EmptyState, Failed, PageHead } from './parts/index.ts'
import { PasskeyDuePage } from './sign-in/passkey-due-page.tsx'
import { SignInPage } from './sign-in/sign-in-page.tsx'

/*
 * How a page is added.
 *
 * 1. A folder `apps/console/NAME/` with `pages.ts`: `export const namePages: readonly ConsolePage[] = [{ path, permission, title: { en, fr,
 *    es, zh }, icon, group, component: lazyPage(() => import('./name-page.tsx'), 'NamePage') }]`, and one line in `apps/console/pages.ts`.
 *    Pages without `group` are reached by links only: `/console/shops/:shopId`. No page imports `pages.ts`.
 * 2. `texts.ts`: `export const useNameTexts = defineTexts({ en: {…}, fr: {…}, es: {…}, zh: {…} })`. A key that a language lacks does not
 *    compile. Plurals are `{ one, other }` and take `{count}`. Long tables: a file a language, typed `Translated<typeof en>`.
 * 3. The page: `export function NamePage({ params }: PageProps)`. It begins with `<PageHead title=…>`, which holds the only `<h1>`.
 *    - asking: `const api = useApi()`, `const shop = useLoad(`shop ${id}`, (signal) => api.shops.one(id, { signal }), { live: ['shop'] })`,
 *      shown by `<Loaded load={shop}>{(data) => …}</Loaded>` (grey lines, failure, retry);
 *    - lists: `const list = useList({ name, filters: FILTERS, sorts, load, live })`, `<FilterBar>` and `<DataTable>` of it;
 *    - what is opened or chosen stands in the address: `const [search, setSearch] = useSearch({ open: text() })`, constants outside;
 *    - writing: `const { submit, busy, error, errors } = useSubmit(async () => …)`, `<ConfirmDialog>`, `useToast()` afterwards, `reload()`;
 *    - who may what: `useSelf().may('devices.write')`; words of numbers, money and time: `useFormat(timeZone)`.
 *    Everything is exported by `./parts/index.ts` and `./frame/index.ts`.
 * 4. Look at it: `node scripts/console-pictures.ts NAME`. Each page of the registry is checked by `test/browser/console-*.test.ts`: at 375
 *    and 1920 px, light and dark. A path with parameters takes them from the first link to it on another page.
 */

/** One switch: who is there decides what is shown. */
export function ConsoleApp() {
  const { state, again } = useSession()
  const { path } = usePlace()
  const { t } = useFrameTexts()
  useDocumentLanguage()
  const open = PAGES.find((page) => page.open && matchPath(page.path, path) !== null)
  if (open)
    return (
      <OpenShell>
        <Shown page={open} path={path} />
      </OpenShell>
    )
  switch (state.at) {
    case 'asking':
      return (
        <OpenShell>
          <h1 className="unseen">Paume</h1>
          <p role="status" className="soft" data-waiting>
            {t('loading')}
          </p>
        </OpenShell>
      )
    case 'failed':
      return (
        <OpenShell>
          <h1 className="unseen">Paume</h1>
          <Failed error={state.error} onAgain={again} />
        </OpenShell>
      )
    case 'signed_out':
      return (
        <OpenShell>
          <SignInPage />
        </OpenShell>
      )
    case 'signed_in':
      if (state.self.passkeyDue)
        return (
          <OpenShell>
            <PasskeyDuePage />
          </OpenShell>
        )
      return (
        <Shell pages={PAGES}>
          <SignedIn path={path} />
        </Shell>
      )
  }
}

function SignedIn({ path }: { path: string }) {
  const self = useSelf()
  const page = PAGES.find((each) => matchPath(each.path, path) !== null)
  const home = pagesFor(PAGES, self).find(({ group }) => group)
  // Whose role does not show the first page begins with the first that it does show.
  const lost = path === '/console' && home !== undefined && !(page && mayOpen(page, self.roles))
  useEffect(() => {
    if (lost) go(home.path, { replace: true })
  }, [lost, home])
  if (lost) return null
  if (page === undefined) return <Absent kind="absent" home={home} />
  if (!mayOpen(page, self.roles)) return <Absent kind="forbidden" home={home} />
  return <Shown page={page} path={path} />
}

const mayOpen = ({ permission }: ConsolePage, roles: Parameters<typeof permits>[0]) =>
  permission === null || permits(roles, permission)

/** A page and what its path says; the guard and what the page keeps begin anew with each address. */
function Shown({ page, path }: { page: ConsolePage; path: string }) {
  const { t } = useFrameTexts()
  const { component: Page } = page
  return (
    <PageGuard key={path}>
      <Suspense
        fallback={
          <p role="status" className="soft" data-waiting>
            {t('loading')}
          </p>
        }
      >
        <Page params={matchPath(page.path, path) ?? {}} />
      </Suspense>
    </PageGuard>
  )
}

function Absent({ kind, home }: { kind: 'absent' | 'forbidden'; home: ConsolePage | undefined }) {
  const { t } = useFrameTexts()
  return (
    <>
      <PageHead title={t(`${kind}_title`)} />
      <EmptyState title={t(`${kind}_title`)} line={t(`${kind}_line`)} icon={kind === 'absent' ? 'search' : 'lock'}>
        {home && <ButtonLink to={home.path}>{t('absent_home')}</ButtonLink>}
      </EmptyState>
    </>
  )
}

/** `<html lang>` says what is read. */
function useDocumentLanguage() {
  const language = usePreference(consoleLanguage)
  useEffect(() => {
    document.documentElement.lang = LANGUAGE_TAGS[language]
  }, [language])
}
