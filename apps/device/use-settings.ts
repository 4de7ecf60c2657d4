import type { HeartbeatReply } from '@paume/contract'
import { useEffect } from 'react'
import { setCueVolume } from '../design/cues.ts'
import { language } from '../language/text.ts'
import { deviceSettings, useDeviceSettings } from './device-settings.ts'

/** Takes what a heartbeat brought. Answers the name of what the page runs now. */
export function takeSettings({ settings, settingsVersion }: HeartbeatReply): string {
  deviceSettings.set(settings)
  setCueVolume(settings.soundPercent)
  return settingsVersion
}

/** The page is as bright as it is set to be while nobody is served; while a hand is looked at, as bright as it can be. */
export function useBrightness(free: boolean): void {
  const { brightnessPercent } = useDeviceSettings()
  const dimmed = free && brightnessPercent < 100
  useEffect(() => {
    if (!dimmed) return
    const page = document.documentElement
    page.style.filter = `brightness(${brightnessPercent}%)`
    return () => {
      page.style.filter = ''
    }
  }, [dimmed, brightnessPercent])
}

/** A screen that is set to languages returns to the first of them when nobody is served any more. */
export function useReturnLanguage(free: boolean): void {
  const first = useDeviceSettings().languages?.[0]
  useEffect(() => {
    if (free && first !== undefined) language.set(first)
  }, [free, first])
}
