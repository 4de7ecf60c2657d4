import type { BrowserContext, Page } from 'playwright-core'
import { PAGES } from '../../apps/console/pages.ts'

/** A page of the console with real identifiers in its address. */
export type ConsolePlace = {
  /** As pictures and findings call it, e.g. `shops-shopId`. */
  name: string
  path: string
}

/** Signs a person of the demo in, as the start page's button does. All pages of the context are theirs then. */
export async function enterConsole(context: BrowserContext, url: string, who: 'operator' | 'owner'): Promise<void> {
  const reply = await context.request.post(`${url}/sandbox/console/enter`, { data: { who }, headers: { origin: url } })
  if (!reply.ok()) throw new Error(`the sandbox lets nobody in: ${reply.status()} ${await reply.text()}`)
}

/** Waits until the page shows its heading and nothing is on its way any more. */
export async function settle(page: Page): Promise<void> {
  await page.locator('main h1:visible').first().waitFor({ timeout: 40_000 })
  await page
    .waitForFunction(
      () =>
        document.querySelector('[data-waiting], main .skeleton, main [aria-busy="true"], main .chart-wait') === null,
      null,
      {
        timeout: 40_000,
      },
    )
    .catch((cause: unknown) => {
      throw new Error(`${page.url()} never came to rest`, { cause })
    })
}

/** No identifier of anything. */
const NOBODY = 'none_00000000000000000000000000'

const nameOf = (path: string) =>
  path === '/console' ? 'overview' : path.replace('/console/', '').replaceAll(/[:/]+/g, '-')

const asPattern = (path: string) => new RegExp(`^${path.replaceAll(/:[^/]+/g, '[^/?#]+')}$`)

/**
 * Every page of the registry, whoever added it. A path with parameters takes them from the first link to it on another page.
 *
 * Where the demo has nothing that a page could be of, it is opened for what does not exist: then it says so.
 */
export async function consolePlaces(page: Page, url: string): Promise<ConsolePlace[]> {
  const links = new Set<string>()
  const collect = async (path: string) => {
    await page.goto(url + path)
    await settle(page)
    const found = await page
      .locator('a[href^="/console"]')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href')!))
    for (const link of found) links.add(link.split(/[?#]/)[0]!)
  }
  const plain = PAGES.filter(({ path, open }) => !open && !path.includes(':'))
  for (const { path } of plain) await collect(path)
  const places: ConsolePlace[] = PAGES.filter(({ path }) => !path.includes(':')).map(({ path }) => ({
    name: nameOf(path),
    path,
  }))
  // A deep page may be linked from another deep page: shops, then a shop's lanes.
  let waiting = PAGES.filter(({ path }) => path.includes(':')).map(({ path }) => path)
  for (let found = true; found; ) {
    found = false
    for (const path of waiting) {
      const link = [...links].find((each) => asPattern(path).test(each) && !PAGES.some((other) => other.path === each))
      if (link === undefined) continue
      found = true
      places.push({ name: nameOf(path), path: link })
      await collect(link)
      waiting = waiting.filter((each) => each !== path)
    }
  }
  for (const path of waiting) places.push({ name: `${nameOf(path)}-absent`, path: path.replaceAll(/:[^/]+/g, NOBODY) })
  return places
}
