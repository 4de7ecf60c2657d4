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
  copy: 'M9 9h11v11H9V9ZM5 15H4V4h11v1',
  columns: 'M4 5h16v14H4V5ZM9.4 5v14M14.7 5v14',
  download: 'M12 4v11M7.5 11 12 15.5 16.5 11M4.5 20h15',
  menu: 'M4 7h16M4 12h16M4 17h16',
  overview: 'M4 4h7v9H4V4ZM13 4h7v5h-7V4ZM13 11h7v9h-7v-9ZM4 15h7v5H4v-5Z',
  map: 'M4 6l5.5-2 5 2L20 4v14l-5.5 2-5-2L4 20V6ZM9.5 4v14M14.5 6v14',
  shop: 'M4 10.5V20h16v-9.5M3 10l1.5-6h15L21 10a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0ZM10 20v-5h4v5',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-4 2.8-6.2 6.5-6.2s6.5 2.2 6.5 6.2M15.5 4.3a3.5 3.5 0 0 1 0 6.4M17.5 14.2c2.5.7 4 2.7 4 5.8',
  chart: 'M4 4v16h16M8 16v-4M12.5 16V7.5M17 16v-6',
  money: 'M3 6h18v12H3V6ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  scales: 'M12 4v16M7 20h10M5 7h14M5 7l-2.5 6.5h5L5 7ZM19 7l-2.5 6.5h5L19 7Z',
  hook: 'M9 4.5a3.5 3.5 0 1 1 4.4 4.6L10.5 15M6.5 12.5a3.6 3.6 0 1 0 4 5h6.5M17.5 20.5a3.4 3.4 0 1 0-2.6-6L12 9.3',
  shield: 'M12 3l8 3v6c0 4.6-3.2 7.7-8 9.5C7.2 19.7 4 16.6 4 12V6l8-3ZM8.5 12l2.6 2.6 4.6-5',
  pulse: 'M3 12.5h4l2.5-7 5 13 2.5-6h4',
  paper: 'M6 3h9l4 4v14H6V3ZM15 3v4h4M9 12h7M9 16h7',
  pair: 'M9 12h6M10 8H7.5a4 4 0 0 0 0 8H10M14 8h2.5a4 4 0 0 1 0 8H14',
  list: 'M9 6h11M9 12h11M9 18h11M4.5 6h.1M4.5 12h.1M4.5 18h.1',
  inbox: 'M4 13.5 6.5 5h11l2.5 8.5V19H4v-5.5ZM4 13.5h5a3 3 0 0 0 6 0h5',
  leave: 'M10 4H4v16h6M10 12h10M16 8l4 4-4 4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c0-4.4 3.2-6.7 7.5-6.7s7.5 2.3 7.5 6.7',
  rollout: 'M4 18h16M6 18v-5M12 18V9M18 18V5',
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
