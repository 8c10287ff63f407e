import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pack from '@sparticuz/chromium'
import { type Browser, chromium, type Page } from 'playwright-core'
import { root } from './program.ts'

const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const patienceMs = 20_000

interface View {
  readonly width?: number
  readonly colours?: 'light' | 'dark'
}

/** A real Chromium, from an npm package. Every page is a session of its own. */
export interface TestBrowser extends AsyncDisposable {
  /**
   * Runs `use` on a new page. When it fails, a screenshot is kept in test-results/ under `name`. What the page
   * complained about (exceptions, errors on its console) is a failure, too.
   */
  visit(name: string, view: View, use: (page: Page) => Promise<void>): Promise<void>
}

export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: await pack.executablePath(), args: quiet })
  return {
    visit: (name, view, use) => visit(browser, name, view, use),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

async function visit(
  browser: Browser,
  name: string,
  view: View,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: view.width ?? 1280, height: 900 },
    colorScheme: view.colours ?? 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  try {
    await use(page)
    // A refused request is told on the console as well; pages show it, and their tests look at that.
    const own = complaints.filter((text) => !text.startsWith('Failed to load resource'))
    if (own.length > 0) throw new Error(`The page complained:\n${own.join('\n')}`)
  } catch (thrown) {
    await keep(page, name)
    throw thrown
  } finally {
    await context.close()
  }
}

async function keep(page: Page, name: string): Promise<void> {
  const directory = join(root, 'test-results')
  await mkdir(directory, { recursive: true })
  const file = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.png`
  await page.screenshot({ path: join(directory, file), fullPage: true }).catch(() => undefined)
}
