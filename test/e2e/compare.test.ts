import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { paths } from '../../ui/paths.ts'
import { openBrowser, type TestBrowser } from '../kit/browser.ts'
import { comparedRuns, reportId } from '../kit/pages/collaboration.ts'
import { type PagesServer, servePages } from '../kit/pages/server.ts'

// What a reader does on the pages that compare, report and discuss: with the keyboard where a pointer is usual.

let browser: TestBrowser
let server: PagesServer
before(async () => {
  server = await servePages()
  browser = await openBrowser()
})
after(async () => {
  await browser?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

const compare = `${paths.compare('default')}?runs=${comparedRuns}`

test('the arrow keys draw a range on an axis, and only the runs within it can be kept', async () => {
  await browser.visit('compare range', {}, async (page) => {
    await page.goto(server.url + compare)
    await page.getByText('12 runs').waitFor()
    const axis = page.getByRole('slider', { name: 'Range of val_accuracy' })
    await axis.focus()
    for (let times = 0; times < 10; times += 1) await page.keyboard.press('ArrowUp')
    await page.getByText(/^\d+ of 12 runs within the ranges/).waitFor()
    await page.getByRole('button', { name: 'Compare only these' }).click()
    await page.waitForURL((url) => (url.searchParams.get('runs')?.split(',').length ?? 12) < 12)
  })
})

test('a run in a picture is a link that says what it is', async () => {
  await browser.visit('compare scatter', {}, async (page) => {
    await page.goto(`${server.url}${compare}&tab=scatter&sx=params.C&sy=metrics.val_accuracy`)
    const run = page.getByRole('link', { name: /^Run bright-heron-231: C 0\.1 · val_accuracy/ }).first()
    await run.focus()
    await page.getByRole('status').filter({ hasText: 'bright-heron-231: C' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${paths.run('default', '')}*`)
  })
})

test('what is chosen stands in the URL, and the page comes back from it', async () => {
  await browser.visit('compare url', {}, async (page) => {
    await page.goto(`${server.url}${compare}&tab=importance`)
    await page.getByRole('combobox', { name: 'Metric' }).click()
    await page.getByRole('option', { name: 'val_log_loss' }).click()
    await page.waitForURL('**metric=metrics.val_log_loss*')
    await page.reload()
    await page.getByText('how much worse the forest guesses val_log_loss').waitFor()
  })
})

test('only what differs is shown unless all is asked for', async () => {
  await browser.visit('compare details', {}, async (page) => {
    await page.goto(`${server.url}${compare}&tab=details`)
    const params = page.getByRole('region', { name: 'Parameter' }).getByRole('row')
    await params.getByText('0.1', { exact: true }).first().waitFor()
    const differing = await params.count()
    await page.getByRole('switch', { name: 'Only what differs' }).uncheck()
    await page.getByRole('rowheader', { name: 'max_iter' }).waitFor()
    assert.ok((await params.count()) > differing)
  })
})

test('an @ offers members, and Tab takes the first', async () => {
  await browser.visit('mention', {}, async (page) => {
    await page.goto(server.url + paths.modelVersion('default', 'digit-reader', 2))
    const field = page.getByRole('textbox', { name: 'Comment' })
    await field.pressSequentially('Please look, @gr')
    await page.getByRole('button', { name: '@grace' }).waitFor()
    await page.keyboard.press('Tab')
    await page.waitForFunction('document.querySelector("textarea").value === "Please look, @grace "')
  })
})

test('where the last move was back, no further one is offered as a rollback', async () => {
  await browser.visit('rollback', {}, async (page) => {
    await page.goto(server.url + paths.model('default', 'digit-reader'))
    await page.getByText('champion from v2 to v1').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Roll back' }).count(), 0)
  })
})

test('a report is written with what its readers will see below each block', async () => {
  await browser.visit('report', {}, async (page) => {
    await page.goto(`${server.url}${paths.report('default', reportId)}?edit=yes`)
    await page.getByRole('button', { name: 'Text', exact: true }).click()
    const text = page.getByRole('region', { name: 'Text' }).last()
    await text.getByRole('textbox').fill('And **so on**')
    await text.getByRole('strong').filter({ hasText: 'so on' }).waitFor()
    await page.getByRole('button', { name: 'Curves', exact: true }).click()
    assert.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true)
  })
})

test('the made-up data fits the contract', () => {
  assert.deepEqual(server.misfits, [])
})
