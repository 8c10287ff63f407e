import { MlflowError } from './failure.ts'
import { type Rpc, rpc } from './rpc.ts'
import { some } from './show.ts'

const mostExperiments = 20

export const datasetRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    '/2.0/mlflow/experiments/search-datasets',
    'runs:read',
    { experiment_ids: { type: 'string', list: true } },
    async ({ tracking, project, request }) => {
      const ids = request.experiment_ids
      if (ids.length === 0) throw invalid('must specify at least one experiment_id.')
      if (ids.length > mostExperiments) {
        throw invalid(
          `cannot specify more than ${mostExperiments} experiment_ids. Received ${ids.length} experiment_ids.`,
        )
      }
      const found = await tracking.datasets(project.id, ids)
      const summaries = found.map(({ experimentId, name, digest, context }) => ({
        experiment_id: experimentId,
        name,
        digest,
        context: context === '' ? undefined : context,
      }))
      return { dataset_summaries: some(summaries) }
    },
  ),
]

function invalid(problem: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', `SearchDatasets request ${problem}`)
}
