import { Screen } from '../../design/frame.tsx'
import { Icon } from '../../design/icons.tsx'
import { useText } from '../../language/text.ts'

/** The system is not reached. `read`: a hand was read already, so the payment may have gone through. */
export function OfflineScreen({ read }: { read: boolean }) {
  const { t } = useText()
  return (
    <Screen name="offline" middle className="end">
      <span className="end-sign end-sign-bad">
        <Icon name="alert" sizePx={96} />
      </span>
      <h1 role="alert">{t('page.offline_title')}</h1>
      <p className="end-line">{t(read ? 'terminal.offline_payment' : 'page.offline_line')}</p>
      <p className="end-way">{t('terminal.other_ways')}</p>
    </Screen>
  )
}
