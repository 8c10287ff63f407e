import type { KeyValue, RunDataset, RunModel } from '../../areas/tracking/index.ts'
import { pair, pairsOf } from './experiments.ts'
import { MlflowError } from './failure.ts'
import { type Rpc, rpc } from './rpc.ts'
import { checkedRunId } from './runs.ts'
import { checkRun } from './scope.ts'

const modelIds = {
  type: 'message',
  list: true,
  fields: { model_id: { type: 'string', required: true } },
} as const

/** What joins a run to datasets and logged models. */
export const runLinkRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    '/2.0/mlflow/runs/log-inputs',
    'runs:write',
    {
      run_id: { type: 'string', required: true },
      datasets: {
        type: 'message',
        list: true,
        fields: {
          tags: pair,
          dataset: {
            type: 'message',
            fields: {
              name: { type: 'string' },
              digest: { type: 'string' },
              source_type: { type: 'string' },
              source: { type: 'string' },
              schema: { type: 'string' },
              profile: { type: 'string' },
            },
          },
        },
      },
      models: modelIds,
    },
    async (call) => {
      const id = checkedRunId(call.request.run_id)
      await checkRun(call, id)
      await call.tracking.logInputs(call.project.id, id, {
        datasets: call.request.datasets.map(datasetOf),
        models: call.request.models.map(
          ({ model_id }): RunModel => ({ modelId: model_id, direction: 'input', step: 0 }),
        ),
      })
      return {}
    },
  ),
  rpc(
    'POST',
    '/2.0/mlflow/runs/outputs',
    'runs:write',
    {
      run_id: { type: 'string', required: true },
      models: {
        type: 'message',
        list: true,
        required: true,
        fields: { model_id: { type: 'string', required: true }, step: { type: 'int64' } },
      },
    },
    async (call) => {
      const id = call.request.run_id
      await checkRun(call, id)
      await call.tracking.logInputs(call.project.id, id, {
        datasets: [],
        models: call.request.models.map(
          (model): RunModel => ({
            modelId: model.model_id,
            direction: 'output',
            step: Number(model.step ?? 0),
          }),
        ),
      })
      return {}
    },
  ),
  rpc(
    'POST',
    '/2.0/mlflow/runs/log-model',
    'runs:write',
    { run_id: { type: 'string', required: true }, model_json: { type: 'string', required: true } },
    async (call) => {
      const id = call.request.run_id
      await checkRun(call, id)
      const model = modelJson(call.request.model_json)
      const run = await call.tracking.run(call.project.id, id)
      const before = run.tags.find((tag) => tag.key === historyTag)?.value
      const history: unknown = before === undefined ? [] : JSON.parse(before)
      const value = JSON.stringify([...(Array.isArray(history) ? history : []), model])
      await call.tracking.logTags(call.project.id, id, [{ key: historyTag, value }])
      return {}
    },
  ),
]

const historyTag = 'mlflow.log-model.history'

function modelJson(text: string): Record<string, unknown> {
  const needed = ['artifact_path', 'flavors', 'utc_time_created', 'run_id']
  let model: unknown
  try {
    model = JSON.parse(text)
  } catch {
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      `Malformed model info. \n ${text} \n is not a valid JSON.`,
    )
  }
  const given = typeof model === 'object' && model !== null ? model : {}
  const missing = needed.filter((name) => !Object.hasOwn(given, name))
  if (missing.length === 0) return { ...given }
  const names = missing.map((name) => `'${name}'`).join(', ')
  throw new MlflowError('INVALID_PARAMETER_VALUE', `Model json is missing mandatory fields: {${names}}`)
}

interface DatasetRequest {
  readonly tags: readonly { key: string | undefined; value: string | undefined }[]
  readonly dataset:
    | {
        readonly name: string | undefined
        readonly digest: string | undefined
        readonly source_type: string | undefined
        readonly source: string | undefined
        readonly schema: string | undefined
        readonly profile: string | undefined
      }
    | undefined
}

const datasetLimits = {
  name: 500,
  digest: 36,
  source: 65_535,
  schema: 1_048_575,
  profile: 16_777_215,
} as const

function datasetOf(input: DatasetRequest): RunDataset {
  const dataset = input.dataset
  if (dataset === undefined) throw new MlflowError('INVALID_PARAMETER_VALUE', 'Dataset cannot be None')
  for (const name of ['name', 'digest', 'source_type', 'source'] as const) {
    if (dataset[name] === undefined) {
      throw new MlflowError('INVALID_PARAMETER_VALUE', `Dataset ${name} cannot be None`)
    }
  }
  for (const [name, most] of Object.entries(datasetLimits)) {
    const value = dataset[name as keyof typeof datasetLimits] ?? ''
    if (value.length > most || value.includes('\0')) {
      throw new MlflowError(
        'INVALID_PARAMETER_VALUE',
        `'${name}' exceeds the maximum length of ${most} characters`,
      )
    }
  }
  return {
    name: dataset.name ?? '',
    digest: dataset.digest ?? '',
    sourceType: dataset.source_type ?? '',
    source: dataset.source ?? '',
    schema: dataset.schema ?? null,
    profile: dataset.profile ?? null,
    tags: pairsOf(input.tags).map(checkInputTag),
  }
}

function checkInputTag(tag: KeyValue): KeyValue {
  for (const [name, most] of [
    ['key', 255],
    ['value', 500],
  ] as const) {
    if (tag[name].length > most || tag[name].includes('\0')) {
      throw new MlflowError(
        'INVALID_PARAMETER_VALUE',
        `'${name}' exceeds the maximum length of ${most} characters`,
      )
    }
  }
  return tag
}
