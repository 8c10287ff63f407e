import {
  createLabelSchema,
  deleteLabelSchema,
  type LabelInput,
  type LabelSchema,
  updateLabelSchema,
} from '../../areas/traces/index.ts'
import { MlflowError } from './failure.ts'
import type { Read } from './message.ts'
import { type Rpc, rpc } from './rpc.ts'
import { checkUnscoped } from './scope.ts'
import { openExperiment } from './traces.ts'

const base = '/3.0/mlflow/label-schemas'
const text = { type: 'string' } as const
const required = { type: 'string', required: true } as const
const mostAtOnce = 50_000

/** Of these one must be there. */
const inputFields = {
  pass_fail: { type: 'message', fields: { positive_label: text, negative_label: text } },
  categorical: {
    type: 'message',
    fields: { options: { type: 'string', list: true }, multi_select: { type: 'bool' } },
  },
  numeric: { type: 'message', fields: { min_value: { type: 'double' }, max_value: { type: 'double' } } },
  text: { type: 'message', fields: { max_length: { type: 'int64' } } },
} as const
const input = { type: 'message', fields: inputFields } as const

/** What reviewers are asked. */
export const labelSchemaRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/create`,
    'runs:write',
    {
      experiment_id: required,
      name: required,
      type: { type: 'enum', values: ['FEEDBACK', 'EXPECTATION', 'LABEL_SCHEMA_TYPE_UNSPECIFIED'] },
      input,
      instruction: text,
      enable_comment: { type: 'bool' },
    },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      const kind = kindOf(request.type)
      const answered = inputOf(request.input)
      const experiment = await openExperiment(call, request.experiment_id)
      const id = await call.store.transact(call.principal, (tx) =>
        createLabelSchema(tx, {
          projectId: project.id,
          experimentId: experiment.id,
          name: request.name,
          kind,
          input: answered,
          instruction: request.instruction ?? null,
          comment: request.enable_comment ?? false,
        }),
      )
      return { label_schema: schemaView(await call.traces.labelSchema(project.id, id)) }
    },
  ),
  rpc('GET', `${base}/get`, 'runs:read', { schema_id: required }, async ({ traces, project, request }) => ({
    label_schema: schemaView(await traces.labelSchema(project.id, request.schema_id)),
  })),
  rpc(
    'GET',
    `${base}/get-by-name`,
    'runs:read',
    { experiment_id: required, name: required },
    async (call) => {
      const experiment = await openExperiment(call, call.request.experiment_id)
      const found = await call.traces.labelSchemaNamed(experiment.id, call.request.name)
      return { label_schema: schemaView(found) }
    },
  ),
  rpc(
    'GET',
    `${base}/list`,
    'runs:read',
    { experiment_id: required, max_results: { type: 'int64' }, page_token: text },
    async (call) => {
      const { request, project } = call
      const limit = reviewPageSize(request.max_results, 100)
      const experiment = await openExperiment(call, request.experiment_id)
      const page = await call.traces.labelSchemas(project.id, experiment.id, {
        limit,
        cursor: request.page_token || undefined,
      })
      return { label_schemas: page.rows.map(schemaView), next_page_token: page.next ?? '' }
    },
  ),
  rpc(
    'PATCH',
    `${base}/update`,
    'runs:write',
    { schema_id: required, name: text, instruction: text, enable_comment: { type: 'bool' }, input },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      const change = {
        name: request.name,
        instruction: request.instruction,
        comment: request.enable_comment,
        input: request.input === undefined ? undefined : inputOf(request.input),
      }
      await call.store.transact(call.principal, (tx) =>
        updateLabelSchema(tx, project.id, request.schema_id, change),
      )
      return { label_schema: schemaView(await call.traces.labelSchema(project.id, request.schema_id)) }
    },
  ),
  rpc('DELETE', `${base}/delete`, 'runs:write', { schema_id: required }, async (call) => {
    checkUnscoped(call)
    const { request, project } = call
    await call.store.transact(call.principal, (tx) => deleteLabelSchema(tx, project.id, request.schema_id))
    return {}
  }),
]

/** How many of a list of schemas, queues or items an answer holds. */
export function reviewPageSize(given: number | bigint | undefined, standard: number): number {
  if (given === undefined) return standard
  const size = Number(given)
  if (size >= 1 && size <= mostAtOnce) return size
  throw invalid(
    `max_results must be between 1 and ${mostAtOnce}. See the API docs for more information about request parameters.`,
  )
}

function kindOf(given: string | undefined): 'feedback' | 'expectation' {
  if (given === 'FEEDBACK') return 'feedback'
  if (given === 'EXPECTATION') return 'expectation'
  throw invalid('Label schema `type` must be one of FEEDBACK or EXPECTATION; got proto enum value 0.')
}

function inputOf(given: Read<typeof inputFields> | undefined): LabelInput {
  const inputs = given === undefined ? [] : Object.values(given).filter((one) => one !== undefined)
  if (given === undefined || inputs.length !== 1) {
    throw invalid(
      'Label schema `input` must have exactly one of `pass_fail`, `categorical`, `numeric`, or `text` set; got ' +
        `${inputs.length === 0 ? 'an empty oneof' : 'several'}.`,
    )
  }
  const { pass_fail: passFail, categorical, numeric } = given
  if (passFail !== undefined) {
    const { positive_label: positive = '', negative_label: negative = '' } = passFail
    return { kind: 'pass_fail', positive, negative }
  }
  if (categorical !== undefined) {
    return { kind: 'categorical', options: categorical.options, multiple: categorical.multi_select ?? false }
  }
  if (numeric !== undefined) {
    return { kind: 'numeric', least: numeric.min_value ?? null, most: numeric.max_value ?? null }
  }
  const longest = given.text?.max_length
  return { kind: 'text', longest: longest === undefined ? null : Number(longest) }
}

function schemaView(schema: LabelSchema) {
  return {
    schema_id: schema.id,
    experiment_id: schema.experimentId,
    name: schema.name,
    type: schema.kind.toUpperCase(),
    instruction: schema.instruction ?? undefined,
    enable_comment: schema.comment,
    input: inputView(schema.input),
    created_at: schema.created,
    last_updated_at: schema.updated,
    is_default: schema.standard,
  }
}

function inputView(given: LabelInput) {
  switch (given.kind) {
    case 'pass_fail':
      return { pass_fail: { positive_label: given.positive, negative_label: given.negative } }
    case 'categorical':
      return { categorical: { options: given.options, multi_select: given.multiple } }
    case 'numeric':
      return { numeric: { min_value: given.least ?? undefined, max_value: given.most ?? undefined } }
    case 'text':
      return { text: { max_length: given.longest ?? undefined } }
  }
}

function invalid(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message)
}
