import type { ConsoleLanguage, Permission } from '@paume/contract'
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { IconName } from '../../design/icons.tsx'

/** Where a page stands in the navigation. */
export const PAGE_GROUPS = ['now', 'shops', 'money', 'trust', 'system'] as const
export type PageGroup = (typeof PAGE_GROUPS)[number]

/** What a page is given: the parts of its path, such as `shopId` of `/console/shops/:shopId`. */
export type PageProps = { params: Record<string, string> }

export type ConsolePage = {
  /** Under `/console`, e.g. `/console/shops/:shopId`. */
  path: string
  /** Who sees it; null: everybody who is signed in. */
  permission: Permission | null
  /** Its name in the navigation and in the search, in all languages. */
  title: Record<ConsoleLanguage, string>
  icon: IconName
  /** In the navigation, in this group, in the order of the registry. Without it: reached by links only. */
  group?: PageGroup
  /** Seen without being signed in: the page of an invitation. */
  open?: boolean
  /** What it shows. */
  component: LazyExoticComponent<ComponentType<PageProps>>
}

/** A page whose code is loaded when it is opened: `lazyPage(() => import('./shops-page.tsx'), 'ShopsPage')`. */
export function lazyPage<N extends string>(
  load: () => Promise<Record<N, ComponentType<PageProps>>>,
  name: N,
): LazyExoticComponent<ComponentType<PageProps>> {
  return lazy(async () => ({ default: (await load())[name] }))
}
