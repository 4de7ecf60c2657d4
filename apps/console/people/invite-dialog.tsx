import type { InvitationMade, StaffPlaces } from '@paume/contract'
import { useState } from 'react'
import { useApi, useLoad, useSelf } from '../frame/index.ts'
import { Button, Dialog, Failed, Loaded, SelectField, TextField, useSubmit } from '../parts/index.ts'
import { LinkMade } from './link-made.tsx'
import { isWhole, type RightsDraft, RightsFields } from './rights-fields.tsx'
import { usePeopleTexts } from './texts.ts'

const EVERYWHERE = 'installation'

/** Invites somebody: name, roles, shops; then the link. */
export function InviteDialog({ onClose }: { onClose(made: boolean): void }) {
  const { t } = usePeopleTexts()
  const { staff } = useApi()
  const { organisation } = useSelf()
  const [chosen, setChosen] = useState(organisation?.id ?? EVERYWHERE)
  const [made, setMade] = useState<{ name: string; made: InvitationMade } | null>(null)
  const organisationId = chosen === EVERYWHERE ? null : chosen
  const places = useLoad(`places ${chosen}`, (signal) =>
    staff.places(organisationId === null ? {} : { organisationId }, { signal }),
  )
  if (made !== null) return <LinkMade {...made} onClose={() => onClose(true)} />
  return (
    <Dialog title={t('invite')} onClose={() => onClose(false)} wide>
      <Loaded load={places}>
        {(found) => (
          <div className="stack">
            {organisation === null && (
              <SelectField
                label={t('where')}
                value={chosen}
                options={[
                  { value: EVERYWHERE, label: t('installation') },
                  ...found.organisations.map(({ id, name }) => ({ value: id, label: name })),
                ]}
                onChange={setChosen}
              />
            )}
            <InviteForm
              key={chosen}
              organisationId={organisationId}
              places={found}
              onMade={(name, invitation) => setMade({ name, made: invitation })}
            />
          </div>
        )}
      </Loaded>
    </Dialog>
  )
}

interface InviteFormProps {
  organisationId: string | null
  places: StaffPlaces
  onMade(name: string, made: InvitationMade): void
}

function InviteForm({ organisationId, places, onMade }: InviteFormProps) {
  const { t } = usePeopleTexts()
  const { staff } = useApi()
  const self = useSelf()
  const [name, setName] = useState('')
  const [draft, setDraft] = useState<RightsDraft>({
    roles: organisationId === null ? ['operator'] : [],
    shopIds: self.shops === null ? null : [],
  })
  const { submit, busy, error, errors } = useSubmit(async () => {
    const who = name.trim()
    onMade(who, await staff.invite({ name: who, organisationId, ...draft }))
  })
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label={t('name')}
        value={name}
        onChange={setName}
        error={errors.name}
        maxLength={80}
        autoComplete="off"
        required
      />
      <RightsFields {...{ organisationId, places, draft, error: errors.roles }} onChange={setDraft} />
      {error !== null && <Failed error={error} small />}
      <div>
        <Button type="submit" look="main" busy={busy} disabled={!isWhole(draft) || name.trim() === ''}>
          {t('make_link')}
        </Button>
      </div>
    </form>
  )
}
