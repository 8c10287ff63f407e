import type { Static } from 'typebox'
import type {
  Experiment as ExperimentView,
  MetricPoint,
  MetricSummary,
  RunDetail,
  RunModel as RunModelView,
  Run as RunView,
} from '../../contract/runs.ts'
import type { Series } from '../../contract/series.ts'
import type { Experiment } from './experiment.ts'
import type { LoggedModel } from './logged-model.ts'
import { wireValue } from './metric.ts'
import type { StoredPoint } from './metric-reader.ts'
import type { ChartSeries } from './points/series-reader.ts'
import { contextTag, type KeyValue, type Run, type RunModel, type Summary } from './run.ts'

export function experimentView(
  experiment: Experiment,
  activity: { runs: number; last: number | null } | undefined,
): ExperimentView {
  return {
    id: experiment.id,
    name: experiment.name,
    deleted: experiment.deleted,
    created_at: timeOf(experiment.created),
    updated_at: timeOf(experiment.updated),
    tags: textsOf(experiment.tags),
    runs: activity?.runs ?? 0,
    last_run_at: activity?.last == null ? null : timeOf(activity.last),
  }
}

export function runView(run: Run): RunView {
  return {
    id: run.id,
    name: run.name,
    experiment_id: run.experimentId,
    status: run.status,
    user: run.user,
    source: run.source,
    started_at: timeOf(run.start),
    ended_at: run.end === null ? null : timeOf(run.end),
    deleted: run.deleted,
    params: textsOf(run.params),
    metrics: metricsView(run.metrics),
    tags: textsOf(run.tags),
  }
}

export function runDetail(run: Run, experiment: string): Static<typeof RunDetail> {
  return {
    ...runView(run),
    experiment,
    datasets: run.datasets.map((dataset) => ({
      name: dataset.name,
      digest: dataset.digest,
      source_type: dataset.sourceType,
      source: dataset.source,
      context: dataset.tags.find((tag) => tag.key === contextTag)?.value ?? null,
    })),
  }
}

export function metricsView(metrics: readonly Summary[]): Record<string, MetricSummary> {
  return Object.fromEntries(
    metrics.map((metric) => [
      metric.key,
      {
        value: wireValue(metric.value),
        step: metric.step,
        time: metric.time,
        min: metric.min === null ? null : wireValue(metric.min),
        max: metric.max === null ? null : wireValue(metric.max),
        count: metric.count,
      },
    ]),
  )
}

export function pointView(point: StoredPoint): MetricPoint {
  return { step: point.step, time: point.time, value: wireValue(point.value) }
}

export function seriesView({ run, key, start, count, columns }: ChartSeries): Series {
  return {
    run,
    key,
    start,
    count,
    exact: count === columns.values.length,
    steps: Array.from(columns.steps),
    times: Array.from(columns.times),
    values: Array.from(columns.values, wireValue),
  }
}

export function textsOf(pairs: readonly KeyValue[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => [pair.key, pair.value]))
}

/** Clients may give any number as a time; what no calendar has is shown as the epoch. */
function timeOf(ms: number): string {
  const time = new Date(ms)
  return (Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999 ? new Date(0) : time).toISOString()
}

export function runModelView(model: LoggedModel, link: RunModel): RunModelView {
  return {
    id: model.id,
    name: model.name,
    model_type: model.modelType,
    status: model.status,
    direction: link.direction,
    step: link.step,
    source_run: model.sourceRunId,
    created_at: timeOf(model.created),
  }
}
