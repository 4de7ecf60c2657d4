import { GRANTS, STAFF_ROLES, type StaffPlaces, type StaffRole } from '@paume/contract'
import { useSelf } from '../frame/index.ts'
import { CheckField, ChecksField } from '../parts/index.ts'
import { usePeopleTexts } from './texts.ts'

/** What is being chosen. `shopIds` null: all shops. */
export type RightsDraft = { roles: StaffRole[]; shopIds: string[] | null }

interface RightsFieldsProps {
  /** Of an organisation; null: of the whole installation, where there is one role and no shops. */
  organisationId: string | null
  places: StaffPlaces
  draft: RightsDraft
  onChange(draft: RightsDraft): void
  error?: string
}

/** Roles and shops: those that the reader may give, and no others. */
export function RightsFields({ organisationId, places, draft, onChange, error }: RightsFieldsProps) {
  const { t } = usePeopleTexts()
  const self = useSelf()
  const gives = (role: StaffRole) => self.roles.some((own) => GRANTS[own]?.includes(role))
  const roles = STAFF_ROLES.filter((role) => gives(role) && (role === 'operator') === (organisationId === null))
  const everywhere = draft.shopIds === null
  return (
    <>
      <ChecksField<StaffRole>
        label={t('roles')}
        values={draft.roles}
        options={roles.map((value) => ({ value, label: `${t(`role_${value}`)}: ${t(`line_${value}`)}` }))}
        onChange={(chosen) => onChange({ ...draft, roles: chosen })}
        error={error}
      />
      {organisationId !== null && (
        <>
          {self.shops === null && (
            <CheckField
              label={t('all_shops')}
              checked={everywhere}
              onChange={(on) => onChange({ ...draft, shopIds: on ? null : [] })}
            />
          )}
          {!everywhere && (
            <ChecksField
              label={t('some_shops')}
              values={draft.shopIds ?? []}
              options={places.shops.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(shopIds) => onChange({ ...draft, shopIds })}
            />
          )}
        </>
      )}
    </>
  )
}

/** Whether it says something that can be sent. */
export const isWhole = ({ roles, shopIds }: RightsDraft): boolean => roles.length > 0 && shopIds?.length !== 0
