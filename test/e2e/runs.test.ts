import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { paths } from '../../ui/paths.ts'
import { openBrowser, type TestBrowser } from '../kit/browser.ts'
import { eachFrame, framesText, idleFrames, measureFrames, quietMachine } from '../kit/frames.ts'
import { type Program, root, startProgram } from '../kit/program.ts'
import { runTable } from '../kit/run-table.ts'
import { until } from '../kit/until.ts'

// The table of runs against the real program, full of runs; `SLIPWAY_TEST_RUNS` for another number of them.

const p = 'default'
const many = Number(process.env.SLIPWAY_TEST_RUNS ?? 20_000)
let program: Program
let browser: TestBrowser
before(async () => {
  program = await startProgram({ environment: { SLIPWAY_CHECK_ANSWERS: '' } })
  const seed = ['tools/seed.ts', '--home', program.home, '--runs', String(many), '--points', '1']
  await promisify(execFile)(process.execPath, seed, { cwd: root, env: program.environment })
  browser = await openBrowser()
})
after(async () => {
  await browser[Symbol.asyncDispose]()
  await program[Symbol.asyncDispose]()
})

/** Signs in and goes to an address of the pages. */
async function open(page: Page, address: string): Promise<void> {
  const link = await program.client.users.link({ params: { user: 'admin' } })
  await page.goto(`${program.url}${link.path}`)
  await page.getByRole('heading', { level: 1, name: 'Lines' }).waitFor()
  await page.goto(`${program.url}${address}`)
}

test('the first rows come at once, the middle and the end when one scrolls there', async (t) => {
  await browser.visit('runs scroll', {}, async (page) => {
    const table = runTable(page)
    await open(page, paths.experiments(p))
    const started = performance.now()
    await page.goto(`${program.url}${paths.runs(p)}?group=none`)
    await table.link(`run-${many - 1}`).waitFor()
    t.diagnostic(`first of ${many} rows after ${Math.round(performance.now() - started)} ms`)
    await page.getByText(`${many.toLocaleString('en')} runs`).waitFor()
    for (const [share, name] of [
      [0.5, 'the middle'],
      [1, 'the end'],
    ] as const) {
      const from = performance.now()
      await table.scrollTo(share)
      await table.settled()
      t.diagnostic(`${name} after ${Math.round(performance.now() - from)} ms`)
    }
    await table.link('run-0').waitFor()
    assert.match(
      (await table.rows.last().textContent()) ?? '',
      /0\.\d+/,
      'rows that were passed by get their values',
    )
    const total = Number(await table.list.getByRole('table').getAttribute('aria-rowcount'))
    assert.equal(total, many + 1)
  })
})

test('scrolling through what is there keeps its frames short', async (t) => {
  await browser.visit('runs frames', {}, async (page) => {
    const table = runTable(page)
    await open(page, `${paths.runs(p)}?group=none`)
    await table.settled()
    await table.scrollTo(1)
    await table.link('run-0').waitFor()
    const idle = await idleFrames(page)
    t.diagnostic(framesText('idle', idle))
    const list = `document.querySelector('section[aria-label="List of runs"]')`
    // Rushing changes every row in every frame: rows are drawn lightly then, and filled when it ends.
    for (const [name, step, most] of [
      ['reading', 40, 50],
      ['rushing', 1600, 75],
    ] as const) {
      const frames = await measureFrames(page, () => eachFrame(page, 90, `${list}.scrollTop -= ${step}`))
      t.diagnostic(framesText(`scrolling by ${step} px a frame (${name})`, frames))
      assert.ok(frames.cpu <= most, framesText(name, frames))
      if (quietMachine() && name === 'reading') assert.ok(frames.p95 <= most, framesText(name, frames))
      await table.settled()
      await table.rows
        .last()
        .getByText(/^0\.\d+$/)
        .first()
        .waitFor()
    }
  })
})

test('the filter completes what is written, marks faults at their place, and stands in the URL', async () => {
  await browser.visit('runs filter', {}, async (page) => {
    const table = runTable(page)
    await open(page, paths.runs(p))
    await table.settled()
    await table.filter.click()
    await page.keyboard.type('params.opt')
    await page.getByRole('option', { name: /params\.optimizer/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.type('= ')
    await page.getByRole('option', { name: "'lion'" }).click()
    assert.equal(await table.filter.inputValue(), "params.optimizer = 'lion' ")
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.waitForURL(/filter=/)
    await page.getByText(/^\d+(,\d+)? runs/).waitFor()
    const found = await program.client.runTable.count({
      params: { project: p },
      body: { filter: "params.optimizer = 'lion'" },
    })
    await page.getByText(`${found.runs.toLocaleString('en')} runs`).waitFor()
    await table.filterBy('metrics.loss < 0.5 and metrics.f1 >')
    await page.getByRole('alert').getByText('Expected a value').waitFor()
    await table.filterBy("params.optimizer = 'nope'")
    await page.getByText('No run matches.').waitFor()
  })
})

test('a click on a column sorts by it, and the order is the server’s', async () => {
  await browser.visit('runs sort', {}, async (page) => {
    const table = runTable(page)
    await open(page, `${paths.runs(p)}?columns=metrics.rank,metrics.loss`)
    await table.settled()
    await table.sortBy('rank')
    await page.waitForURL(/order=/)
    await table.link(`run-${many - 1}`).waitFor()
    await table.sortBy('rank')
    await table.link('run-0').waitFor()
    assert.deepEqual((await table.names()).slice(0, 3), ['run-0', 'run-1', 'run-2'])
    const header = table.list.getByRole('columnheader', { name: 'rank' })
    assert.equal(await header.getAttribute('aria-sort'), 'ascending')
  })
})

test('groups show how many runs they hold with their means, and open', async () => {
  await browser.visit('runs groups', {}, async (page) => {
    const table = runTable(page)
    await open(page, `${paths.runs(p)}?group=params.optimizer&columns=metrics.loss,params.optimizer`)
    const button = table.list.getByRole('button', { name: 'Open lion' })
    await button.click()
    await table.list.getByRole('button', { name: 'Close lion' }).waitFor()
    await table.settled()
    const first = table.list
      .locator('tbody tr')
      .filter({ has: page.locator('a') })
      .first()
    await first.waitFor()
    assert.match((await first.textContent()) ?? '', /lion/)
    await table.list
      .getByTitle(/^mean 0\.\d+, /)
      .first()
      .waitFor()
  })
})

test('runs that are selected with shift are tagged, deleted and restored', async () => {
  await browser.visit('runs selection', {}, async (page) => {
    const table = runTable(page)
    await open(page, `${paths.runs(p)}?order=metrics.rank&columns=tags.review`)
    await table.check('run-2').click()
    await table.check('run-6').click({ modifiers: ['Shift'] })
    await table.actions.getByText('5 selected').waitFor()
    await table.actions.getByRole('button', { name: 'Tag…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Tag', { exact: true }).fill('review')
    await dialog.getByLabel('Value').fill('wanted')
    await dialog.getByRole('button', { name: 'Set the tag' }).click()
    await table.list.getByRole('cell', { name: 'wanted' }).nth(4).waitFor()
    await table.actions.getByRole('button', { name: 'Delete…' }).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await table.link('run-4').waitFor({ state: 'detached' })
    await page.getByRole('switch', { name: 'Deleted' }).click()
    await table.check('run-2').click()
    await table.check('run-6').click({ modifiers: ['Shift'] })
    await table.actions.getByRole('button', { name: 'Restore' }).click()
    await page.getByText('No run matches.').waitFor()
  })
})

test('the arrows go from row to row, and Enter opens the run', async () => {
  await browser.visit('runs keyboard', {}, async (page) => {
    const table = runTable(page)
    await open(page, `${paths.runs(p)}?order=metrics.rank`)
    await table.link('run-0').focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key)
    await focused(page, 'run-1')
    await page.keyboard.press('End')
    await focused(page, `run-${many - 1}`)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: `run-${many - 1}` }).waitFor()
  })
})

test('a run that begins elsewhere appears by itself; who looks further down stays there', async () => {
  await browser.visit('runs live', {}, async (page) => {
    const table = runTable(page)
    await open(page, `${paths.runs(p)}?group=none`)
    await table.settled()
    await table.check(`run-${many - 2}`).click()
    await begin('seen-at-once')
    await table.link('seen-at-once').waitFor()
    assert.ok(await table.check(`run-${many - 2}`).isChecked(), 'the selection stays')
    await table.scrollTo(0.5)
    await table.settled()
    const middle = (await table.names())[20] ?? ''
    await begin('seen-later')
    await page.getByRole('button', { name: '1 new run at the top' }).waitFor()
    await until('what was seen is still seen', async () => (await table.names()).includes(middle))
    await page.getByRole('button', { name: '1 new run at the top' }).click()
    await table.link('seen-later').waitFor()
  })
})

test('a view is saved with filter and columns, and shows them again', async () => {
  await browser.visit('runs views', {}, async (page) => {
    const table = runTable(page)
    await open(page, `${paths.runs(p)}?filter=metrics.rank%20%3C%203&columns=metrics.rank`)
    await table.link('run-2').waitFor()
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('menuitem', { name: 'Save this view…' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('first three')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'first three' }).waitFor()
    await page.goto(`${program.url}${paths.runs(p)}`)
    await table.settled()
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('menuitem', { name: 'first three', exact: true }).click()
    await table.link('run-2').waitFor()
    await table.link(`run-${many - 1}`).waitFor({ state: 'detached' })
  })
})

function focused(page: Page, name: string): Promise<unknown> {
  return until(
    `${name} has the focus`,
    async () => (await page.evaluate('document.activeElement.textContent')) === name,
  )
}

/** What `mlflow.start_run` sends, with a start later than that of every other run. */
async function begin(name: string): Promise<void> {
  const response = await fetch(`${program.url}/api/2.0/mlflow/runs/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${program.token}` },
    body: JSON.stringify({ experiment_id: '0', run_name: name, start_time: Date.now() + 3_600_000 }),
  })
  assert.equal(response.status, 200, await response.text())
}
