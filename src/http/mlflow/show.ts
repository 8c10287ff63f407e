import type { Model, Version } from '../../areas/registry/index.ts'
import type { Experiment, LoggedModel, Run, RunDataset, RunInfo } from '../../areas/tracking/index.ts'

/** Greatest finite double: what infinities are to MLflow's clients. */
const largest = Number.MAX_VALUE

/** As protocol buffers in JSON: NaN is a string. */
export function doubleView(value: number): number | 'NaN' {
  if (Number.isNaN(value)) return 'NaN'
  return Math.max(-largest, Math.min(largest, value))
}

/** Protocol buffers leave empty lists out. */
export function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}

export function experimentView(experiment: Experiment) {
  return {
    experiment_id: experiment.id,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.deleted ? 'deleted' : 'active',
    last_update_time: experiment.updated,
    creation_time: experiment.created,
    tags: some(experiment.tags),
  }
}

export function runInfoView(run: RunInfo) {
  return {
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.name,
    experiment_id: run.experimentId,
    user_id: run.user,
    status: run.status.toUpperCase(),
    start_time: run.start,
    end_time: run.end ?? undefined,
    artifact_uri: run.artifactUri,
    lifecycle_stage: run.deleted ? 'deleted' : 'active',
  }
}

export function runView(run: Run) {
  const inputs = run.models.filter((model) => model.direction === 'input')
  const outputs = run.models.filter((model) => model.direction === 'output')
  return {
    info: runInfoView(run),
    data: {
      metrics: some(
        run.metrics.map((metric) => ({
          key: metric.key,
          value: doubleView(metric.value),
          timestamp: metric.time,
          step: metric.step,
        })),
      ),
      params: some(run.params),
      tags: some(run.tags),
    },
    inputs: {
      dataset_inputs: some(run.datasets.map(datasetView)),
      model_inputs: some(inputs.map((model) => ({ model_id: model.modelId }))),
    },
    outputs:
      outputs.length === 0
        ? undefined
        : { model_outputs: outputs.map((model) => ({ model_id: model.modelId, step: model.step })) },
  }
}

function datasetView(dataset: RunDataset) {
  return {
    tags: some(dataset.tags),
    dataset: {
      name: dataset.name,
      digest: dataset.digest,
      source_type: dataset.sourceType,
      source: dataset.source,
      schema: dataset.schema ?? undefined,
      profile: dataset.profile ?? undefined,
    },
  }
}

const loggedStatus = {
  unspecified: 'LOGGED_MODEL_STATUS_UNSPECIFIED',
  pending: 'LOGGED_MODEL_PENDING',
  ready: 'LOGGED_MODEL_READY',
  failed: 'LOGGED_MODEL_UPLOAD_FAILED',
} as const

export function loggedModelView(model: LoggedModel) {
  return {
    info: {
      model_id: model.id,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.created,
      last_updated_timestamp_ms: model.updated,
      artifact_uri: model.artifactUri,
      status: loggedStatus[model.status],
      model_type: model.modelType,
      source_run_id: model.sourceRunId ?? '',
      tags: some(model.tags),
    },
    data: {
      params: some(model.params),
      metrics: some(
        model.metrics.map((metric) => ({
          key: metric.key,
          value: doubleView(metric.value),
          timestamp: metric.time,
          step: metric.step,
          dataset_name: metric.datasetName ?? undefined,
          dataset_digest: metric.datasetDigest ?? undefined,
          model_id: model.id,
          run_id: metric.runId,
        })),
      ),
    },
  }
}

export function versionView(version: Version) {
  return {
    name: version.model,
    version: String(version.version),
    creation_timestamp: version.created,
    last_updated_timestamp: version.updated,
    user_id: version.createdBy,
    current_stage: version.stage,
    description: version.description,
    source: version.source,
    run_id: version.runId ?? '',
    status: 'READY',
    tags: some(version.tags),
    run_link: version.runLink ?? '',
    aliases: some(version.aliases),
    model_id: version.loggedModelId ?? undefined,
  }
}

export function modelView(model: Model) {
  return {
    name: model.name,
    creation_timestamp: model.created,
    last_updated_timestamp: model.updated,
    description: model.description === '' ? undefined : model.description,
    latest_versions: some(model.latest.map(versionView)),
    tags: some(model.tags),
    aliases: some(model.aliases.map(({ alias, version }) => ({ alias, version: String(version) }))),
  }
}
