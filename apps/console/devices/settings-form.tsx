import { DEFAULT_SETTINGS, type FlashPolicy, LANGUAGES, type SettingsPatch } from '@paume/contract'
import type { ReactNode } from 'react'
import { LANGUAGE_NAMES } from '../frame/index.ts'
import { CheckField, SelectField, TextField } from '../parts/index.ts'
import { useDeviceTexts } from './texts.ts'

type FormProps = { patch: SettingsPatch; onChange(patch: SettingsPatch): void; errors: Record<string, string> }

/** Every setting: left as it is, or said by this template. */
export function SettingsForm({ patch, onChange, errors }: FormProps) {
  const { t } = useDeviceTexts()
  const label = (name: keyof SettingsPatch): string => t(`set_${name}`)
  const says = <K extends keyof SettingsPatch>(name: K): boolean => patch[name] !== undefined
  const set = <K extends keyof SettingsPatch>(name: K, value: SettingsPatch[K] | undefined) => {
    const { [name]: _, ...rest } = patch
    onChange(value === undefined ? rest : { ...rest, [name]: value })
  }
  /** A tick that lets the template say it, and under it how. */
  const part = <K extends keyof SettingsPatch>(name: K, first: NonNullable<SettingsPatch[K]>, field: ReactNode) => (
    <fieldset className="stack setting-part" key={name}>
      <legend className="unseen">{label(name)}</legend>
      <CheckField label={label(name)} checked={says(name)} onChange={(on) => set(name, on ? first : undefined)} />
      {says(name) && field}
    </fieldset>
  )
  const percentField = (name: 'brightnessPercent' | 'soundPercent', least: number) => (
    <TextField
      label={`${t(`set_${name}`)} (%)`}
      type="number"
      min={least}
      max={100}
      value={String(patch[name] ?? 100)}
      error={errors[`settings.${name}`]}
      onChange={(text) => set(name, Number(text))}
    />
  )
  const orders = [...LANGUAGES.map((each) => [each]), [...LANGUAGES], [...LANGUAGES].reverse()]
  const flash = patch.flash === null ? 'organisation' : patch.flash
  return (
    <div className="stack">
      {part(
        'languages',
        ['en', 'fr'],
        <SelectField
          label={t('set_languages')}
          value={patch.languages?.join(',') ?? ''}
          options={orders.map((order) => ({
            value: order.join(','),
            label: order.map((each) => LANGUAGE_NAMES[each]).join(', '),
          }))}
          onChange={(value) => set('languages', value.split(',') as ('en' | 'fr')[])}
        />,
      )}
      {part('brightnessPercent', DEFAULT_SETTINGS.brightnessPercent, percentField('brightnessPercent', 20))}
      {part('soundPercent', DEFAULT_SETTINGS.soundPercent, percentField('soundPercent', 0))}
      {part(
        'tipPercents',
        DEFAULT_SETTINGS.tipPercents,
        <TextField
          label={`${t('set_tipPercents')} (%)`}
          value={patch.tipPercents?.join(', ') ?? ''}
          error={errors['settings.tipPercents']}
          onChange={(text) =>
            set(
              'tipPercents',
              text
                .split(/[,\s]+/)
                .filter(Boolean)
                .map(Number),
            )
          }
        />,
      )}
      {part(
        'idleWords',
        {},
        LANGUAGES.map((each) => (
          <TextField
            key={each}
            label={`${t('set_idleWords')} (${LANGUAGE_NAMES[each]})`}
            value={patch.idleWords?.[each] ?? ''}
            maxLength={80}
            optional
            onChange={(text) => {
              const { [each]: _, ...rest } = patch.idleWords ?? {}
              set('idleWords', text === '' ? rest : { ...rest, [each]: text })
            }}
          />
        )),
      )}
      {part(
        'flash',
        'required',
        <SelectField
          label={t('set_flash')}
          value={flash ?? ''}
          options={(['required', 'when_dim', 'off', 'organisation'] as const).map((value) => ({
            value,
            label: value === 'organisation' ? t('of_the_organisation') : t(`flash_${value}`),
          }))}
          onChange={(value) => set('flash', value === 'organisation' ? null : (value as FlashPolicy))}
        />,
      )}
      {(['nearInfrared', 'hoverHints'] as const).map((name) =>
        part(
          name,
          true,
          <SelectField
            label={t(`set_${name}`)}
            value={patch[name] === false ? 'no' : 'yes'}
            options={(['yes', 'no'] as const).map((value) => ({ value, label: t(value) }))}
            onChange={(value) => set(name, value === 'yes')}
          />,
        ),
      )}
    </div>
  )
}
