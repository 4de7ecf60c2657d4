import type { InvitationMade } from '@paume/contract'
import { useFormat } from '../frame/index.ts'
import { Button, CopyField, Dialog, Note } from '../parts/index.ts'
import { usePeopleTexts } from './texts.ts'

/** A link that is shown this one time. */
export function LinkMade({ name, made, onClose }: { name: string; made: InvitationMade; onClose(): void }) {
  const { t } = usePeopleTexts()
  const { dateTime } = useFormat()
  return (
    <Dialog
      title={t('link_title', { name })}
      onClose={onClose}
      foot={
        <Button look="main" onClick={onClose}>
          {t('done')}
        </Button>
      }
    >
      <div className="stack">
        <Note tone="accent">{t('link_line', { when: dateTime(made.expiresAt) })}</Note>
        <CopyField label={t('link')} value={made.link} />
      </div>
    </Dialog>
  )
}
