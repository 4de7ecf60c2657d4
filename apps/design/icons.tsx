/** Line icons of our own, 24 × 24, stroke in the colour of the text. */
const PATHS = {
  check: 'M4.5 12.8 9.6 18 19.5 6.8',
  cross: 'M6 6l12 12M18 6 6 18',
  alert: 'M12 4 2.8 20h18.4L12 4ZM12 10v4.6M12 17.4v.1',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v6M12 7.4v.1',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M19.5 14.6A8 8 0 0 1 9.4 4.5a8 8 0 1 0 10.1 10.1Z',
  auto: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 3v18M12 7l6.5-1.2M12 11.5l8.8-.8M12 16l7.6.6',
  speaker: 'M4 9.5v5h3.5L12 19V5L7.5 9.5H4ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
  muted: 'M4 9.5v5h3.5L12 19V5L7.5 9.5H4ZM16 9.5l5 5M21 9.5l-5 5',
  back: 'M14.5 5 7.5 12l7 7',
  erase: 'M9 6h11v12H9l-6-6 6-6ZM12 9.5l5 5M17 9.5l-5 5',
  undo: 'M8 5 4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9',
  minus: 'M5 12h14',
  plus: 'M5 12h14M12 5v14',
  mail: 'M3 6h18v12H3V6ZM3.5 6.8 12 13l8.5-6.2',
  print: 'M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7V14Z',
  hand: 'M8 12V5.5a1.6 1.6 0 0 1 3.2 0V11M11.2 11V4a1.6 1.6 0 0 1 3.2 0v7M14.4 11V5.5a1.6 1.6 0 0 1 3.2 0v8.2c0 4.4-2.6 7.3-6.4 7.3-3 0-4.5-1.6-5.9-4.4L3.6 13c.9-1.2 2.5-1 3.3.3L8 15',
  lock: 'M6 11h12v9.5H6V11ZM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
  leaf: 'M5 19C4 10 9 4.5 20 4c.3 10-4.5 15.5-12 14.5M5 20.5c1.5-5 4-8 8.5-10.5',
  till: 'M4 20.5h16v-6H4v6ZM6 14.5 8 6.5h11l1 8M10.5 9.5h6M10.5 12h6',
  terminal: 'M6.5 3h11v18h-11V3ZM9.5 6.5h5v5h-5v-5ZM9.7 15.5h.1M12 15.5h.1M14.3 15.5h.1M9.7 18h.1M12 18h.1M14.3 18h.1',
  park: 'M9 5v14M15 5v14',
  cash: 'M3 7h18v10H3V7ZM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM6 12h.1M18 12h.1',
  day: 'M4 6h16v14H4V6ZM4 10.5h16M8.5 3.5V8M15.5 3.5V8',
  tag: 'M4 4h8l8.5 8.5-8 8L4 12V4ZM8 8h.1',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.3 15.3 20.5 20.5',
  pencil: 'M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19 4 20ZM13.5 7l3.5 3.5',
  gate: 'M4 20.5V4M20 20.5V4M4 7h5v9H4M20 7h-5v9h5',
  door: 'M6 20.5V3.5h12v17M3.5 20.5h17M14.5 12h.1',
  kiosk: 'M7 3h10v12H7V3ZM12 15v6M8 21h8M10 8.5l1.6 1.7L14.4 7',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, sizePx = 24 }: { name: IconName; sizePx?: number }) {
  return (
    <svg
      width={sizePx}
      height={sizePx}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
