import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** WCAG 2.0 to 2.2, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

type Violation = { id: string; help: string; nodes: { target: unknown[]; html: string; failureSummary?: string }[] }

/** What axe-core finds wrong with the page as it stands, a line each; empty when all is well. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Brought in by the debugger, past the content policy, which lets no script in.
  const there = await page.evaluate(() => 'axe' in window)
  if (!there) await page.evaluate(AXE)
  const violations = await page.evaluate(async (values) => {
    const { axe } = window as unknown as { axe: { run(what: Document, how: object): Promise<{ violations: unknown }> } }
    return (await axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] })).violations
  }, RULES)
  return (violations as Violation[]).flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 3)
      .map(
        ({ target, html, failureSummary = '' }) =>
          `${id} (${help}) at ${target.join(' ')}: ${html.slice(0, 120)} ${failureSummary.split('\n').slice(1, 3).join(' ').trim()}`,
      ),
  )
}

/** Sizes and looks in which every page is checked. */
export const VIEWS = [375, 1920].flatMap((width) => (['light', 'dark'] as const).map((look) => ({ width, look })))

/** The page at each size and look; a finding is told once, with where it was found. */
export async function axeEverywhere(page: Page, name: string): Promise<string[]> {
  const found = new Map<string, string[]>()
  for (const { width, look } of VIEWS) {
    // As high as the page: what a bar at the edge covers can be scrolled to.
    await page.setViewportSize({ width, height: width < 700 ? 812 : 1080 })
    const whole = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.setViewportSize({ width, height: Math.max(width < 700 ? 812 : 1080, Math.min(whole + 80, 8_000)) })
    await page.emulateMedia({ colorScheme: look })
    // Charts are drawn anew for the look.
    await page.waitForTimeout(60)
    const findings = await axeFindings(page)
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    if (sideways > 0) findings.push(`scrolls sideways by ${sideways} px`)
    for (const finding of findings) found.set(finding, [...(found.get(finding) ?? []), `${width} px ${look}`])
  }
  return [...found].map(([finding, views]) => `${name} (${views.join(', ')}): ${finding}`)
}
