import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { paths } from '../../ui/paths.ts'
import { openBrowser, type TestBrowser } from '../kit/browser.ts'
import { comparedRuns, reportId } from '../kit/pages/collaboration.ts'
import { type PagesServer, servePages } from '../kit/pages/server.ts'
import { traces } from '../kit/pages/traces.ts'

// Every page over made-up data in a rich state, wide and light, narrow and dark.

let browser: TestBrowser
let server: PagesServer
before(async () => {
  server = await servePages()
  browser = await openBrowser()
})
after(async () => {
  await browser[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const p = 'default'
const comparisons = [
  ['parallel', 'Drag along an axis'],
  ['scatter', 'Across'],
  ['contour', 'Height'],
  ['curves', 'Smoothing'],
  ['importance', 'Permutation importance'],
  ['details', 'Only what differs'],
  ['code', 'Before'],
  ['files', 'the same'],
] as const
/** Address, title, and something that only shows when the page's data has come. */
const pages: readonly (readonly [path: string, title: string, sign: string])[] = [
  [paths.login(), 'Slipway', 'One-time link or code'],
  [paths.lines(p), 'Lines', 'parcel-weight'],
  [paths.line(p, 'digit-reader'), 'digit-reader', 'Label coverage'],
  [paths.pipelineRun(p, 'any'), 'digit-reader cycle 2', 'mean accuracy 0.9717'],
  [paths.datasets(p), 'Datasets', '1,649'],
  [paths.dataset(p, 'digits'), 'digits', 'appended to v2'],
  [paths.datasetVersion(p, 'digits', 3), 'digits v3', 'captured_at'],
  [`${paths.datasetVersion(p, 'digits', 3)}?tab=checks`, 'digits v3', 'camera in north, east, south'],
  [`${paths.datasetVersion(p, 'digits', 3)}?tab=rows`, 'digits v3', 'img-49'],
  [paths.runs(p), 'Runs', 'bright-heron-231'],
  [`${paths.runs(p)}?group=params.solver`, 'Runs', 'newton-cg'],
  [`${paths.runs(p)}?columns=metrics.val_log_loss~200,params.C`, 'Runs', 'val_log_loss'],
  [paths.experiments(p), 'Experiments', 'digit-reader'],
  [paths.run(p, 'any'), 'calm-otter-224', 'lbfgs'],
  [`${paths.run(p, 'any')}?tab=charts`, 'calm-otter-224', '60 points'],
  [`${paths.run(p, 'any')}?tab=artifacts`, 'calm-otter-224', 'confusion.png'],
  [`${paths.run(p, 'any')}?tab=artifacts&path=report.txt`, 'calm-otter-224', 'accuracy 0.9717'],
  [`${paths.run(p, 'any')}?tab=artifacts&path=predictions.csv`, 'calm-otter-224', 'Rows 1 to 20 of 20'],
  [`${paths.run(p, 'any')}?tab=code`, 'calm-otter-224', 'scikit-learn==1.9.1'],
  [`${paths.run(p, 'any')}?tab=lineage`, 'calm-otter-224', 'dataset digits v3 → run calm-otter-224'],
  [paths.traces(p), 'Traces', 'nightly_digest'],
  [paths.trace(p, traces[2]?.id ?? ''), 'answer_customer', 'You answer questions about parcels.'],
  [paths.evaluations(p), 'Evaluations', 'support-bot prompt v3'],
  [`${paths.evaluations(p)}?tab=datasets`, 'Evaluations', 'support-questions'],
  [paths.evaluation(p, '0'.repeat(32)), 'support-bot prompt v4', '2 could not be scored'],
  [paths.evaluationDataset(p, 'd-1'), 'support-questions', '9f8ce0a1'],
  [paths.models(p), 'Models', 'champion → v1'],
  [`${paths.model(p, 'digit-reader')}?a=1&b=2`, 'digit-reader', 'Callers of v1 can call v2 unchanged.'],
  [paths.modelVersion(p, 'digit-reader', 2), 'digit-reader v2', 'onnxruntime'],
  [`${paths.modelVersion(p, 'digit-reader', 2)}?tab=evaluations`, 'digit-reader v2', 'camera = north'],
  [`${paths.modelVersion(p, 'digit-reader', 2)}?tab=lineage`, 'digit-reader v2', 'bright-heron-231'],
  [`${paths.modelVersion(p, 'digit-reader', 2)}?tab=files`, 'digit-reader v2', 'model.onnx'],
  [paths.prompts(p), 'Prompts', 'production → v2'],
  [`${paths.prompt(p, 'support-answer')}?against=1`, 'support-answer', 'From v1 to v2'],
  [paths.reports(p), 'Reports', 'What cycle 2 taught us'],
  [paths.report(p, reportId), 'What cycle 2 taught us', 'The best'],
  [`${paths.report(p, reportId)}?edit=yes`, 'Edit report', 'Runs at most'],
  [paths.inbox(p), 'Inbox', 'Mark all as read'],
  ...comparisons.map(
    ([tab, sign]) => [`${paths.compare(p)}?tab=${tab}&runs=${comparedRuns}`, 'Compare runs', sign] as const,
  ),
  [paths.deployments(p), 'Deployments', 'r1 50 %, r2 50 %'],
  [paths.deployment(p, 'digit-reader'), 'digit-reader', 'Hold at this step'],
  [paths.alerts(p), 'Alerts', 'hooks.example.org'],
  [paths.alert(p, 'any'), 'Accuracy of digit-reader is 79.4 %, below 93 %', 'HTTP 200'],
  [paths.members(p), 'Members', 'grace'],
  [paths.tokens(p), 'Tokens', 'quickstart'],
  [paths.storage(p), 'Storage', 'Complaint 2026-114'],
  [paths.audit(p), 'Audit log', 'line.apply'],
  [paths.lines('empty'), 'Lines', 'slipway apply'],
  [paths.prompts('empty'), 'Prompts', 'No prompt yet'],
  [paths.reports('empty'), 'Reports', 'No report yet'],
  [paths.storage('empty'), 'Storage', 'Nothing is held'],
  [paths.inbox('empty'), 'Inbox', 'Nobody has mentioned you'],
  [paths.compare(p), 'Compare runs', 'Choose runs first'],
  [paths.runs('empty'), 'Runs', 'export MLFLOW_TRACKING_URI='],
  [paths.line(p, 'nope'), 'Not found', 'There is nothing at /projects/default/lines/nope.'],
]

for (const view of [
  { width: 1280, colours: 'light' },
  { width: 400, colours: 'dark' },
] as const) {
  for (const [path, title, sign] of pages) {
    test(`${path} at ${view.width} px`, async () => {
      await browser.visit(`pages ${path} ${view.width}`, view, async (page) => {
        await page.goto(server.url + path)
        await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
        await page.getByText(sign).first().waitFor()
        assert.equal(await overflow(page), 0, 'nothing sticks out at the side')
      })
    })
  }
}

test('the made-up data fits the contract', () => {
  assert.deepEqual(server.misfits, [])
})

test('a trace of 32,843 spans shows only the lines in view, and its last line can be reached', async () => {
  await browser.visit('large trace', {}, async (page) => {
    await page.goto(server.url + paths.trace(p, traces[1]?.id ?? ''))
    const tree = page.getByRole('tree', { name: 'Spans' })
    await tree.getByRole('treeitem').first().waitFor()
    assert.ok((await tree.getByRole('treeitem').count()) < 100, 'lines out of view do not exist')
    await page.evaluate(
      "(() => { const tree = document.querySelector('[role=tree]'); tree.scrollTop = tree.scrollHeight })()",
    )
    await page.getByText('32,843 in').waitFor()
    await page.waitForFunction(
      "[...document.querySelectorAll('[role=treeitem]')].every((line) => Number(line.getAttribute('aria-level')) > 5)",
    )
  })
})

test('the links that clients print lead to the pages of what they name', async () => {
  await browser.visit('client links', {}, async (page) => {
    const run = 'ab'.repeat(16)
    const links = [
      [`/#/experiments/1/runs/${run}`, paths.run(p, run)],
      ['/#/models/digit-reader', paths.model(p, 'digit-reader')],
      ['/#/models/digit-reader/versions/2', paths.modelVersion(p, 'digit-reader', 2)],
    ] as const
    for (const [link, path] of links) {
      await page.goto('about:blank')
      await page.goto(server.url + link)
      await page.waitForURL(`**${path}`)
    }
  })
})

test('the keyboard alone is enough: g and a letter go to a page, and the row under the focus opens', async () => {
  await browser.visit('keyboard', {}, async (page) => {
    await page.goto(server.url + paths.lines(p))
    await page.getByRole('heading', { level: 1, name: 'Lines' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor()
    await page.getByRole('link', { name: 'digit-reader' }).first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${paths.model(p, 'digit-reader')}`)
  })
})

async function overflow(page: Page): Promise<number> {
  return page.evaluate(
    'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
  )
}
