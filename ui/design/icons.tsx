const shapes = {
  lines:
    'M4 12a5 5 0 0 1 5-5h6a5 5 0 0 1 0 10H9a5 5 0 0 1-5-5ZM9 7l2.5-2.5M9 7l2.5 2.5M15 17l-2.5-2.5M15 17l-2.5 2.5',
  data: 'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3ZM4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  training:
    'M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  gates: 'M12 3 5 6v5c0 4.6 2.9 8.2 7 10 4.1-1.8 7-5.4 7-10V6l-7-3ZM9 12l2.2 2.2L15.2 10',
  traffic: 'M3 17h4l3-10 4 13 3-8h4',
  drift: 'M3 18c3 0 3.5-10 7-10s3.5 10 7 10M9 18c2.6 0 3.4-7 6-7s3.4 7 6 7',
  performance: 'M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18ZM12 16.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9ZM12 12h.01',
  retraining: 'M20 11a8 8 0 0 0-14.3-4L3 9.5M3 4v5.5h5.5M4 13a8 8 0 0 0 14.3 4l2.7-2.5M21 20v-5.5h-5.5',
  runs: 'M4 20V4M4 20h16M8 16l3.5-5 3 2.5L20 6',
  traces: 'M4 5h10M8 10h10M12 15h8M4 19h6',
  evaluations: 'M9 11l2.5 2.5L16 9M4 4h16v16H4V4Z',
  models: 'M12 3l8 4.5v9L12 21l-8-4.5v-9L12 3ZM4 7.5l8 4.5 8-4.5M12 12v9',
  prompts: 'M4 5h16v11H10l-4 4v-4H4V5ZM8 9h8M8 12h5',
  inbox: 'M4 5h16v14H4V5ZM4 13h4.5l1.5 2.5h4l1.5-2.5H20',
  report: 'M5 3h14v18H5V3ZM9 8h6M8.5 17v-3M12 17v-5M15.5 17v-4',
  deployments: 'M4 7h16v4H4V7ZM4 13h16v4H4v-4ZM7.5 9h.01M7.5 15h.01M12 17v4M9 21h6',
  alerts: 'M6 9a6 6 0 1 1 12 0c0 5 2 6.5 2 6.5H4S6 14 6 9ZM10 19a2 2 0 0 0 4 0',
  members:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.5-3.5 3-5.5 6.5-5.5s6 2 6.5 5.5M16 4.3a3.5 3.5 0 0 1 0 6.4M18.5 14.9c1.7.9 2.7 2.6 3 5.1',
  tokens: 'M14.5 3.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM10 13.7 3.5 20.2V21H7v-2.5h2.5V16M15.5 8.5h.01',
  audit: 'M6 3h9l4 4v14H6V3ZM14.5 3v4.5H19M9 12h7M9 16h7',
  storage: 'M4 4h16v5H4V4ZM5 9v11h14V9M9.5 13h5',
  platform: 'M4 5h16v11H4V5ZM9 20h6M12 16v4',
  check: 'M5 12.5 9.5 17 19 7.5',
  cross: 'M6 6l12 12M18 6 6 18',
  dash: 'M6 12h12',
  chevron: 'm9 6 6 6-6 6',
  left: 'm15 6-6 6 6 6',
  down: 'm6 9 6 6 6-6',
  play: 'M7 4.5v15l12-7.5-12-7.5Z',
  pause: 'M8 5v14M16 5v14',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  copy: 'M9 9h11v11H9V9ZM5 15H4V4h11v1',
  menu: 'M4 7h16M4 12h16M4 17h16',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  file: 'M6 3h8l5 5v13H6V3ZM13.5 3v5.5H19',
  folder: 'M3 6h6l2 2.5h10V19H3V6Z',
  download: 'M12 4v11M7.5 11 12 15.5 16.5 11M4 20h16',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7.5V12l3 2',
  warning: 'M12 4 2.5 20h19L12 4ZM12 10v4.5M12 17.3h.01',
  plus: 'M12 5v14M5 12h14',
  back: 'M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  bolt: 'M13 3 5 14h6l-1 7 8-11h-6l1-7Z',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17',
  logout: 'M10 4H5v16h5M14.5 8l4 4-4 4M18.5 12H9',
} as const

export type IconName = keyof typeof shapes

/** A line icon on a 24 grid, in the colour of its text; says nothing to screen readers. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: 'none' }}
    >
      <path d={shapes[name]} />
    </svg>
  )
}
