import { LANGUAGES, type Language } from '@paume/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { Failure, invariant } from '../../failure.ts'
import type { RateLimiter } from '../../rate-limit.ts'
import type { App } from '../../routing.ts'
import { nowOf, processorOf } from '../parts.ts'
import { findPayment } from '../store.ts'
import { findLink, REPORT_PATH, type ReportLink } from './links.ts'
import { noPage, PAGE_POLICY, type PageState, paymentPage } from './page.ts'
import type { ReportParts } from './parts.ts'
import { reportPayment, withdrawReport } from './service.ts'
import { latestReport } from './store.ts'

/** A form is a few short fields, bytes. */
const FORM_LIMIT = 4_096

type LinkRequest = { Params: { token: string }; Querystring: { lang?: string } }

const known = (language: string | null | undefined): Language | undefined => LANGUAGES.find((one) => one === language)

/** As asked for, else of the receipt, else of the browser. */
const languageOf = (request: FastifyRequest, asked: string | undefined, link: ReportLink | null): Language =>
  known(asked) ??
  known(link?.language) ??
  known(
    /^\s*(en|fr)\b|[,\s](en|fr)\b/i
      .exec(request.headers['accept-language'] ?? '')
      ?.slice(1)
      .find(Boolean)
      ?.toLowerCase(),
  ) ??
  'en'

/**
 * The page behind the link of a receipt. Reading it changes nothing, however often and by whom: mail scanners follow links. Only the form
 * with its tick does.
 */
export function registerReportPage(app: App, parts: ReportParts, wrongLinks: RateLimiter): void {
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: FORM_LIMIT },
      async (_request: unknown, body: string) => new URLSearchParams(body),
    )
    const path = `${REPORT_PATH}/:token`
    scope.get<LinkRequest>(path, { schema: { hide: true } }, async (request, reply) => {
      const { lang } = request.query
      const link = await findLink(parts.db, request.params.token, nowOf(parts))
      if (link === null) return refuse(request, reply, lang)
      const language = languageOf(request, typeof lang === 'string' ? lang : undefined, link)
      const state = await stateOf(parts, link, request.params.token, language)
      return send(reply, 200, paymentPage(state))
    })
    scope.post<LinkRequest>(path, { schema: { hide: true } }, async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
      const link = await findLink(parts.db, request.params.token, nowOf(parts))
      const lang = form.get('lang') ?? undefined
      if (link === null) return refuse(request, reply, lang)
      const language = languageOf(request, lang, link)
      const answer = await act(link, form)
      const state = await stateOf(parts, link, request.params.token, language)
      return send(reply, answer.status, paymentPage({ ...state, ...answer.shown }))
    })
  })

  async function act(link: ReportLink, form: URLSearchParams) {
    if (form.get('do') === 'withdraw') {
      await withdrawReport(parts, link.paymentId, form.get('undo') ?? '')
      return { status: 200, shown: {} }
    }
    const confirmed = form.get('do') === 'report' && form.get('confirm') === 'yes'
    if (!confirmed) return { status: 422, shown: { unconfirmed: true } }
    const { undo } = await reportPayment(parts, link.paymentId, 'link')
    return { status: 200, shown: { undo } }
  }

  /** Wrong links are counted; a right one is served all the same, or else whoever tries many keeps a shopper from freezing. */
  function refuse(request: FastifyRequest, reply: FastifyReply, lang: string | undefined) {
    const language = languageOf(request, lang, null)
    try {
      wrongLinks.take(request.ip)
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'rate_limited')) throw error
      reply.problemCode = error.code
      return send(reply, 429, noPage(language, 'busy'))
    }
    return send(reply, 404, noPage(language, 'gone'))
  }
}

const send = (reply: FastifyReply, status: number, html: string) =>
  reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', PAGE_POLICY)
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .send(html)

async function stateOf(parts: ReportParts, link: ReportLink, token: string, language: Language): Promise<PageState> {
  const [payment, report, issued] = await Promise.all([
    findPayment(parts.db, link.paymentId),
    latestReport(parts.db, link.paymentId),
    sql<{ issued_at: Date }>`select issued_at from payment_receipt where payment_id = ${link.paymentId}`.execute(
      parts.db,
    ),
  ])
  invariant(payment && issued.rows[0], 'a link is of a payment with a receipt')
  return {
    language,
    path: `${REPORT_PATH}/${token}`,
    payment,
    issuedAt: issued.rows[0].issued_at,
    sandbox: processorOf(parts, payment.processor).sandbox,
    report,
    undo: null,
    unconfirmed: false,
  }
}
