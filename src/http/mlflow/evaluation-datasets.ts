import {
  changeDatasetTags,
  changeExperiments,
  createDataset,
  deleteDataset,
  deleteRecords,
  type EvaluationDataset,
  type EvaluationRecord,
  recordsIn,
  textsOf,
  upsertRecords,
} from '../../areas/traces/index.ts'
import { pageSize } from './experiments.ts'
import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkUnscoped } from './scope.ts'
import { experimentIds } from './traces.ts'

const base = '/3.0/mlflow/datasets'
type DatasetCall = Pick<Call, 'traces' | 'project' | 'tracking' | 'params'>

async function show(call: DatasetCall, id = call.params.id ?? '') {
  return { dataset: datasetView(await call.traces.evaluationDataset(call.project.id, id)) }
}

/** Fails with `RESOURCE_DOES_NOT_EXIST` when one is unknown. */
async function knownExperiments(call: DatasetCall, ids: readonly string[]): Promise<string[]> {
  const known = await experimentIds(call, ids)
  for (const id of known) {
    const found = /^\d{1,18}$/.test(id) && (await call.tracking.experiment(call.project.id, id)) !== undefined
    if (!found) throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id}`)
  }
  return known
}

const datasets: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/create`,
    'runs:write',
    {
      name: { type: 'string', required: true },
      experiment_ids: { type: 'string', list: true },
      tags: { type: 'string' },
    },
    async (call) => {
      checkUnscoped(call)
      const { request, project, principal } = call
      const experiments = await knownExperiments(call, request.experiment_ids)
      const id = await call.store.transact(principal, (tx) =>
        createDataset(tx, {
          projectId: project.id,
          name: request.name,
          experimentIds: experiments,
          tags: textsOf(objectIn(request.tags, 'tags')),
        }),
      )
      return await show(call, id)
    },
  ),
  rpc(
    ['POST', 'GET'],
    `${base}/search`,
    'runs:read',
    {
      experiment_ids: { type: 'string', list: true },
      filter_string: { type: 'string' },
      max_results: { type: 'int64' },
      order_by: { type: 'string', list: true },
      page_token: { type: 'string' },
    },
    async (call) => {
      const { request, project } = call
      const ids = await experimentIds(call, request.experiment_ids)
      const page = await call.traces.searchDatasets({
        projectId: project.id,
        experimentIds: ids.length === 0 ? undefined : ids,
        filter: request.filter_string || undefined,
        order: request.order_by,
        limit: pageSize(request.max_results || undefined, 1000, 50_000),
        cursor: request.page_token || undefined,
      })
      return { datasets: page.datasets.map(datasetView), next_page_token: page.next }
    },
  ),
  rpc('GET', `${base}/:id`, 'runs:read', {}, (call) => show(call)),
  rpc('DELETE', `${base}/:id`, 'runs:write', {}, async (call) => {
    checkUnscoped(call)
    await call.store.transact(call.principal, (tx) =>
      deleteDataset(tx, call.project.id, call.params.id ?? ''),
    )
    return {}
  }),
  rpc(
    'PATCH',
    `${base}/:id/tags`,
    'runs:write',
    { tags: { type: 'string', required: true } },
    async (call) => {
      checkUnscoped(call)
      const tags = Object.fromEntries(
        Object.entries(objectIn(call.request.tags, 'tags')).filter(([, value]) => value !== null),
      )
      await call.store.transact(call.principal, (tx) =>
        changeDatasetTags(tx, call.project.id, call.params.id ?? '', textsOf(tags)),
      )
      return {}
    },
  ),
  rpc('DELETE', `${base}/:id/tags/:key`, 'runs:write', {}, async (call) => {
    checkUnscoped(call)
    await call.store.transact(call.principal, (tx) =>
      changeDatasetTags(tx, call.project.id, call.params.id ?? '', { [call.params.key ?? '']: null }),
    )
    return {}
  }),
]

const experiments: readonly Rpc[] = [
  rpc('GET', `${base}/:id/experiment-ids`, 'runs:read', {}, async (call) => {
    const dataset = await call.traces.evaluationDataset(call.project.id, call.params.id ?? '')
    return { experiment_ids: dataset.experimentIds }
  }),
  ...(['add', 'remove'] as const).map((verb) =>
    rpc(
      'POST',
      `${base}/:id/${verb}-experiments`,
      'runs:write',
      { experiment_ids: { type: 'string', list: true } },
      async (call) => {
        checkUnscoped(call)
        const id = call.params.id ?? ''
        await show(call)
        const given = call.request.experiment_ids
        const ids =
          verb === 'add'
            ? await knownExperiments(call, given)
            : (await experimentIds(call, given)).filter((one) => /^\d{1,18}$/.test(one))
        await call.store.transact(call.principal, (tx) =>
          changeExperiments(tx, call.project.id, id, { [verb]: ids }),
        )
        return await show(call)
      },
    ),
  ),
]

const records: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/:id/records`,
    'runs:write',
    { records: { type: 'string', required: true }, updated_by: { type: 'string' } },
    async (call) => {
      checkUnscoped(call)
      const given = recordsIn(parsed(call.request.records, 'records'))
      const counts = await call.store.transact(call.principal, (tx) =>
        upsertRecords(tx, call.project.id, call.params.id ?? '', given),
      )
      return { inserted_count: counts.inserted, updated_count: counts.updated }
    },
  ),
  rpc(
    'GET',
    `${base}/:id/records`,
    'runs:read',
    { max_results: { type: 'int64' }, page_token: { type: 'string' } },
    async (call) => {
      const page = await call.traces.evaluationRecords(
        call.project.id,
        call.params.id ?? '',
        pageSize(call.request.max_results || undefined, 1000, 50_000),
        call.request.page_token || undefined,
      )
      return { records: `[${page.records.map(recordText).join(',')}]`, next_page_token: page.next }
    },
  ),
  rpc(
    'DELETE',
    `${base}/:id/records`,
    'runs:write',
    { dataset_record_ids: { type: 'string', list: true } },
    async (call) => {
      checkUnscoped(call)
      const deleted = await call.store.transact(call.principal, (tx) =>
        deleteRecords(tx, call.project.id, call.params.id ?? '', call.request.dataset_record_ids),
      )
      return { deleted_count: deleted }
    },
  ),
]

function datasetView(dataset: EvaluationDataset) {
  return {
    dataset_id: dataset.id,
    name: dataset.name,
    tags: JSON.stringify(dataset.tags),
    schema: dataset.schema ?? undefined,
    profile: dataset.records === 0 ? undefined : JSON.stringify({ num_records: dataset.records }),
    digest: dataset.digest,
    created_time: dataset.created,
    last_update_time: dataset.updated,
    created_by: dataset.createdBy ?? undefined,
    last_updated_by: dataset.updatedBy ?? undefined,
    experiment_ids: dataset.experimentIds.length === 0 ? undefined : dataset.experimentIds,
  }
}

/** As JSON, with the parts that are kept as JSON put in as they are. */
function recordText(record: EvaluationRecord): string {
  const source = record.source === null ? null : (JSON.parse(record.source) as Record<string, unknown>)
  const type = source?.source_type
  const parts = {
    dataset_record_id: JSON.stringify(record.id),
    dataset_id: JSON.stringify(record.datasetId),
    inputs: record.inputs,
    outputs: record.outputs,
    expectations: record.expectations,
    tags: JSON.stringify(record.tags),
    source: record.source,
    source_type: typeof type === 'string' ? JSON.stringify(type) : null,
    created_time: String(record.created),
    last_update_time: String(record.updated),
    created_by: record.createdBy === null ? null : JSON.stringify(record.createdBy),
    last_updated_by: record.updatedBy === null ? null : JSON.stringify(record.updatedBy),
  }
  const given = Object.entries(parts).filter(([, json]) => json !== null)
  return `{${given.map(([key, json]) => `"${key}":${json}`).join(',')}}`
}

function objectIn(json: string | undefined, name: string): Record<string, unknown> {
  if (json === undefined || json === '') return {}
  const value = parsed(json, name)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new MlflowError('INVALID_PARAMETER_VALUE', `Parameter '${name}' must be an object as JSON.`)
}

function parsed(json: string, name: string): unknown {
  try {
    // Python writes what JSON has no word for.
    return JSON.parse(json.replace(/(?<=[:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, 'null'))
  } catch {
    throw new MlflowError('INVALID_PARAMETER_VALUE', `Parameter '${name}' must be JSON.`)
  }
}

export const evaluationDatasetRpcs: readonly Rpc[] = [...datasets, ...experiments, ...records]
