import type {
  Evaluation,
  Model as ModelView,
  VersionDetail,
  Version as VersionView,
} from '../../contract/models.ts'
import { type Run, wireValue } from '../tracking/index.ts'
import { type Model, servedFile, type Version } from './model.ts'

export type Evaluated = Evaluation & { readonly versionId: string }

export function versionView(version: Version, evaluations: readonly Evaluated[]): VersionView {
  const own = evaluations.filter((one) => one.versionId === version.id)
  const newest = own.find((one) => one.source === 'platform') ?? own[0]
  return {
    id: version.id,
    model: version.model,
    version: version.version,
    stage: version.stage,
    aliases: [...version.aliases],
    description: version.description,
    tags: textsOf(version.tags),
    run_id: version.runId,
    size: version.files.reduce((sum, file) => sum + file.size, 0),
    servable: servedFile(version.files) !== undefined,
    created_at: new Date(version.created).toISOString(),
    created_by: version.createdBy,
    metrics: newest?.metrics ?? {},
  }
}

export function versionDetail(
  version: Version,
  evaluations: readonly Evaluated[],
  run: Run | undefined,
  /** Names of dataset versions by id. */
  names: ReadonlyMap<string, string>,
): VersionDetail {
  const own = evaluations.filter((one) => one.versionId === version.id)
  const named = (id: string | null) => (id === null ? null : (names.get(id) ?? null))
  return {
    ...versionView(version, evaluations),
    source: version.source,
    files: version.files.map((file) => ({ ...file })),
    signature: version.signature,
    evaluations: own.map(({ versionId: _, ...evaluation }) => ({
      ...evaluation,
      dataset: evaluation.dataset ?? named(evaluation.dataset_version_id),
    })),
    lineage: {
      run: run === undefined ? null : { id: run.id, name: run.name, experiment_id: run.experimentId },
      dataset_version_id: version.datasetVersionId,
      dataset: named(version.datasetVersionId),
    },
    run_metrics: Object.fromEntries(
      (run?.metrics ?? []).map(({ key, value, step, time, min, max, count }) => [
        key,
        {
          value: wireValue(value),
          step,
          time,
          min: min === null ? null : wireValue(min),
          max: max === null ? null : wireValue(max),
          count,
        },
      ]),
    ),
    run_params: textsOf(run?.params ?? []),
  }
}

export function modelView(model: Model, evaluations: readonly Evaluated[]): ModelView {
  const latest = [...model.latest].sort((a, b) => b.version - a.version)[0]
  return {
    id: model.id,
    name: model.name,
    description: model.description,
    tags: textsOf(model.tags),
    owner: model.createdBy,
    aliases: model.aliases.map((one) => ({ ...one })),
    versions: model.versions,
    latest: latest === undefined ? null : versionView(latest, evaluations),
    created_at: new Date(model.created).toISOString(),
    updated_at: new Date(model.updated).toISOString(),
  }
}

export function textsOf(pairs: readonly { key: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => [pair.key, pair.value]))
}
