import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { paths } from '../../ui/paths.ts'
import { openBrowser, type TestBrowser } from '../kit/browser.ts'
import { digits, type Program, runSlipway, startProgram } from '../kit/program.ts'

// The pages against the real program, used as a person uses them: by role and name.

const p = 'default'
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
    await page.getByLabel('Filter').fill("params.solver = 'sgd'")
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByText('No run matches.').waitFor()
    await page.getByLabel('Filter').fill('metrics.loss <')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('alert').waitFor()
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
async function logRun(): Promise<string> {
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
  const made = await post('runs/create', { experiment_id: '0', run_name: 'first-try', start_time: now })
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
