import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { Check, Errors } from 'typebox/value'
import type { Endpoint } from '../../src/base/endpoint.ts'
import { api, apiPrefix } from '../../src/contract/index.ts'
import * as data from './fixtures.ts'

// The pages over made-up data, without a platform: for looking at them while they are built. Not shipped.

type Answer = (params: Record<string, string>, query: URLSearchParams) => unknown
const missing = Symbol('404')
const empty = (params: Record<string, string>) => params.project === 'empty'

const answers: Record<string, Answer> = {
  'session.get': () => data.me,
  'session.login': () => data.me,
  'platform.version': () => ({ version: '0.1.0', api: 'v1' }),
  'lines.list': (p) => ({ lines: empty(p) ? [] : data.lines }),
  'lines.get': (p) => (p.line === 'digit-reader' ? data.detail : missing),
  'lines.decisions': () => ({ decisions: data.decisions }),
  'lines.retrain': () => data.detail,
  'pipelines.get': () => data.pipelineRun,
  'datasets.list': (p) => ({ datasets: empty(p) ? [] : [data.dataset] }),
  'datasets.get': () => data.dataset,
  'datasetVersions.list': () => ({ versions: data.datasetVersions }),
  'datasetVersions.get': () => data.datasetVersion,
  'datasetVersions.rows': () => data.rows,
  'datasetVersions.checks': () => ({ reports: data.reports }),
  'experiments.list': () => ({ experiments: data.experiments }),
  'runs.list': (p) => ({ runs: empty(p) ? [] : data.runs }),
  'runs.get': () => data.runDetail,
  'runs.history': (_p, q) => data.history(q.get('key') ?? ''),
  'runs.artifacts': () => ({ artifacts: data.artifacts }),
  'models.list': (p) => ({ models: empty(p) ? [] : [data.modelRow] }),
  'models.get': () => data.modelRow,
  'models.versions': () => ({ versions: data.versions }),
  'models.version': (p) => data.versionDetail(Number(p.version)),
  'models.ofRun': () => ({ versions: data.versions.slice(0, 1) }),
  'models.compare': () => ({
    a: data.versionDetail(1),
    b: data.versionDetail(2),
    params: [{ key: 'C', a: '0.1', b: '0.5' }],
    tags: [],
    files: [{ key: 'model.onnx', a: 'ab'.repeat(32), b: 'cd'.repeat(32) }],
    metrics: [
      { key: 'accuracy', a: 0.9621, b: 0.9731 },
      { key: 'log_loss', a: 0.12, b: 0.1031 },
    ],
    signature: { compatible: true, reasons: [] },
  }),
  'deployments.list': (p) => ({ deployments: empty(p) ? [] : [data.deployment] }),
  'deployments.get': () => data.deployment,
  'deployments.traffic': (_p, q) => ({ points: data.trafficPoints(Number(q.get('minutes'))) }),
  'rollouts.list': () => ({ rollouts: data.rollouts }),
  'predictions.list': () => ({ predictions: data.predictions }),
  'labels.coverage': () => ({
    received: 4100,
    last_received_at: data.ago(4000),
    total: { rows: 160_880, labelled: 151_200, share: 0.94 },
    hours: [],
  }),
  'monitors.list': () => ({ monitors: [data.monitor] }),
  'monitors.get': () => data.monitor,
  'monitors.drift': () => ({ windows: data.driftWindows }),
  'monitors.performance': () => ({ windows: data.performanceWindows }),
  'alerts.list': (p, q) => ({
    alerts: empty(p) ? [] : data.alerts.filter((each) => !q.get('state') || each.state === q.get('state')),
  }),
  'alerts.get': (p) => ({
    ...(data.alerts.find((each) => each.id === p.alert) ?? data.alerts[0]),
    deliveries: data.deliveries,
  }),
  'channels.list': (p) => ({ channels: empty(p) ? [] : data.channels }),
  'members.list': () => ({ members: data.members }),
  'tokens.list': () => ({ tokens: data.tokens.slice(0, 1) }),
  'tokens.list_for_project': () => ({ tokens: data.tokens }),
  'audit.list': () => ({ entries: data.auditEntries }),
}

const endpoints: Endpoint[] = Object.values(api).flatMap((verbs) => Object.values<Endpoint>(verbs))
const dist = join(import.meta.dirname, '..', 'dist')

function matching(
  method: string,
  path: string,
): { endpoint: Endpoint; params: Record<string, string> } | undefined {
  for (const endpoint of endpoints) {
    if (endpoint.method !== method) continue
    const names = [...endpoint.path.matchAll(/:([a-z_]+)/g)].map((match) => match[1] ?? '')
    const found = new RegExp(`^${endpoint.path.replace(/:([a-z_]+)/g, '([^/]+)')}$`).exec(path)
    if (found)
      return {
        endpoint,
        params: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1] ?? '')])),
      }
  }
  return undefined
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function answer(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const path = url.pathname.slice(apiPrefix.length)
  if (path === '/hints') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 2000\n\n')
    return
  }
  const found = matching(request.method ?? 'GET', path)
  if (found?.endpoint.id === 'pipelines.log')
    return void response.writeHead(200, { 'content-type': 'text/plain' }).end(data.log)
  const reply = found ? answers[found.endpoint.id]?.(found.params, url.searchParams) : missing
  if (found === undefined || reply === missing || reply === undefined) {
    json(response, 404, {
      error: {
        code: 'not_found',
        message: `There is nothing at ${path}.`,
        remedy: 'Check the name or id; it may have been deleted.',
        facts: {},
      },
    })
    return
  }
  if (!Check(found.endpoint.reply, reply)) {
    const first = Errors(found.endpoint.reply, reply)[0]
    process.stderr.write(`${found.endpoint.id}: ${first?.instancePath} ${first?.message}\n`)
  }
  json(response, 200, reply)
}

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.html': 'text/html',
}

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname.startsWith('/api/')) return answer(request, response, url)
  const file =
    url.pathname.startsWith('/assets/') || url.pathname === '/icon.svg' ? url.pathname : '/index.html'
  readFile(join(dist, file)).then(
    (bytes) =>
      response
        .writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
        .end(bytes),
    () => response.writeHead(404).end(),
  )
}).listen(4602, '127.0.0.1')
