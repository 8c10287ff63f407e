import pack from '@sparticuz/chromium'
import { chromium } from 'playwright-core'

const executablePath = await pack.executablePath()
const browser = await chromium.launch({
  executablePath,
  args: '--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  ),
})
const out = '/tmp/ui/shots'
const base = process.env['BASE'] ?? 'http://127.0.0.1:4602'
const [wanted = '', widths = '1280,400', schemes = 'light,dark'] = process.argv.slice(2)
const pages: Record<string, string> = {
  lines: '/projects/default/lines',
  line: '/projects/default/lines/digit-reader',
  pipeline: '/projects/default/pipeline-runs/x',
  runs: '/projects/default/runs',
  run: '/projects/default/runs/y',
  charts: '/projects/default/runs/y?tab=charts',
  files: '/projects/default/runs/y?tab=artifacts',
  models: '/projects/default/models',
  model: '/projects/default/models/digit-reader?a=1&b=2',
  version: '/projects/default/models/digit-reader/versions/2',
  datasets: '/projects/default/datasets',
  dataset: '/projects/default/datasets/digits',
  profile: '/projects/default/datasets/digits/versions/3',
  rows: '/projects/default/datasets/digits/versions/3?tab=rows',
  checks: '/projects/default/datasets/digits/versions/3?tab=checks',
  deployments: '/projects/default/deployments',
  deployment: '/projects/default/deployments/digit-reader',
  alerts: '/projects/default/alerts',
  alert: '/projects/default/alerts/z',
  members: '/projects/default/members',
  tokens: '/projects/default/tokens',
  audit: '/projects/default/audit',
  login: '/login',
  empty: '/projects/empty/lines',
  emptyruns: '/projects/empty/runs',
  missing: '/projects/default/lines/nope',
}
for (const [name, path] of Object.entries(pages)) {
  if (wanted && !wanted.split(',').includes(name)) continue
  for (const width of widths.split(',').map(Number))
    for (const colorScheme of schemes.split(',') as ('light' | 'dark')[]) {
      const page = await browser.newPage({
        viewport: { width, height: 860 },
        colorScheme,
        deviceScaleFactor: 1,
        locale: 'en-US',
        timezoneId: 'Europe/Berlin',
      })
      page.on('pageerror', (error) => console.log(name, width, 'pageerror', error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          console.log(name, width, message.text().slice(0, 300))
      })
      await page.goto(base + path)
      await page.waitForSelector('h1', { timeout: 8000 }).catch(() => console.log(name, 'no h1'))
      await page.waitForTimeout(700)
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      if (wide > 0) console.log(name, width, 'overflows by', wide)
      await page.screenshot({ path: `${out}/${name}-${width}-${colorScheme}.png`, fullPage: true })
      await page.close()
    }
}
await browser.close()
