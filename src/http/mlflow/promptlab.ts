import { updateRun } from '../../areas/tracking/index.ts'
import { pair, pairsOf } from './experiments.ts'
import { MlflowError } from './failure.ts'
import { storeFile } from './page-uploads.ts'
import { type Rpc, rpc } from './rpc.ts'
import { checkUnscoped } from './scope.ts'
import { runView } from './show.ts'

const table = 'eval_results_table.json'

/** Runs that record one try of a prompt: what was asked of which model, and what it answered. */
export const promptlabRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    '/2.0/mlflow/runs/create-promptlab-run',
    'runs:write',
    {
      experiment_id: { type: 'string' },
      run_name: { type: 'string' },
      tags: pair,
      prompt_template: { type: 'string' },
      prompt_parameters: pair,
      model_route: { type: 'string' },
      model_parameters: pair,
      model_input: { type: 'string' },
      model_output: { type: 'string' },
      model_output_parameters: pair,
      mlflow_version: { type: 'string' },
      user_id: { type: 'string' },
      start_time: { type: 'int64' },
    },
    async (call) => {
      const { project, principal, request, tracking } = call
      checkUnscoped(call)
      const parameters = pairsOf(request.prompt_parameters)
      const experimentId = given('experiment_id', request.experiment_id)
      const template = given('prompt_template', request.prompt_template)
      if (parameters.length === 0) throw missing('prompt_parameters')
      const route = given('model_route', request.model_route)
      const input = given('model_input', request.model_input)
      given('mlflow_version', request.mlflow_version)
      const id = await call.store.transact(principal, (tx) =>
        tracking.createRun(tx, {
          projectId: project.id,
          experimentId,
          name: request.run_name,
          user: request.user_id || 'unknown',
          start: request.start_time === undefined ? undefined : Number(request.start_time),
          tags: [
            ...pairsOf(request.tags),
            { key: 'mlflow.loggedArtifacts', value: `[{"path": "${table}", "type": "table"}]` },
            { key: 'mlflow.runSourceType', value: 'PROMPT_ENGINEERING' },
          ],
        }),
      )
      await tracking.logParams(project.id, id, [
        ...pairsOf(request.model_parameters),
        { key: 'model_route', value: route },
        { key: 'prompt_template', value: template },
      ])
      const results = [
        ...parameters,
        { key: 'prompt', value: input },
        { key: 'output', value: request.model_output ?? null },
        ...pairsOf(request.model_output_parameters),
      ]
      await storeFile(call, id, table, tableOf(results))
      await call.store.transact(principal, (tx) =>
        updateRun(tx, project.id, id, { status: 'finished', end: tx.now.getTime() }),
      )
      return { run: runView(await tracking.run(project.id, id)) }
    },
  ),
]

function tableOf(columns: readonly { key: string; value: string | null }[]): Buffer {
  return Buffer.from(
    JSON.stringify({ columns: columns.map(({ key }) => key), data: [columns.map(({ value }) => value)] }),
  )
}

function given(name: string, value: string | undefined): string {
  if (value) return value
  throw missing(name)
}

function missing(name: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', `CreatePromptlabRun request must specify ${name}.`)
}
