import { createIssue, type Issue, updateIssue } from '../../areas/traces/index.ts'
import { pageSize } from './experiments.ts'
import { type Rpc, rpc } from './rpc.ts'
import { checkUnscoped } from './scope.ts'
import { openExperiment } from './traces.ts'

const base = '/3.0/mlflow/issues'
const text = { type: 'string' } as const
const required = { type: 'string', required: true } as const
const texts = { type: 'string', list: true } as const

/** Problems that traces share. */
export const issueRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    base,
    'runs:write',
    {
      experiment_id: required,
      name: required,
      description: required,
      status: text,
      severity: text,
      root_causes: texts,
      source_run_id: text,
      created_by: text,
      categories: texts,
    },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      const experiment = await openExperiment(call, request.experiment_id)
      const id = await call.store.transact(call.principal, (tx) =>
        createIssue(tx, {
          projectId: project.id,
          experimentId: experiment.id,
          name: request.name,
          description: request.description,
          status: request.status || 'pending',
          severity: request.severity || null,
          rootCauses: request.root_causes,
          categories: request.categories,
          sourceRunId: request.source_run_id || null,
          createdBy: request.created_by || null,
        }),
      )
      return { issue: issueView(await call.traces.issue(project.id, id)) }
    },
  ),
  rpc('GET', `${base}/:id`, 'runs:read', {}, async ({ traces, project, params }) => ({
    issue: issueView(await traces.issue(project.id, params.id ?? '')),
  })),
  rpc(
    'PATCH',
    `${base}/:id`,
    'runs:write',
    { name: text, description: text, status: text, severity: text },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      const id = call.params.id ?? ''
      await call.store.transact(call.principal, (tx) =>
        updateIssue(tx, project.id, id, {
          name: request.name || undefined,
          description: request.description || undefined,
          status: request.status || undefined,
          severity: request.severity || undefined,
        }),
      )
      return { issue: issueView(await call.traces.issue(project.id, id)) }
    },
  ),
  rpc(
    'POST',
    `${base}/search`,
    'runs:read',
    {
      experiment_id: text,
      filter_string: text,
      max_results: { type: 'int64' },
      page_token: text,
      include_trace_count: { type: 'bool' },
    },
    async ({ traces, project, request }) => {
      const page = await traces.searchIssues(project.id, {
        experimentId: request.experiment_id || undefined,
        filter: request.filter_string || undefined,
        limit: pageSize(request.max_results || undefined, 100, 1000),
        cursor: request.page_token || undefined,
      })
      return { issues: page.issues.map(issueView), next_page_token: page.next }
    },
  ),
]

function issueView(issue: Issue) {
  return {
    issue_id: issue.id,
    experiment_id: issue.experimentId,
    name: issue.name,
    description: issue.description,
    status: issue.status,
    severity: issue.severity ?? undefined,
    root_causes: issue.rootCauses,
    categories: issue.categories,
    source_run_id: issue.sourceRunId ?? undefined,
    created_timestamp: issue.created,
    last_updated_timestamp: issue.updated,
    created_by: issue.createdBy ?? undefined,
    trace_count: issue.traces,
  }
}
