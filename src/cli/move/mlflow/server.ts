import type { LoggedModelRecord, PointsRecord } from '../../../contract/records.ts'
import { gather } from '../parallel.ts'
import type { Source, SourceFile, SourceModel, SourceRegistered, SourceRun } from '../source.ts'
import { createHttp, type Http, type HttpOptions } from './http.ts'
import { linkPoints, type ModelPoint, modelPointsOf } from './model-points.ts'
import {
  experimentRecord,
  linksRecord,
  loggedModelRecord,
  modelRecord,
  runRecord,
  versionRecord,
  type WireExperiment,
  type WireLoggedModel,
  type WireMetric,
  type WireModel,
  type WireRun,
  type WireVersion,
  whole,
} from './wire.ts'

const api = '/api/2.0/mlflow'
const proxy = '/api/2.0/mlflow-artifacts/artifacts'
const pageSize = 1000
const pointsPerPage = 10_000
const prompts = "tags.`mlflow.prompt.is_prompt` = 'true'"

interface Page {
  readonly next_page_token?: string
}

/** A server that speaks MLflow's REST API, Slipway among them. */
export function openServer(options: HttpOptions & { name: string }): Source {
  const http = createHttp(options)
  const experimentIds: string[] = []
  let models: Promise<boolean> | undefined
  /** Points that were logged for models, by run: an experiment's, while its runs are read. */
  let modelPoints = new Map<string, ModelPoint[]>()

  async function* loggedModels(experimentId: string): AsyncGenerator<SourceModel> {
    modelPoints = new Map()
    const found = pages(async (page_token) => {
      const body = { experiment_ids: [experimentId], max_results: 50, page_token }
      const page = await http.post<Page & { models?: WireLoggedModel[] }>(`${api}/logged-models/search`, body)
      return { items: page.models ?? [], next: page.next_page_token }
    })
    for await (const wire of found) {
      for (const point of modelPointsOf(wire)) {
        modelPoints.set(point.runId, [...(modelPoints.get(point.runId) ?? []), point])
      }
      const record = loggedModelRecord(wire)
      yield { record, files: () => filesOf(http, modelFiles(record)) }
    }
  }

  async function* runs(experimentId: string): AsyncGenerator<SourceRun> {
    const found = pages(async (page_token) => {
      const page = await http.post<Page & { runs?: WireRun[] }>(`${api}/runs/search`, {
        experiment_ids: [experimentId],
        run_view_type: 'ALL',
        max_results: pageSize,
        order_by: ['attributes.start_time ASC'],
        page_token,
      })
      return { items: page.runs ?? [], next: page.next_page_token }
    })
    models ??= hasModels(http, experimentIds)
    const linksToo = await models
    for await (const wire of found) {
      const { run_id } = wire.info
      // A search leaves out which models a run read and made.
      const full = linksToo ? (await http.get<{ run: WireRun }>(`${api}/runs/get`, { run_id })).run : wire
      const linked = modelPoints.get(run_id) ?? []
      yield {
        record: runRecord(wire),
        links: linksRecord(full),
        latest: [wire.data?.metrics ?? [], linked],
        points: () => pointsOf(http, wire, linked),
        files: () => filesOf(http, runFiles(run_id)),
      }
    }
  }

  return {
    name: options.name,
    async *experiments() {
      const found = pages(async (page_token) => {
        const body = { view_type: 'ALL', max_results: pageSize, page_token }
        const page = await http.post<Page & { experiments?: WireExperiment[] }>(
          `${api}/experiments/search`,
          body,
        )
        return { items: page.experiments ?? [], next: page.next_page_token }
      })
      for await (const wire of found) {
        experimentIds.push(wire.experiment_id)
        yield experimentRecord(wire)
      }
    },
    loggedModels,
    runs,
    models: () => registeredModels(http),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function hasModels(http: Http, experimentIds: readonly string[]): Promise<boolean> {
  for (let at = 0; at < experimentIds.length; at += 100) {
    const body = { experiment_ids: experimentIds.slice(at, at + 100), max_results: 1 }
    const page = await http.post<{ models?: WireLoggedModel[] }>(`${api}/logged-models/search`, body)
    if ((page.models ?? []).length > 0) return true
  }
  return false
}

async function* pages<T>(
  read: (token: string | undefined) => Promise<{ items: readonly T[]; next: string | undefined }>,
): AsyncGenerator<T> {
  for (let token: string | undefined; ; ) {
    const { items, next } = await read(token)
    yield* items
    if (next === undefined || next === '') return
    token = next
  }
}

async function* pointsOf(
  http: Http,
  { info, data }: WireRun,
  linked: readonly ModelPoint[],
): AsyncGenerator<PointsRecord> {
  for (const { key } of data?.metrics ?? []) {
    const links = linked.filter((point) => point.key === key)
    let page_token: string | undefined
    do {
      const page = await http.get<Page & { metrics?: WireMetric[] }>(`${api}/metrics/get-history`, {
        run_id: info.run_id,
        metric_key: key,
        max_results: pointsPerPage,
        page_token,
      })
      const metrics = page.metrics ?? []
      const record: PointsRecord = {
        kind: 'points',
        run_id: info.run_id,
        key,
        steps: metrics.map((metric) => whole(metric.step)),
        times: metrics.map((metric) => whole(metric.timestamp)),
        values: metrics.map(({ value }) => (typeof value === 'number' ? value : wordOf(value))),
      }
      if (metrics.length > 0) yield linkPoints(record, links)
      page_token = page.next_page_token || undefined
    } while (page_token !== undefined)
  }
}

function wordOf(text: string): 'NaN' | 'Infinity' | '-Infinity' {
  if (text === 'Infinity' || text === '-Infinity') return text
  return 'NaN'
}

async function* registeredModels(http: Http): AsyncGenerator<SourceRegistered> {
  for (const filter of [undefined, prompts]) {
    const found = pages(async (page_token) => {
      const query = { max_results: pageSize, filter, page_token }
      const page = await http.get<Page & { registered_models?: WireModel[] }>(
        `${api}/registered-models/search`,
        query,
      )
      return { items: page.registered_models ?? [], next: page.next_page_token }
    })
    for await (const wire of found) yield await registered(http, wire, filter !== undefined)
  }
}

async function registered(http: Http, wire: WireModel, prompt: boolean): Promise<SourceRegistered> {
  const quote = wire.name.includes("'") ? '"' : "'"
  const filter = `name = ${quote}${wire.name}${quote}${prompt ? ` AND ${prompts}` : ''}`
  const found = await gather(
    pages(async (page_token) => {
      const query = { max_results: pageSize, filter, page_token }
      const page = await http.get<Page & { model_versions?: WireVersion[] }>(
        `${api}/model-versions/search`,
        query,
      )
      return { items: page.model_versions ?? [], next: page.next_page_token }
    }),
  )
  const versions = found.map(versionRecord).sort((a, b) => a.version - b.version)
  const aliases = (wire.aliases ?? []).map(({ alias, version }) => [alias, whole(version)])
  return {
    record: modelRecord(wire, versions.at(-1)?.version ?? 0),
    aliases: { kind: 'aliases', model: wire.name, aliases: Object.fromEntries(aliases) },
    versions,
  }
}

interface WireFile {
  readonly path: string
  readonly is_dir?: boolean
  readonly file_size?: number | string
}

interface Tree {
  readonly list: { readonly path: string; readonly directory: string; readonly query: Record<string, string> }
  readonly get: (file: string) => { readonly path: string; readonly query: Record<string, string> }
}

function runFiles(run_id: string): Tree {
  return {
    list: { path: `${api}/artifacts/list`, directory: 'path', query: { run_id } },
    get: (path) => ({ path: '/get-artifact', query: { run_id, path } }),
  }
}

/** A model's file is asked of the proxy where it keeps it, else of the place that MLflow's own pages use. */
function modelFiles({ id, artifact_uri }: LoggedModelRecord): Tree {
  const place = `logged-models/${id}/artifacts`
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.*)$/s.exec(artifact_uri)?.[1]
  return {
    list: { path: `${api}/${place}/directories`, directory: 'artifact_directory_path', query: {} },
    get: (file) =>
      proxied === undefined
        ? { path: `/ajax-api/2.0/mlflow/${place}/files`, query: { artifact_file_path: file } }
        : { path: `${proxy}/${encodePath(`${proxied}/${file}`)}`, query: {} },
  }
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

async function* filesOf(http: Http, tree: Tree, directory?: string): AsyncGenerator<SourceFile> {
  const found = await gather(
    pages(async (page_token) => {
      const query = { ...tree.list.query, [tree.list.directory]: directory, page_token }
      const page = await http.get<Page & { files?: WireFile[] }>(tree.list.path, query)
      return { items: page.files ?? [], next: page.next_page_token }
    }),
  )
  for (const file of found) {
    if (file.is_dir === true) yield* filesOf(http, tree, file.path)
    else {
      yield {
        path: file.path,
        size: file.file_size === undefined ? undefined : whole(file.file_size),
        open: () => {
          const { path, query } = tree.get(file.path)
          return http.download(path, query)
        },
      }
    }
  }
}
