import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { paths } from '../../ui/paths.ts'
import { openBrowser } from '../kit/browser.ts'
import { digits, runSlipway, startProgram } from '../kit/program.ts'

test('a line is followed on its page from the first row of data to an answer in production', async () => {
  await using program = await startProgram()
  await using browser = await openBrowser()
  const project = 'default'
  const link = await program.client.users.link({ params: { user: 'admin' } })
  await browser.visit('line from data to production', {}, async (page) => {
    // it stays on this page without a reload: what it sees comes by hints
    page.setDefaultTimeout(180_000)
    await page.goto(`${program.url}${link.path}`)
    await page.getByText('No line yet').waitFor()
    await program.client.datasetVersions.upload({
      params: { project, dataset: 'digits' },
      query: {},
      body: await readFile(join(digits, 'digits.csv')),
      type: 'text/csv',
    })
    const applied = await runSlipway(['apply', digits], program.environment)
    assert.equal(applied.code, 0, applied.stderr)
    await page.getByRole('article', { name: 'digit-reader' }).getByRole('link').click()

    const loop = page.getByRole('region', { name: 'The loop' })
    await page.getByRole('log').getByText('wrote model.onnx').waitFor()
    await page.getByRole('region', { name: 'Gates' }).getByText('passed').first().waitFor()
    await loop.getByRole('link', { name: /^Traffic.*Version 1, 0 errors/ }).waitFor()
    await page.getByRole('region', { name: 'Events' }).getByText('Version 1 serves all traffic.').waitFor()

    const answer = await fetch(`${program.inference}/v2/models/digit-reader/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${program.token}` },
      body: JSON.stringify({
        inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 64], data: new Array(64).fill(8) }],
      }),
    })
    assert.equal(answer.status, 200, await answer.clone().text())
    await page.getByRole('link', { name: 'digit-reader', exact: true }).first().click()
    await page.waitForURL(`**${paths.deployment(project, 'digit-reader')}`)
    await page.getByRole('table', { name: 'Recent predictions' }).getByText('none yet').waitFor()
    await page.getByRole('img', { name: 'Requests per minute by revision' }).waitFor()
  })
})
