import type { Locator, Page } from 'playwright-core'
import { until } from './until.ts'

/** The page of runs as a person uses it. */
export function runTable(page: Page) {
  const list = page.getByRole('region', { name: 'List of runs' })
  const rows = list.locator('tbody tr')
  return {
    list,
    rows,
    filter: page.getByLabel('Filter', { exact: true }),
    link: (name: string): Locator => list.getByRole('link', { name, exact: true }),
    check: (name: string): Locator => list.getByRole('checkbox', { name: `Select ${name}`, exact: true }),
    actions: page.getByRole('toolbar', { name: 'Selected runs' }),
    /** Until every row that is seen has been read. */
    async settled(): Promise<void> {
      await until('every row that is seen has been read', () =>
        page.evaluate<boolean>(`(() => {
          const shown = [...document.querySelectorAll('section[aria-label="List of runs"] tbody tr')]
          return shown.length > 0 && shown.every((row) => row.getAttribute('aria-busy') === null)
        })()`),
      )
    },
    /** To a share of the whole height, 0 to 1. */
    async scrollTo(share: number): Promise<void> {
      await list.evaluate((element, to) => {
        element.scrollTop = (element.scrollHeight - element.clientHeight) * to
      }, share)
    },
    names: async (): Promise<string[]> => await list.locator('tbody a').allTextContents(),
    async sortBy(column: string): Promise<void> {
      await list
        .getByRole('columnheader', { name: column })
        .getByRole('button', { name: column, exact: true })
        .click()
    },
    async filterBy(text: string): Promise<void> {
      await this.filter.fill(text)
      await page.getByRole('button', { name: 'Filter', exact: true }).click()
    },
  }
}
