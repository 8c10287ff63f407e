import type {
  ExperimentRecord,
  LinksRecord,
  LoggedModelRecord,
  ModelRecord,
  RunRecord,
  VersionRecord,
} from '../../../contract/records.ts'

/** What MLflow's REST API answers, as far as it is copied. Numbers of 64 bits may come as text. */
type Int = number | string
interface Pair {
  readonly key: string
  readonly value?: string
}

export interface WireExperiment {
  readonly experiment_id: string
  readonly name: string
  readonly artifact_location?: string
  readonly lifecycle_stage?: string
  readonly creation_time?: Int
  readonly last_update_time?: Int
  readonly tags?: readonly Pair[]
}

export interface WireMetric {
  readonly key: string
  readonly value: number | string
  readonly timestamp: Int
  readonly step?: Int
  readonly run_id?: string
  readonly model_id?: string
  readonly dataset_name?: string
  readonly dataset_digest?: string
}

export interface WireRun {
  readonly info: {
    readonly run_id: string
    readonly run_name?: string
    readonly experiment_id: string
    readonly user_id?: string
    readonly status?: string
    readonly start_time?: Int
    readonly end_time?: Int
    readonly artifact_uri?: string
    readonly lifecycle_stage?: string
  }
  readonly data?: {
    readonly params?: readonly Pair[]
    readonly tags?: readonly Pair[]
    readonly metrics?: readonly WireMetric[]
  }
  readonly inputs?: {
    readonly dataset_inputs?: readonly WireDatasetInput[]
    readonly model_inputs?: readonly { readonly model_id: string }[]
  }
  readonly outputs?: {
    readonly model_outputs?: readonly { readonly model_id: string; readonly step?: Int }[]
  }
}

interface WireDatasetInput {
  readonly tags?: readonly Pair[]
  readonly dataset: {
    readonly name: string
    readonly digest: string
    readonly source_type?: string
    readonly source?: string
    readonly schema?: string
    readonly profile?: string
  }
}

export interface WireLoggedModel {
  readonly info: {
    readonly model_id: string
    readonly experiment_id: string
    readonly name: string
    readonly creation_timestamp_ms?: Int
    readonly last_updated_timestamp_ms?: Int
    readonly artifact_uri?: string
    readonly status?: string | number
    readonly model_type?: string
    readonly source_run_id?: string
    readonly tags?: readonly Pair[]
  }
  readonly data?: { readonly params?: readonly Pair[]; readonly metrics?: readonly WireMetric[] }
}

export interface WireModel {
  readonly name: string
  readonly creation_timestamp?: Int
  readonly last_updated_timestamp?: Int
  readonly description?: string
  readonly tags?: readonly Pair[]
  readonly aliases?: readonly { readonly alias: string; readonly version: Int }[]
}

export interface WireVersion {
  readonly name: string
  readonly version: Int
  readonly creation_timestamp?: Int
  readonly last_updated_timestamp?: Int
  readonly user_id?: string
  readonly current_stage?: string
  readonly description?: string
  readonly source?: string
  readonly run_id?: string
  readonly run_link?: string
  readonly model_id?: string
  readonly status_message?: string
  readonly tags?: readonly Pair[]
}

/** MLflow's own files of a run are asked of its server, wherever it keeps them; here they are the platform's. */
export function ownUri(uri: string | undefined): string {
  return uri?.startsWith('mlflow-artifacts:') ? uri : ''
}

export function experimentRecord(wire: WireExperiment): ExperimentRecord {
  return {
    kind: 'experiment',
    id: wire.experiment_id,
    name: wire.name,
    artifact_location: ownUri(wire.artifact_location),
    deleted: wire.lifecycle_stage === 'deleted',
    created: whole(wire.creation_time),
    updated: whole(wire.last_update_time),
    tags: textsOf(wire.tags),
  }
}

export function runRecord({ info, data, inputs }: WireRun): RunRecord {
  return {
    kind: 'run',
    id: info.run_id,
    experiment_id: info.experiment_id,
    name: info.run_name ?? '',
    user: info.user_id ?? '',
    status: runStatus(info.status),
    start: info.start_time === undefined ? null : whole(info.start_time),
    end: info.end_time === undefined ? null : whole(info.end_time),
    deleted: info.lifecycle_stage === 'deleted',
    artifact_uri: ownUri(info.artifact_uri),
    params: textsOf(data?.params),
    tags: textsOf(data?.tags),
    datasets: (inputs?.dataset_inputs ?? []).map(({ dataset, tags }) => ({
      name: dataset.name,
      digest: dataset.digest,
      source_type: dataset.source_type ?? '',
      source: dataset.source ?? '',
      schema: dataset.schema ?? null,
      profile: dataset.profile ?? null,
      tags: textsOf(tags),
    })),
  }
}

export function linksRecord({ info, inputs, outputs }: WireRun): LinksRecord {
  const read = (inputs?.model_inputs ?? []).map(({ model_id }) => ({
    model_id,
    direction: 'input' as const,
    step: 0,
  }))
  const made = (outputs?.model_outputs ?? []).map(({ model_id, step }) => ({
    model_id,
    direction: 'output' as const,
    step: whole(step),
  }))
  return { kind: 'links', run_id: info.run_id, models: [...read, ...made] }
}

export function loggedModelRecord({ info, data }: WireLoggedModel): LoggedModelRecord {
  return {
    kind: 'logged_model',
    id: info.model_id,
    experiment_id: info.experiment_id,
    name: info.name,
    model_type: info.model_type ?? '',
    source_run_id: info.source_run_id || null,
    status: modelStatus(info.status),
    artifact_uri: ownUri(info.artifact_uri),
    params: textsOf(data?.params),
    tags: textsOf(info.tags),
    deleted: false,
    created: whole(info.creation_timestamp_ms),
    updated: whole(info.last_updated_timestamp_ms),
  }
}

export function modelRecord(wire: WireModel, lastVersion: number): ModelRecord {
  return {
    kind: 'model',
    name: wire.name,
    description: wire.description ?? '',
    tags: textsOf(wire.tags),
    created: whole(wire.creation_timestamp),
    updated: whole(wire.last_updated_timestamp ?? wire.creation_timestamp),
    last_version: lastVersion,
  }
}

export function versionRecord(wire: WireVersion): VersionRecord {
  const source = wire.source ?? ''
  return {
    kind: 'version',
    model: wire.name,
    version: whole(wire.version),
    stage: stageOf(wire.current_stage),
    description: wire.description ?? '',
    tags: textsOf(wire.tags),
    source,
    run_id: wire.run_id || null,
    run_link: wire.run_link || null,
    logged_model_id:
      wire.model_id || (/(?:^models:\/+|\/models\/)(m-[0-9a-f]{32})(?:\/|$)/.exec(source)?.[1] ?? null),
    user: wire.user_id ?? '',
    status_message: wire.status_message || null,
    created: whole(wire.creation_timestamp),
    updated: whole(wire.last_updated_timestamp ?? wire.creation_timestamp),
  }
}

export function textsOf(pairs: readonly Pair[] | undefined): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value ?? '']))
}

export function whole(value: Int | bigint | null | undefined): number {
  return value === undefined || value === null ? 0 : Number(value)
}

const statuses = ['running', 'scheduled', 'finished', 'failed', 'killed'] as const

export function runStatus(text: string | undefined): RunRecord['status'] {
  return statuses.find((status) => status === text?.toLowerCase()) ?? 'running'
}

const modelStatuses = ['unspecified', 'pending', 'ready', 'failed'] as const

/** By name over HTTP, by number in the database. */
export function modelStatus(status: string | number | undefined): LoggedModelRecord['status'] {
  if (typeof status === 'number') return modelStatuses[status] ?? 'unspecified'
  return modelStatuses.find((word) => status?.toLowerCase().endsWith(word)) ?? 'unspecified'
}

const stages = ['None', 'Staging', 'Production', 'Archived'] as const

export function stageOf(text: string | undefined | null): VersionRecord['stage'] {
  return stages.find((stage) => stage === text) ?? 'None'
}
