import { type ReactNode, useMemo } from 'react'
import type { ConsolePage } from './console-page.ts'
import { BottomNavigation, pagesFor, SideNavigation } from './navigation.tsx'
import { Palette } from './palette.tsx'
import { useSelf } from './session.tsx'
import { useFrameTexts } from './texts.ts'
import { TopBar } from './top-bar.tsx'

/** What surrounds every page of somebody who is signed in. */
export function Shell({ pages, children }: { pages: readonly ConsolePage[]; children: ReactNode }) {
  const { t } = useFrameTexts()
  const self = useSelf()
  const mine = useMemo(() => pagesFor(pages, self), [pages, self])
  return (
    <>
      <a className="skip-link" href="#content">
        {t('skip')}
      </a>
      <TopBar search={<Palette pages={mine} />} />
      <div className="console-body">
        <SideNavigation pages={mine} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      <BottomNavigation pages={mine} />
    </>
  )
}

/** What surrounds a page that needs nobody signed in: sign-in, invitations, and what stands there meanwhile. */
export function OpenShell({ children }: { children: ReactNode }) {
  return (
    <div className="open-shell">
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}
