import { createHash } from 'node:crypto'
import type { Currency, Language } from '@paume/contract'
import { formatAmount } from '../receipt-layout.ts'
import type { PaymentRow } from '../store.ts'
import { PAGE_WORDS, type PageWords } from './page-wording.ts'
import { UNDO_TTL_MS } from './service.ts'
import type { ReportRow } from './store.ts'

/** What is on the page. `undo`: the secret, only in the answer to the report itself. */
export type PageState = {
  language: Language
  /** The link's own address, without a query. */
  path: string
  payment: PaymentRow
  /** When the receipt was issued. */
  issuedAt: Date
  sandbox: boolean
  report: ReportRow | null
  undo: string | null
  /** The form came without the tick. */
  unconfirmed: boolean
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2321;--soft:#55605c;--paper:#f6f5f1;--card:#fff;--line:#d9d8d0;--bad:#a3211b;--good:#14634a;--onbad:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#eef0ec;--soft:#aab3ae;--paper:#151917;--card:#1f2522;--line:#3a423e;--bad:#ff9d94;--good:#7fd8b4;--onbad:#2b0705}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.5 system-ui,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:34rem;margin:0 auto;padding:1.25rem 1.25rem 3rem}
header{display:flex;justify-content:space-between;align-items:center;gap:1rem;min-height:2.9rem;margin-bottom:1.25rem}
header p{margin:0;font-weight:650}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .75rem}
a{color:inherit;text-underline-offset:.2em}
header a{display:inline-block;padding:.6rem 0 .6rem .6rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.9rem;padding:1rem 1.15rem;margin:0 0 1.5rem}
.card p{margin:0}
.card .soft,.soft{color:var(--soft);font-size:.95rem}
.card strong{display:block;font-size:1.9rem;line-height:1.25;font-variant-numeric:tabular-nums}
ul{margin:0 0 1.5rem;padding-left:1.15rem}
li{margin:.45rem 0}
label{display:flex;gap:.75rem;align-items:center;padding:.6rem 0;font-weight:600}
input[type=checkbox]{width:1.6rem;height:1.6rem;flex:none;accent-color:var(--bad)}
button{font:inherit;font-weight:650;width:100%;min-height:3.4rem;padding:.6rem 1rem;border-radius:.9rem;border:2px solid var(--bad);background:var(--bad);color:var(--onbad);cursor:pointer;margin:.5rem 0 1rem}
button.quiet{background:transparent;color:var(--ink);border-color:var(--soft)}
:focus-visible{outline:3px solid var(--good);outline-offset:3px}
.alert{color:var(--bad);font-weight:600;margin:0 0 .5rem}
.sandbox{color:var(--soft);font-size:.9rem;font-weight:600}
`

/** No script, no picture, nothing from elsewhere; forms go back to us. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** Names come from people. */
const text = (raw: string) => raw.replace(/[&<>"']/g, (character) => ESCAPES[character]!)

const utc = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
const paragraphs = (lines: readonly string[]) => `<ul>${lines.map((line) => `<li>${text(line)}</li>`).join('')}</ul>`

function frame(language: Language, title: string, other: string | null, body: string): string {
  const words = PAGE_WORDS[language]
  const [otherLanguage] = (['en', 'fr'] as const).filter((each) => each !== language)
  const link =
    other === null
      ? ''
      : `<a href="${text(other)}?lang=${otherLanguage}" hreflang="${otherLanguage}" lang="${otherLanguage}">${words.other}</a>`
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${text(title)} · Paume</title><style>${STYLE}</style></head>
<body><main><header><p>Paume</p>${link}</header>${body}</main></body></html>`
}

/** Shop, amount, time. No card, no palm, no person. */
function paymentCard({ payment, issuedAt, sandbox, language }: PageState): string {
  const words = PAGE_WORDS[language]
  const money = (minor: bigint) => text(formatAmount(minor, payment.currency as Currency, language))
  const taken = payment.captured_minor > 0n
  const names = [...new Set([payment.merchant_name, payment.shop_name])].map(text).join(', ')
  const amount =
    payment.state !== 'approved'
      ? payment.amount_minor + payment.tip_minor
      : taken
        ? payment.captured_minor
        : payment.authorised_minor
  const how = payment.state !== 'approved' ? words.nothing : taken ? words.paid : words.held
  const back = payment.refunded_minor > 0n ? `<p class="soft">${words.back}: ${money(payment.refunded_minor)}</p>` : ''
  return `<section class="card" aria-label="${text(words.about)}"><p class="soft">${text(how)}</p><strong>${money(amount)}</strong><p>${names}</p><p class="soft"><time datetime="${issuedAt.toISOString()}">${utc(issuedAt)}</time></p>${back}${sandbox ? `<p class="sandbox">${text(words.sandbox)}</p>` : ''}</section>`
}

/** What is asked, or how it stands. */
export function paymentPage(state: PageState): string {
  const { language, report } = state
  const words = PAGE_WORDS[language]
  const asks = report === null || report.state === 'withdrawn'
  const title = asks && report === null ? words.question : standing(words, report!).title
  const below = asks ? question(state, words) : after(state, words, report!)
  return frame(language, words.title, state.path, `<h1>${text(title)}</h1>${paymentCard(state)}${below}`)
}

function question({ path, language, report, unconfirmed }: PageState, words: PageWords): string {
  const alert = unconfirmed ? `<p class="alert" role="alert">${text(words.confirmFirst)}</p>` : ''
  const before = report === null ? '' : `<p>${text(words.withdrawnLine)}</p><h2>${text(words.again)}</h2>`
  return `${before}${paragraphs(words.what)}<form method="post" action="${text(path)}">${alert}<input type="hidden" name="lang" value="${language}"><label><input type="checkbox" name="confirm" value="yes" required>${text(words.confirm)}</label><button name="do" value="report">${text(words.report)}</button></form><p class="soft">${text(words.keep)}</p>`
}

function after({ path, language, undo }: PageState, words: PageWords, report: ReportRow): string {
  const { lines } = standing(words, report)
  const form =
    undo === null
      ? ''
      : `<p>${text(words.undoLine.replace('{minutes}', String(UNDO_TTL_MS / 60_000)))}</p><form method="post" action="${text(path)}"><input type="hidden" name="lang" value="${language}"><input type="hidden" name="undo" value="${text(undo)}"><button class="quiet" name="do" value="withdraw">${text(words.undo)}</button></form>`
  return `${paragraphs(lines)}${form}`
}

function standing(words: PageWords, report: ReportRow): { title: string; lines: string[] } {
  const freeze = report.freeze_lifted_at === null ? words.still : words.thawed
  switch (report.state) {
    case 'open':
      return report.freeze_lifted_at === null
        ? { title: words.reported, lines: words.next }
        : { title: words.title, lines: [words.thawed, ...words.next.slice(1, 3)] }
    case 'refunded':
      return { title: words.refunded, lines: [words.refundedLine, freeze] }
    case 'rejected':
      return { title: words.rejected, lines: [words.rejectedLine, freeze] }
    case 'withdrawn':
      return { title: words.withdrawn, lines: [words.withdrawnLine] }
  }
}

/** For every link that stands for nothing, whatever the reason. */
export function noPage(language: Language, why: 'gone' | 'busy'): string {
  const words = PAGE_WORDS[language]
  const [title, line] = why === 'gone' ? [words.goneTitle, words.gone] : [words.busyTitle, words.busy]
  return frame(language, title, null, `<h1>${text(title)}</h1><p>${text(line)}</p>`)
}
