import { permits, type StaffSelf } from '@paume/contract'
import { useState } from 'react'
import { Icon } from '../../design/icons.tsx'
import { usePreference } from '../../design/preferences.ts'
import { Drawer } from '../parts/dialog.tsx'
import { type ConsolePage, PAGE_GROUPS } from './console-page.ts'
import { consoleLanguage } from './language.ts'
import { Link } from './link.tsx'
import { usePlace } from './router.ts'
import { useFrameTexts } from './texts.ts'

/** What this person may see. */
export const pagesFor = (pages: readonly ConsolePage[], { roles }: Pick<StaffSelf, 'roles'>): ConsolePage[] =>
  pages.filter(({ permission, open }) => !open && (permission === null || permits(roles, permission)))

interface NavigationProps {
  /** What the reader may see. */
  pages: readonly ConsolePage[]
}

/** The page that the reader is on, or the one it belongs to: the longest address that theirs begins with. */
export function pageAbove(pages: readonly ConsolePage[], path: string): ConsolePage | null {
  const fitting = pages.filter(
    ({ path: each, group }) => group && (path === each || (each !== '/console' && path.startsWith(`${each}/`))),
  )
  return fitting.sort((a, b) => b.path.length - a.path.length)[0] ?? null
}

function Groups({ pages, onGone }: NavigationProps & { onGone?: () => void }) {
  const { t } = useFrameTexts()
  const language = usePreference(consoleLanguage)
  const { path } = usePlace()
  const current = pageAbove(pages, path)
  return PAGE_GROUPS.map((group) => {
    const here = pages.filter((page) => page.group === group)
    if (here.length === 0) return null
    return (
      <div key={group} className="nav-group">
        <p className="nav-group-name">{t(`group_${group}`)}</p>
        <ul>
          {here.map((page) => (
            <li key={page.path}>
              <Link
                to={page.path}
                className="nav-link"
                aria-current={page === current ? 'page' : undefined}
                onClick={onGone}
              >
                <Icon name={page.icon} sizePx={20} />
                <span>{page.title[language]}</span>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    )
  })
}

/** On wide screens: all pages at the left. */
export function SideNavigation({ pages }: NavigationProps) {
  const { t } = useFrameTexts()
  return (
    <nav className="side-nav no-print" aria-label={t('navigation')}>
      <Groups pages={pages} />
    </nav>
  )
}

const FIRST_ONES = 4

/** The first page of each group, filled up with those that follow. */
function firstOnes(pages: readonly ConsolePage[]): ConsolePage[] {
  const heads = PAGE_GROUPS.flatMap((group) => pages.find((page) => page.group === group) ?? [])
  const rest = pages.filter((page) => page.group && !heads.includes(page))
  return [...heads.slice(0, FIRST_ONES), ...rest].slice(0, FIRST_ONES)
}

/** On phones: the first pages at the thumb, all of them behind "More". */
export function BottomNavigation({ pages }: NavigationProps) {
  const { t } = useFrameTexts()
  const language = usePreference(consoleLanguage)
  const { path } = usePlace()
  const [open, setOpen] = useState(false)
  const current = pageAbove(pages, path)
  const first = firstOnes(pages)
  return (
    <>
      <nav className="bottom-nav no-print" aria-label={t('navigation')}>
        {first.map((page) => (
          <Link
            key={page.path}
            to={page.path}
            className="bottom-link"
            aria-current={page === current ? 'page' : undefined}
          >
            <Icon name={page.icon} sizePx={22} />
            <span>{page.title[language]}</span>
          </Link>
        ))}
        <button type="button" className="bottom-link" aria-expanded={open} onClick={() => setOpen(true)}>
          <Icon name="menu" sizePx={22} />
          <span>{t('more')}</span>
        </button>
      </nav>
      {open && (
        <Drawer title={t('navigation')} onClose={() => setOpen(false)}>
          <div className="drawer-nav">
            <Groups pages={pages} onGone={() => setOpen(false)} />
          </div>
        </Drawer>
      )}
    </>
  )
}
