import type { Selectable } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Evaluation } from '../../contract/models.ts'
import type { Store } from '../../store/store.ts'
import type { ModelEvaluations, ModelVersions, RegisteredModels } from '../../store/tables.ts'
import { tagsOf } from '../tracking/index.ts'
import {
  aliasNotFound,
  type Model,
  type ModelFile,
  modelNotFound,
  type Signature,
  type Stage,
  type Version,
  versionNotFound,
} from './model.ts'

export type VersionRow = Selectable<ModelVersions> & { model: string }

export function createReader(store: Pick<Store, 'read'>) {
  const { read } = store

  async function findModel(projectId: string, name: string): Promise<Model | undefined> {
    const row = await read
      .selectFrom('registered_models')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', name)
      .executeTakeFirst()
    return row === undefined ? undefined : (await withLatest([row]))[0]
  }

  async function model(projectId: string, name: string): Promise<Model> {
    const found = await findModel(projectId, name)
    if (found === undefined) throw modelNotFound(name)
    return found
  }

  async function withLatest(rows: readonly Selectable<RegisteredModels>[]): Promise<Model[]> {
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const newest = await read
      .selectFrom('model_versions as v')
      .innerJoin('registered_models as m', 'm.id', 'v.model_id')
      .distinctOn(['v.model_id', 'v.stage'])
      .selectAll('v')
      .select('m.name as model')
      .where('v.model_id', 'in', ids)
      .orderBy('v.model_id')
      .orderBy('v.stage')
      .orderBy('v.version', 'desc')
      .execute()
    const [latest, aliases, counts] = await Promise.all([
      withFiles(newest),
      aliasesOf(ids),
      read
        .selectFrom('model_versions')
        .select((e) => ['model_id', e.fn.countAll<number>().as('count')])
        .where('model_id', 'in', ids)
        .groupBy('model_id')
        .execute(),
    ])
    return rows.map((row) => ({
      id: row.id,
      projectId: row.project_id,
      name: row.name,
      description: row.description,
      tags: tagsOf(row.tags),
      aliases: aliases
        .filter((one) => one.modelId === row.id)
        .map(({ alias, version }) => ({ alias, version })),
      versions: Number(counts.find((one) => one.model_id === row.id)?.count ?? 0),
      latest: latest.filter((one) => one.modelId === row.id),
      created: row.created_ms,
      updated: row.updated_ms,
      createdBy: row.created_by,
    }))
  }

  async function aliasesOf(ids: readonly string[]) {
    return await read
      .selectFrom('model_aliases as a')
      .innerJoin('model_versions as v', 'v.id', 'a.model_version_id')
      .select(['a.model_id as modelId', 'a.alias', 'v.version'])
      .where('a.model_id', 'in', ids)
      .orderBy('a.alias')
      .execute()
  }

  async function withFiles(rows: readonly VersionRow[]): Promise<Version[]> {
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const [files, aliases] = await Promise.all([
      read
        .selectFrom('model_version_files')
        .selectAll()
        .where('model_version_id', 'in', ids)
        .orderBy('path')
        .execute(),
      read
        .selectFrom('model_aliases')
        .select(['model_version_id', 'alias'])
        .where('model_version_id', 'in', ids)
        .orderBy('alias')
        .execute(),
    ])
    const filesBy = Map.groupBy(files, (file) => file.model_version_id)
    const aliasesBy = Map.groupBy(aliases, (alias) => alias.model_version_id)
    return rows.map((row) =>
      versionOf(row, filesBy.get(row.id) ?? [], aliasesBy.get(row.id)?.map((one) => one.alias) ?? []),
    )
  }

  function versions() {
    return read
      .selectFrom('model_versions as v')
      .innerJoin('registered_models as m', 'm.id', 'v.model_id')
      .selectAll('v')
      .select('m.name as model')
  }

  /** The version of that id in any project: ids of others can't be guessed, and areas keep them. */
  async function version(id: string): Promise<Version | undefined> {
    const rows = await versions().where('v.id', '=', id).execute()
    return (await withFiles(rows))[0]
  }

  /** By number, by alias, or `latest`. */
  async function findVersion(
    projectId: string,
    name: string,
    which: string | number,
  ): Promise<Version | undefined> {
    const text = String(which)
    const named = versions().where('m.project_id', '=', projectId).where('m.name', '=', name)
    if (text === 'latest') return one(await named.orderBy('v.version', 'desc').limit(1).execute())
    if (/^\d{1,9}$/.test(text)) return one(await named.where('v.version', '=', Number(text)).execute())
    return one(await aliased(projectId, name, text).execute())
  }

  function aliased(projectId: string, name: string, alias: string) {
    return versions()
      .innerJoin('model_aliases as a', 'a.model_version_id', 'v.id')
      .where('m.project_id', '=', projectId)
      .where('m.name', '=', name)
      .where('a.alias', '=', alias)
  }

  async function one(rows: VersionRow[]): Promise<Version | undefined> {
    return (await withFiles(rows))[0]
  }

  /** Like `findVersion`; fails with `not_found`. */
  async function versionOfModel(projectId: string, name: string, which: string | number): Promise<Version> {
    const found = await findVersion(projectId, name, which)
    if (found !== undefined) return found
    throw versionNotFound(name, which)
  }

  async function versionByAlias(projectId: string, name: string, alias: string): Promise<Version> {
    await model(projectId, name)
    const latest = alias.toLowerCase() === 'latest'
    const found = latest
      ? await findVersion(projectId, name, 'latest')
      : await one(await aliased(projectId, name, alias).execute())
    if (found === undefined && latest)
      throw new SlipwayError('not_found', `Latest version not found for model ${name}.`)
    if (found === undefined) throw aliasNotFound(alias)
    return found
  }

  async function versionsOfRun(projectId: string, runId: string): Promise<Version[]> {
    const rows = await versions()
      .where('v.project_id', '=', projectId)
      .where('v.run_id', '=', runId)
      .orderBy('v.created_ms', 'desc')
      .execute()
    return await withFiles(rows)
  }

  /** Newest first. */
  async function evaluations(
    versionIds: string | readonly string[],
  ): Promise<(Evaluation & { versionId: string })[]> {
    const ids = typeof versionIds === 'string' ? [versionIds] : [...versionIds]
    if (ids.length === 0) return []
    const rows = await read
      .selectFrom('model_evaluations')
      .selectAll()
      .where('model_version_id', 'in', ids)
      .orderBy('id', 'desc')
      .execute()
    return rows.map(evaluationOf)
  }

  return {
    findModel,
    model,
    withLatest,
    withFiles,
    version,
    findVersion,
    versionOfModel,
    versionByAlias,
    versionsOfRun,
    evaluations,
  }
}

export type Reader = ReturnType<typeof createReader>

function versionOf(row: VersionRow, files: readonly ModelFile[], aliases: readonly string[]): Version {
  return {
    id: row.id,
    projectId: row.project_id,
    modelId: row.model_id,
    model: row.model,
    version: row.version,
    stage: row.stage as Stage,
    aliases,
    description: row.description,
    tags: tagsOf(row.tags),
    source: row.source,
    runId: row.run_id === null ? row.named_run : row.run_id.replaceAll('-', ''),
    runLink: row.run_link,
    loggedModelId: row.logged_model_id,
    datasetVersionId: row.dataset_version_id,
    signature: row.signature as Signature | null,
    files: files.map(({ path, digest, size }) => ({ path, digest, size })),
    created: row.created_ms,
    updated: row.updated_ms,
    createdBy: row.created_by,
  }
}

function evaluationOf(row: Selectable<ModelEvaluations>): Evaluation & { versionId: string } {
  return {
    id: row.id,
    versionId: row.model_version_id,
    source: row.source === 'platform' ? 'platform' : 'client',
    dataset_version_id: row.dataset_version_id,
    dataset: row.dataset,
    metrics: row.metrics as Evaluation['metrics'],
    slices: row.slices as unknown as Evaluation['slices'],
    created_at: row.created_at.toISOString(),
  }
}
