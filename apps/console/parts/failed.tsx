import { Icon } from '../../design/icons.tsx'
import { useSaid } from '../frame/problem-text.ts'
import { useFrameTexts } from '../frame/texts.ts'
import { Button } from './button.tsx'

interface FailedProps {
  error: unknown
  onAgain?: () => void
  /** Inside a form or a card. */
  small?: boolean
}

/** Says what failed, what support needs, and offers to try again. */
export function Failed({ error, onAgain, small = false }: FailedProps) {
  const { t } = useFrameTexts()
  const { sentence, requestId } = useSaid()(error)
  return (
    <div className={small ? 'failed failed-small' : 'failed'} role="alert">
      <Icon name="alert" sizePx={small ? 20 : 32} />
      <div className="stack-s">
        {!small && <p className="strong">{t('failed_title')}</p>}
        <p>{sentence}</p>
        {requestId && <p className="soft small">{t('request_id', { id: requestId })}</p>}
        {onAgain && (
          <div>
            <Button onClick={onAgain} icon="undo">
              {t('again')}
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}
