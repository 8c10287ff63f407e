import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { paths } from '../../ui/paths.ts'
import { openBrowser, type TestBrowser } from '../kit/browser.ts'
import { digits, eventually, type Program, runSlipway, startProgram } from '../kit/program.ts'

// The pages against the real program, used as a person uses them: by role and name.

const p = 'default'
/** A picture of one point. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
let program: Program
let browser: TestBrowser
before(async () => {
  program = await startProgram()
  browser = await openBrowser()
})
after(async () => {
  await browser[Symbol.asyncDispose]()
  await program[Symbol.asyncDispose]()
})

/** A new one-time link each time: a link signs in once. */
async function signIn(page: Page): Promise<void> {
  const link = await program.client.users.link({ params: { user: 'admin' } })
  await page.goto(`${program.url}${link.path}`)
  await page.getByRole('heading', { level: 1, name: 'Lines' }).waitFor()
}

const go = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Pages of the project' }).getByRole('link', { name }).click()
const title = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

test('the link that was printed at the start signs in once, and then leads to the page that was asked for', async () => {
  await browser.visit('sign in', {}, async (page) => {
    await page.goto(`${program.url}${paths.models(p)}`)
    await page.getByLabel('One-time link or code').fill(program.loginLink ?? '')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await title(page, 'Models')
    await page.getByRole('button', { name: /Signed in as admin/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('One-time link or code').fill(program.loginLink ?? '')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page
      .getByRole('alert')
      .getByText(/code|link/)
      .first()
      .waitFor()
  })
})

test('an empty project says the next command on each page', async () => {
  await browser.visit('empty project', {}, async (page) => {
    await signIn(page)
    for (const [name, command] of [
      ['Lines', 'slipway apply'],
      ['Datasets', 'slipway data upload'],
      ['Models', 'slipway models register'],
      ['Deployments', 'slipway deployments create'],
    ] as const) {
      await go(page, name)
      await title(page, name)
      await page.getByText(command).first().waitFor()
    }
  })
})

test('a dataset that is uploaded elsewhere appears by itself, with its profile and rows', async () => {
  await browser.visit('datasets', {}, async (page) => {
    await signIn(page)
    await go(page, 'Datasets')
    await page.getByText('No dataset yet').waitFor()
    await program.client.datasetVersions.upload({
      params: { project: p, dataset: 'parcels' },
      query: { filename: 'parcels.csv' },
      body: Buffer.from('weight,city\n1.5,Kiel\n2.5,Bremen\n3.5,Kiel\n'),
      type: 'text/csv',
    })
    await page.getByRole('link', { name: 'parcels' }).click()
    await title(page, 'parcels')
    await page.getByRole('link', { name: 'v1' }).click()
    await title(page, 'parcels v1')
    await page.getByRole('article', { name: 'weight' }).getByText('mean 2.5').waitFor()
    await page.getByRole('link', { name: 'Rows' }).click()
    await page.getByRole('cell', { name: 'Bremen' }).waitFor()
  })
})

test('a run that an MLflow client logs shows its parameters, metrics and curve', async () => {
  const run = await logRun()
  await browser.visit('runs', {}, async (page) => {
    await signIn(page)
    await go(page, 'Runs')
    await page.getByRole('link', { name: 'first-try' }).click()
    await title(page, 'first-try')
    await page.getByRole('cell', { name: 'lbfgs' }).waitFor()
    await page.getByRole('link', { name: 'Charts' }).click()
    await page.getByRole('img', { name: 'loss by step' }).waitFor()
    assert.match(page.url(), new RegExp(run))
    await go(page, 'Runs')
    await page.getByLabel('Filter', { exact: true }).fill("params.solver = 'sgd'")
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByText('No run matches.').waitFor()
    await page.getByLabel('Filter', { exact: true }).fill('metrics.loss <')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('alert').waitFor()
  })
})

test('a run that is held from its menu can not be deleted until the hold is released on the page of storage', async () => {
  const run = await logRun('evidence')
  await browser.visit('holds', {}, async (page) => {
    await signIn(page)
    const dialog = page.getByRole('dialog')
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }
    await page.goto(`${program.url}${paths.run(p, run)}`)
    await choose('Place a legal hold…')
    await dialog.getByLabel('Reason').fill('case 12')
    await dialog.getByRole('button', { name: 'Place the hold' }).click()
    await page.getByText('held', { exact: true }).waitFor()
    await choose('Delete…')
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await dialog.getByRole('alert').getByText('case 12').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await go(page, 'Storage')
    await page.getByRole('button', { name: 'Release evidence' }).click()
    await dialog.getByLabel('Reason').fill('closed')
    await dialog.getByRole('button', { name: 'Release', exact: true }).click()
    await page.getByText('Nothing is held.').waitFor()
    await page.getByLabel('Files of runs').fill('90')
    await page.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('button', { name: 'Keep less' }).click()
    await page.getByRole('button', { name: 'Save' }).and(page.locator(':disabled')).waitFor()
    await page.getByRole('button', { name: 'Dry run' }).click()
    await page.getByRole('cell', { name: /^would free/ }).waitFor()
  })
  const kept = await program.client.retention.get({ params: { project: p } })
  assert.equal(kept.artifacts_days, 90)
})

test('files of a run are shown: pictures, tables, text, and pages in a sandbox', async () => {
  const run = await logRun('with-files')
  const of = `runs/${run}`
  const keep = (path: string, body: string | Uint8Array<ArrayBuffer>) =>
    program.client.artifacts.upload({ params: { project: p }, query: { of, path }, body: Buffer.from(body) })
  await keep('plots/dot.png', Buffer.from(dot, 'base64'))
  await keep('rows.csv', 'city,weight\nKiel,1.5\nBremen,2.5\n')
  await keep('config.json', '{"depth":[1,2]}')
  await keep(
    'page.html',
    '<h1>A page</h1><script>try { parent.document.title = "escaped" } catch {}</script>',
  )
  await browser.visit('files', {}, async (page) => {
    await signIn(page)
    await page.goto(`${program.url}${paths.run(p, run)}?tab=artifacts`)
    await page.getByRole('button', { name: 'plots' }).click()
    await page.getByRole('link', { name: 'dot.png' }).click()
    const picture = page.getByRole('img', { name: 'plots/dot.png' })
    await picture.waitFor()
    await eventually('the picture is drawn', () =>
      picture.evaluate((image) => 'naturalWidth' in image && image.naturalWidth === 1),
    )
    await page.getByRole('link', { name: 'rows.csv' }).click()
    await page.getByRole('cell', { name: 'Bremen' }).waitFor()
    await page.getByRole('link', { name: 'config.json' }).click()
    await page.getByText('"depth": [').waitFor()
    await page.getByRole('link', { name: 'page.html' }).click()
    await page.frameLocator('iframe').getByRole('heading', { name: 'A page' }).waitFor()
    assert.notEqual(await page.title(), 'escaped')
    const saved = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download' }).click()
    assert.equal((await saved).suggestedFilename(), 'page.html')
  })
})

test('the link that a client prints leads to its run', async () => {
  const run = await logRun('linked')
  await browser.visit('client link', {}, async (page) => {
    await signIn(page)
    await page.goto(`${program.url}/#/experiments/0/runs/${run}`)
    await title(page, 'linked')
  })
})

test('an experiment is made, renamed, noted, deleted and restored', async () => {
  await browser.visit('experiments', {}, async (page) => {
    await signIn(page)
    await go(page, 'Experiments')
    await page.getByRole('button', { name: 'New experiment' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('tides')
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
    await page.getByRole('button', { name: 'Actions on tides' }).click()
    await page.getByRole('menuitem', { name: 'Rename…' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('currents')
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('button', { name: 'Actions on currents' }).click()
    await page.getByRole('menuitem', { name: 'Notes' }).click()
    await page.getByRole('button', { name: 'Write' }).click()
    await page.getByRole('textbox', { name: 'Notes' }).fill('Measured at **high water**.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('high water', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Actions on currents' }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('link', { name: 'currents' }).waitFor({ state: 'detached' })
    await page.getByRole('switch', { name: 'Deleted' }).click()
    await page.getByRole('button', { name: 'Actions on currents' }).click()
    await page.getByRole('menuitem', { name: 'Restore' }).click()
    await page.getByRole('switch', { name: 'Deleted' }).click()
    await page.getByRole('link', { name: 'currents' }).waitFor()
  })
})

test('a member is invited, gets a role, is in the audit log, and is removed', async () => {
  await browser.visit('members', {}, async (page) => {
    await signIn(page)
    await go(page, 'Members')
    await title(page, 'Members')
    await page.getByRole('textbox', { name: 'Name' }).fill('ada')
    await page.getByRole('button', { name: 'Create the account and add' }).click()
    await page.getByRole('dialog').getByText(`${program.url}/login#`).waitFor()
    await page.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByRole('cell', { name: 'ada', exact: true }).waitFor()
    await go(page, 'Audit log')
    await page
      .getByRole('cell', { name: /member/ })
      .first()
      .waitFor()
    await go(page, 'Members')
    await page.getByRole('button', { name: 'Remove ada' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('cell', { name: 'ada', exact: true }).waitFor({ state: 'detached' })
  })
})

test('a token is made, shown once, opens the API, and is revoked', async () => {
  await browser.visit('tokens', {}, async (page) => {
    await signIn(page)
    await go(page, 'Tokens')
    await page.getByRole('textbox', { name: 'Name' }).fill('notebook')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const secret = (await page.getByRole('dialog').getByText(/^slp_/).textContent()) ?? ''
    const ask = () =>
      fetch(`${program.url}/api/slipway/v1/projects/${p}/runs`, {
        headers: { authorization: `Bearer ${secret.trim()}` },
      })
    assert.equal((await ask()).status, 200)
    await page.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByRole('button', { name: 'Revoke notebook' }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByText('revoked').first().waitFor()
    assert.equal((await ask()).status, 401)
  })
})

test('a project is made and switched to', async () => {
  await browser.visit('projects', {}, async (page) => {
    await signIn(page)
    await page.getByRole('button', { name: 'Project default; switch' }).click()
    await page.getByRole('menuitem', { name: 'New project…' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('vision')
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
    await page.waitForURL(`**${paths.lines('vision')}`)
    await page.getByRole('button', { name: 'Project vision; switch' }).waitFor()
  })
})

test('a line is applied, paused, resumed, told to retrain, and deleted', async () => {
  const applied = await runSlipway(['apply', digits], program.environment)
  assert.equal(applied.code, 0, applied.stderr)
  await browser.visit('line', {}, async (page) => {
    await signIn(page)
    await page.getByRole('article').getByRole('link').first().click()
    await page.getByRole('region', { name: 'The loop' }).getByText('Training', { exact: true }).waitFor()
    const name = (await page.getByRole('heading', { level: 1 }).textContent()) ?? ''
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await page.getByRole('button', { name: 'Retrain now' }).click()
    await page.getByLabel('Why').fill('To see whether it says so.')
    await page.getByRole('dialog').getByRole('button', { name: 'Retrain' }).click()
    await page.getByText('To see whether it says so.').first().waitFor()
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete the line…' }).click()
    const remove = page.getByRole('button', { name: 'Delete the line' })
    assert.equal(await remove.isDisabled(), true, 'its name has to be typed first')
    await page.getByLabel(`Type ${name} to confirm`).fill(name)
    await remove.click()
    await page.getByText('No line yet').waitFor()
  })
})

test('a session that has ended leads to the sign-in, and from there back', async () => {
  await browser.visit('session ended', {}, async (page) => {
    await signIn(page)
    await page.context().clearCookies()
    await go(page, 'Datasets')
    await page.getByLabel('One-time link or code').waitFor()
    const link = await program.client.users.link({ params: { user: 'admin' } })
    await page.getByLabel('One-time link or code').fill(link.code)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await title(page, 'Datasets')
  })
})

test('below a base path, pages at any depth load and link', async () => {
  await using below = await startProgram({ environment: { SLIPWAY_BASE_PATH: '/ml' } })
  await browser.visit('base path', {}, async (page) => {
    await page.goto(`${below.url}/ml${paths.models(p)}`)
    await page.getByLabel('One-time link or code').fill(below.loginLink ?? '')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await title(page, 'Models')
    await page.reload()
    await title(page, 'Models')
    await go(page, 'Runs')
    await title(page, 'Runs')
    assert.equal(new URL(page.url()).pathname, `/ml${paths.runs(p)}`)
  })
})

/** What `mlflow.log_param` and `mlflow.log_metric` send. */
async function logRun(name = 'first-try'): Promise<string> {
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${program.url}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${program.token}` },
      body: JSON.stringify(body),
    })
    assert.equal(response.status, 200, await response.clone().text())
    return (await response.json()) as { run?: { info: { run_id: string } } }
  }
  const now = Date.now()
  const made = await post('runs/create', { experiment_id: '0', run_name: name, start_time: now })
  const run = made.run?.info.run_id ?? ''
  const metrics = [1, 2, 3].map((step) => ({ key: 'loss', value: 1 / step, timestamp: now + step, step }))
  await post('runs/log-batch', {
    run_id: run,
    params: [{ key: 'solver', value: 'lbfgs' }],
    metrics,
    tags: [],
  })
  await post('runs/update', { run_id: run, status: 'FINISHED', end_time: now + 1000 })
  return run
}
