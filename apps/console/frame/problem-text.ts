import { NetworkFailure, PaumeError } from '@paume/client'
import { ERRORS, type ErrorCode } from '@paume/contract'
import { usePreference } from '../../design/preferences.ts'
import { problems as french } from '../../language/fr/problems.ts'
import { consoleLanguage } from './language.ts'
import type { ProblemLines } from './problem-lines.ts'
import { problemsEs } from './problems-es.ts'
import { problemsZh } from './problems-zh.ts'
import { useFrameTexts } from './texts.ts'

export type Said = {
  sentence: string
  /** What to tell support; null when no answer of Paume came. */
  requestId: string | null
  /** Trying the same again can help. */
  passing: boolean
}

/** A sentence for whatever was thrown, in the reader's language. */
export function useSaid(): (error: unknown) => Said {
  const { t } = useFrameTexts()
  const language = usePreference(consoleLanguage)
  return (error) => {
    if (error instanceof PaumeError) {
      const { code, status, problem } = error
      const lines: Record<typeof language, ProblemLines> = {
        en: ERRORS,
        fr: Object.fromEntries(Object.keys(ERRORS).map((each) => [each, french[`problem.${each as ErrorCode}`]])),
        es: problemsEs,
        zh: problemsZh,
      }
      const general =
        status >= 500
          ? t('failed_server')
          : status === 404
            ? t('failed_absent')
            : status === 403
              ? t('failed_role')
              : t('failed_request')
      return {
        sentence: lines[language][code] ?? general,
        requestId: problem.requestId ?? null,
        passing: status >= 500 || status === 429,
      }
    }
    if (error instanceof NetworkFailure) return { sentence: t('failed_network'), requestId: null, passing: true }
    return { sentence: t('failed_page'), requestId: null, passing: true }
  }
}

/** What the server found wrong, by field: `body/name` → `name`. Its own words are English; other languages say that something is wrong. */
export function useFieldProblems(error: unknown): Record<string, string> {
  const { t, language } = useFrameTexts()
  if (!(error instanceof PaumeError)) return {}
  const found: Record<string, string> = {}
  for (const { path, message } of error.problem.problems ?? []) {
    const name = path.replace(/^(?:body|querystring|params)?\/?/, '').replaceAll('/', '.')
    found[name] ??= language === 'en' ? message : t('field_wrong')
  }
  return found
}
