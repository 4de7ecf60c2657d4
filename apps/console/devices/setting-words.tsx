import type { DeviceSettings, SettingSource } from '@paume/contract'
import type { ReactNode } from 'react'
import { LANGUAGE_NAMES, Link, useFormat } from '../frame/index.ts'
import { StatePill } from '../parts/index.ts'
import { useDeviceTexts } from './texts.ts'

/** What a setting says, in words. */
export function useSettingWords(): <K extends keyof DeviceSettings>(name: K, value: DeviceSettings[K]) => ReactNode {
  const { t } = useDeviceTexts()
  const { percent, list } = useFormat()
  return (name, given) => {
    const value = given as DeviceSettings[keyof DeviceSettings]
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
    switch (name) {
      case 'brightnessPercent':
      case 'soundPercent':
        return percent((value as number) / 100, 0)
      case 'languages':
        return value === null ? t('of_the_shop') : list((value as ('en' | 'fr')[]).map((each) => LANGUAGE_NAMES[each]))
      case 'tipPercents':
        return (value as number[]).length === 0
          ? t('none')
          : list((value as number[]).map((each) => percent(each / 100, 0)))
      case 'idleWords': {
        const words = Object.entries(value as Record<string, string>)
        if (words.length === 0) return t('our_words')
        return (
          <ul className="setting-list">
            {words.map(([language, line]) => (
              <li key={language} lang={language}>
                {line}
              </li>
            ))}
          </ul>
        )
      }
      default:
        return value === null ? t('of_the_organisation') : t(`flash_${value as 'required' | 'when_dim' | 'off'}`)
    }
  }
}

export function SourceOfSetting({ source }: { source: SettingSource }) {
  const { t } = useDeviceTexts()
  if (source.from === 'default') return <span className="soft">{t('from_default')}</span>
  const { templateId, templateName: template, version, rolloutId } = source
  return (
    <>
      <Link to={`/console/device-settings/${templateId}`}>{t(`from_${source.from}`, { template, version })}</Link>
      {rolloutId && (
        <>
          {' '}
          <StatePill tone="accent">{t('in_rollout')}</StatePill>
        </>
      )}
    </>
  )
}
