import { useState } from 'react'
import { defineTexts, useApi, useSession } from '../frame/index.ts'
import { Button, Failed, PageHead } from '../parts/index.ts'

const useSignInTexts = defineTexts({
  en: { title: 'Sign in', sandbox: 'Enter the sandbox as {who}', operator: 'operator', owner: 'owner of a shop' },
  fr: {
    title: 'Connexion',
    sandbox: 'Entrer dans le bac à sable : {who}',
    operator: 'opérateur',
    owner: 'propriétaire de magasin',
  },
  es: {
    title: 'Iniciar sesión',
    sandbox: 'Entrar en el entorno de pruebas: {who}',
    operator: 'operador',
    owner: 'dueño de tienda',
  },
  zh: { title: '登录', sandbox: '以{who}身份进入沙盒', operator: '运营者', owner: '店主' },
})

/** Signing in to the console. */
export function SignInPage() {
  const { t } = useSignInTexts()
  const api = useApi()
  const { enter } = useSession()
  const [error, setError] = useState<unknown>(null)
  const go = (who: 'operator' | 'owner') => api.staff.enterSandbox(who).then(enter, setError)
  return (
    <>
      <PageHead title={t('title')} />
      <div className="row">
        {(['operator', 'owner'] as const).map((who) => (
          <Button key={who} look="main" onClick={() => go(who)}>
            {t('sandbox', { who: t(who) })}
          </Button>
        ))}
      </div>
      {error !== null && <Failed error={error} />}
    </>
  )
}
