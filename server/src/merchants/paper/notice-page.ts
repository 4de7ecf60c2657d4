import { createHash } from 'node:crypto'
import type { ConsoleLanguage, ShopNotice } from '@paume/contract'
import { CONSOLE_LANGUAGES } from '@paume/contract'

const NAMES: Record<ConsoleLanguage, string> = { en: 'English', fr: 'Français', es: 'Español', zh: '中文' }
const CHOOSE: Record<ConsoleLanguage, string> = { en: 'Languages', fr: 'Langues', es: 'Idiomas', zh: '语言' }

const STYLE = `
:root { color-scheme: light dark }
body { margin: 0; font: 1.125rem/1.6 system-ui, sans-serif; color: #14213d; background: #fff }
header { background: #12233f; color: #fff; padding: 1.5rem }
header p { margin: .25rem 0 0 }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2 }
header > *, main, nav { max-width: 42rem; margin-inline: auto }
main, nav { padding: 1rem 1.5rem }
ul { padding-left: 1.25rem } li { margin: .75rem 0 }
nav a { color: inherit; margin-right: 1rem; display: inline-block; padding: .5rem 0 }
footer { max-width: 42rem; margin: auto; padding: 0 1.5rem 2rem; font-size: .875rem; color: #555 }
@media (prefers-color-scheme: dark) { body { color: #eef; background: #0d1628 } footer { color: #b5bdcc } }
`

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)

/** The page that the code on a sign leads to: no script, readable on any phone. */
export function noticePage({ shop, merchant, language, text, jurisdiction, version }: ShopNotice, shopId: string) {
  const links = CONSOLE_LANGUAGES.map((each) => {
    const current = each === language ? ' aria-current="true"' : ''
    return `<a href="/notice/${shopId}?language=${each}" lang="${each}" hreflang="${each}"${current}>${NAMES[each]}</a>`
  }).join('')
  const lines = text.lines.map((line) => `<li>${escaped(line)}</li>`).join('')
  const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(text.title)}</title><style>${STYLE}</style></head>
<body><header><h1>${escaped(text.title)}</h1><p>${escaped(merchant)}: ${escaped(shop)}</p></header>
<nav aria-label="${CHOOSE[language]}">${links}</nav>
<main><ul>${lines}</ul></main>
<footer>${jurisdiction} ${version}</footer></body></html>
`
  const hash = createHash('sha256').update(STYLE).digest('base64')
  return { html, policy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'` }
}
