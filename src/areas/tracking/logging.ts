import { SlipwayError } from '../../base/error.ts'
import type { Store } from '../../store/store.ts'
import { checkKey, limits, shown, storedText } from './key.ts'
import { checkPoint, distinct, type Point } from './metric.ts'
import { createPointAppender } from './points/append.ts'
import {
  type KeyValue,
  type RunDataset,
  type RunInfo,
  type RunModel,
  runNotActive,
  runNotFound,
} from './run.ts'
import type { createRunReader } from './run-reader.ts'
import { addDatasets, addModels, addParams, removeTag, setTags } from './run-writer.ts'

/** For how long it is believed that a run is still active. A run that is deleted meanwhile gets a few more points. */
const trustMs = 5000
const mostTrusted = 10_000

/** What runs are told while they go on: many small writes, none of them read before. */
export function createLogging(store: Store, runs: ReturnType<typeof createRunReader>) {
  const appendPoints = createPointAppender(store)
  const trusted = new Map<string, { run: RunInfo; until: number }>()

  /** A run that may be logged to. Fails with `not_found` or, when it is deleted, `invalid_argument`. */
  async function openRun(projectId: string, id: string): Promise<RunInfo> {
    const known = trusted.get(id)
    if (known !== undefined && known.until > Date.now() && known.run.projectId === projectId) return known.run
    const run = await runs.info(projectId, id)
    if (run === undefined) throw runNotFound(id)
    if (run.deleted) throw runNotActive(id)
    if (trusted.size >= mostTrusted) trusted.clear()
    trusted.set(id, { run, until: Date.now() + trustMs })
    return run
  }

  /** To be called after a change of the run's own row in this process. */
  function forget(id?: string): void {
    if (id === undefined) trusted.clear()
    else trusted.delete(id)
  }

  /** Durable when it resolves. Repeated points are dropped, so it may be retried. All or nothing. */
  async function logMetrics(projectId: string, id: string, points: readonly Point[]): Promise<void> {
    for (const [index, point] of points.entries())
      checkPoint(point, points.length === 1 ? '' : `metrics[${index}]`)
    if (points.length === 0) return
    const run = await openRun(projectId, id)
    const linked = points.filter(isLinked)
    if (linked.length === 0) return await appendPoints(run, points)
    const rows = distinct(linked).map((point) => ({
      run_id: id,
      key: point.key,
      step: point.step,
      time_ms: point.time,
      value: point.value,
      model_id: point.modelId,
      dataset_name: point.datasetName,
      dataset_digest: point.datasetDigest,
    }))
    await store.append('metric_points', rows, { onConflict: 'ignore' })
    if (linked.length < points.length) {
      await appendPoints(
        run,
        points.filter((point) => !isLinked(point)),
      )
    }
  }

  async function logParams(projectId: string, id: string, params: readonly KeyValue[]): Promise<void> {
    const checked = params.map((param, index) =>
      checkParam(param, params.length === 1 ? '' : `params[${index}].`),
    )
    if (checked.length === 0) return
    await openRun(projectId, id)
    await store.housekeep(async (tx) => {
      const conflicts = await addParams(tx, id, checked)
      if (conflicts.length > 0) throw changedParams(id, conflicts)
    })
  }

  async function logTags(projectId: string, id: string, tags: readonly KeyValue[]): Promise<void> {
    const checked = tags.map((tag, index) => checkTag(tag, tags.length === 1 ? '' : `tags[${index}].`))
    if (checked.length === 0) return
    await openRun(projectId, id)
    await store.housekeep((tx) => setTags(tx, id, checked))
  }

  async function dropTag(projectId: string, id: string, key: string): Promise<void> {
    await openRun(projectId, id)
    await store.housekeep((tx) => removeTag(tx, id, key))
  }

  /** Everything is checked before anything is written; then parameters, points and tags in this order. */
  async function logBatch(
    projectId: string,
    id: string,
    batch: { metrics: readonly Point[]; params: readonly KeyValue[]; tags: readonly KeyValue[] },
  ): Promise<void> {
    const { metrics } = batch
    for (const [index, point] of metrics.entries()) checkPoint(point, `metrics[${index}]`)
    const params = batch.params.map((param, index) => checkParam(param, `params[${index}].`))
    const tags = batch.tags.map((tag, index) => checkTag(tag, `tags[${index}].`))
    checkLimits(metrics.length, params.length, tags.length)
    refuseRepeated(params)
    await openRun(projectId, id)
    if (params.length > 0) {
      await store.housekeep(async (tx) => {
        const conflicts = await addParams(tx, id, params)
        if (conflicts.length > 0) throw changedInBatch(id, conflicts)
      })
    }
    await logMetrics(projectId, id, metrics)
    if (tags.length > 0) await store.housekeep((tx) => setTags(tx, id, tags))
  }

  async function logInputs(
    projectId: string,
    id: string,
    inputs: { datasets: readonly RunDataset[]; models: readonly RunModel[] },
  ): Promise<void> {
    const run = await openRun(projectId, id)
    await store.housekeep(async (tx) => {
      await addDatasets(tx, run, inputs.datasets)
      await addModels(tx, id, inputs.models)
    })
  }

  return { openRun, forget, logMetrics, logParams, logTags, dropTag, logBatch, logInputs }
}

/** Points that belong to a model or dataset are looked up by it: they are rows of their own. */
function isLinked(point: Point): boolean {
  return point.modelId !== undefined || point.datasetName !== undefined || point.datasetDigest !== undefined
}

function checkParam(param: KeyValue, at: string): KeyValue {
  checkKey(param.key, `${at}key`, 'Param key')
  return { key: param.key, value: storedText(param.value, limits.param, `${at}value`) }
}

function checkTag(tag: KeyValue, at: string): KeyValue {
  checkKey(tag.key, `${at}key`, `${at}key`)
  return { key: tag.key, value: storedText(tag.value, limits.tag, `${at}value`) }
}

function checkLimits(metrics: number, params: number, tags: number): void {
  const checks: readonly (readonly [string, number, number])[] = [
    ['metrics', limits.metricsPerBatch, metrics],
    ['params', limits.paramsPerBatch, params],
    ['tags', limits.tagsPerBatch, tags],
    ['metrics, params, and tags', limits.entriesPerBatch, metrics + params + tags],
  ]
  for (const [what, most, count] of checks) {
    if (count <= most) continue
    throw new SlipwayError(
      'invalid_argument',
      `A batch logging request can contain at most ${most} ${what}. Got ${count} ${what}. ` +
        `Please split up ${what} across multiple requests and try again.`,
    )
  }
}

function refuseRepeated(params: readonly KeyValue[]): void {
  const seen = new Set<string>()
  const repeated = params.filter((param) => seen.size === seen.add(param.key).size)
  if (repeated.length === 0) return
  const keys = repeated.map((param) => `'${param.key}'`).join(', ')
  throw new SlipwayError(
    'invalid_argument',
    `Duplicate parameter keys have been submitted: [${keys}]. Please ensure the request contains only one ` +
      'param value per param key.',
  )
}

type Conflict = { key: string; old: string; new: string }

function changedParams(id: string, conflicts: readonly Conflict[]): SlipwayError {
  const [first] = conflicts
  return new SlipwayError(
    'invalid_argument',
    `Changing param values is not allowed. Param with key='${first?.key}' was already logged with ` +
      `value='${first?.old}' for run ID='${id}'. Attempted logging new value '${first?.new}'.`,
  )
}

function changedInBatch(id: string, conflicts: readonly Conflict[]): SlipwayError {
  const list = conflicts
    .map((one) => `{'key': '${one.key}', 'old_value': '${one.old}', 'new_value': '${one.new}'}`)
    .join(', ')
  return new SlipwayError(
    'invalid_argument',
    `Changing param values is not allowed. Params were already logged='[${list}]' for run ID='${id}'.`,
    { facts: { keys: shown(conflicts.map((one) => one.key)) } },
  )
}
