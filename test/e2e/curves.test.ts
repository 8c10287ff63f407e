import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { Run } from '../../src/contract/runs.ts'
import type { Series, SeriesQuery } from '../../src/contract/series.ts'
import { paths } from '../../ui/paths.ts'
import { openBrowser, type TestBrowser } from '../kit/browser.ts'
import { type Frames, framesText, idleFrames, measureFrames, quietMachine } from '../kit/frames.ts'
import { type PagesServer, servePages } from '../kit/pages/server.ts'
import { until } from '../kit/until.ts'

// Fifty curves of 100,000 points in one chart, thinned as the platform thins them: what gestures cost.

const length = 100_000
const ids = Array.from({ length: 50 }, (_, n) => n.toString(16).padStart(32, '0'))
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

function runOf(id: string): Run {
  const summary = { value: 0.1, step: length - 1, time: 1, min: 0, max: 3, count: length }
  const started_at = '2026-11-21T07:00:00.000Z'
  return {
    id,
    name: `curves-${Number.parseInt(id, 16)}`,
    experiment_id: '1',
    status: 'finished',
    user: 'ada',
    source: null,
    started_at,
    ended_at: started_at,
    deleted: false,
    params: {},
    metrics: { loss: summary },
    tags: {},
  }
}

/** Pairs of the least and greatest of a bucket, with a gap here and there. */
function seriesOf(run: string, { from = 0, to = length, points = 1000 }: SeriesQuery): Series {
  const [low, high] = [Math.max(0, from), Math.min(length - 1, to)]
  const steps = Array.from({ length: points }, (_, at) =>
    Math.round(low + ((high - low) * at) / (points - 1)),
  )
  const phase = Number.parseInt(run, 16)
  return {
    run,
    key: 'loss',
    start: 0,
    count: high - low,
    exact: false,
    steps,
    times: steps.map((step) => step * 10),
    values: steps.map((step, at) =>
      at % 500 === 499
        ? 'NaN'
        : 2 * Math.exp(-step / 30_000) + phase / 60 + (at % 2 ? 0.2 : -0.2) * Math.cos(step * phase),
    ),
  }
}

async function openChart(page: Page): Promise<{ asked: SeriesQuery[] }> {
  const asked: SeriesQuery[] = []
  await page.route('**/projects/default/runs?**', (route) =>
    route.fulfill({ json: { runs: ids.map(runOf) } }),
  )
  await page.route('**/projects/default/series', async (route) => {
    const query: SeriesQuery = route.request().postDataJSON()
    asked.push(query)
    await route.fulfill({ json: { series: query.runs.map((run) => seriesOf(run, query)) } })
  })
  await page.goto(`${server.url}${paths.compare('default')}?tab=curves&runs=${ids.join(',')}`)
  await page.getByRole('img', { name: 'loss by step' }).waitFor()
  await page.getByText('60,000 of 4,999,950 points').waitFor()
  return { asked }
}

/** So many different colours stand on the chart: an empty one has three or four. */
async function colours(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('[role=img] canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const seen = new Set()
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) seen.add(data[at] * 65536 + data[at + 1] * 256 + data[at + 2])
    return seen.size
  })()`)
}

test('hovering, zooming and panning over fifty curves keeps frames short', async (t) => {
  await browser.visit('curves frames', {}, async (page) => {
    const { asked } = await openChart(page)
    const chart = page.getByRole('img', { name: 'loss by step' })
    await until('the curves are painted', async () => (await colours(page)) > 40)
    const box = await chart.boundingBox()
    assert.ok(box)
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    t.diagnostic(framesText('idle', await idleFrames(page)))
    const judge = (name: string, frames: Frames) => {
      t.diagnostic(framesText(name, frames))
      assert.ok(frames.cpu <= 33, framesText(name, frames))
      if (quietMachine()) assert.ok(frames.p95 <= 50, framesText(name, frames))
    }
    const hovering = await measureFrames(page, async () => {
      for (let at = 0; at < 60; at += 1) await page.mouse.move(box.x + 70 + at * 5, y + 30 * Math.sin(at / 5))
    })
    judge('hovering', hovering)
    await page.getByText('and 40 more').waitFor()
    const zooming = await measureFrames(page, async () => {
      await page.keyboard.down('Control')
      for (let at = 0; at < 30; at += 1) await page.mouse.wheel(0, -40)
      await page.keyboard.up('Control')
    })
    judge('zooming', zooming)
    await until('the span is asked for in detail', async () =>
      asked.some((query) => query.from !== undefined),
    )
    const panning = await measureFrames(page, async () => {
      await page.keyboard.down('Shift')
      await page.mouse.down()
      for (let at = 0; at < 60; at += 1) await page.mouse.move(x + 120 * Math.sin(at / 10), y)
      await page.mouse.up()
      await page.keyboard.up('Shift')
    })
    judge('panning', panning)
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByText('60,000 of 4,999,950 points').waitFor()
  })
})

test('the buttons zoom as the pointer does, and the legend hides and leaves alone', async () => {
  await browser.visit('curves keyboard', { width: 400, colours: 'dark' }, async (page) => {
    const { asked } = await openChart(page)
    await page.getByRole('button', { name: 'Zoom in' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Later' }).waitFor()
    await until('the middle half is asked for', async () =>
      asked.some(({ from = 0, to = 0 }) => from > 5_000 && to < 95_000 && to > from),
    )
    const entry = page.getByRole('button', { name: 'curves-7', exact: true })
    await entry.click()
    assert.equal(await entry.getAttribute('aria-pressed'), 'false')
    await page.getByRole('button', { name: 'Show all 50' }).click()
    assert.equal(await entry.getAttribute('aria-pressed'), 'true')
  })
})
