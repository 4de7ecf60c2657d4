import type { ZoneWindow } from '@paume/contract'

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const clocks = new Map<string, Intl.DateTimeFormat>()

/** What a clock on the wall of the shop shows: day of the week (1: Monday) and minutes after midnight. @param timeZone IANA name */
export function wallClock(at: Date, timeZone: string): { day: number; minute: number } {
  let clock = clocks.get(timeZone)
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    clocks.set(timeZone, clock)
  }
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  return { day: WEEKDAYS.indexOf(parts.weekday!) + 1, minute: Number(parts.hour) * 60 + Number(parts.minute) }
}

/** Whether one of the windows is open then. None at all: always. One that ends before it begins goes on after midnight. */
export function isOpen(windows: readonly ZoneWindow[], at: Date, timeZone: string): boolean {
  if (windows.length === 0) return true
  const { day, minute } = wallClock(at, timeZone)
  const yesterday = day === 1 ? 7 : day - 1
  return windows.some(({ days, from, to }) => {
    if (from < to) return days.includes(day) && minute >= from && minute < to
    return (days.includes(day) && minute >= from) || (days.includes(yesterday) && minute < to)
  })
}
