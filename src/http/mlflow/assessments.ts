import {
  type AssessmentChange,
  createAssessment,
  deleteAssessment,
  updateAssessment,
} from '../../areas/traces/index.ts'
import { MlflowError } from './failure.ts'
import { type Rpc, rpc } from './rpc.ts'
import {
  type AssessmentMessage,
  assessmentMessage,
  errorOf,
  expectationJson,
  jsonOf,
  newAssessment,
} from './trace-read.ts'
import { assessmentView } from './trace-show.ts'

const base = '/3.0/mlflow/traces/:id/assessments'
const assessment = { type: 'message', fields: assessmentMessage, required: true } as const

/** Feedback, expectations and issues of traces. */
export const assessmentRpcs: readonly Rpc[] = [
  rpc('POST', base, 'runs:write', { assessment }, async (call) => {
    const created = await call.store.transact(call.principal, (tx) =>
      createAssessment(tx, call.project.id, call.params.id ?? '', newAssessment(call.request.assessment)),
    )
    return { assessment: assessmentView(created) }
  }),
  rpc('GET', `${base}/:assessment`, 'runs:read', {}, async ({ traces, project, params }) => ({
    assessment: assessmentView(await traces.assessment(project.id, params.id ?? '', params.assessment ?? '')),
  })),
  rpc(
    'PATCH',
    `${base}/:assessment`,
    'runs:write',
    { assessment, update_mask: { type: 'json', required: true } },
    async (call) => {
      const { project, params, request } = call
      const change = changeOf(request.assessment, pathsOf(request.update_mask))
      const updated = await call.store.transact(call.principal, (tx) =>
        updateAssessment(tx, project.id, params.id ?? '', params.assessment ?? '', change),
      )
      return { assessment: assessmentView(updated) }
    },
  ),
  rpc('DELETE', `${base}/:assessment`, 'runs:write', {}, async (call) => {
    const { project, params } = call
    const trace = await call.traces.trace(project.id, params.id ?? '')
    const known = trace.assessments.some((one) => one.id === params.assessment)
    if (known) {
      await call.store.transact(call.principal, (tx) =>
        deleteAssessment(tx, project.id, trace.id, params.assessment ?? ''),
      )
    }
    return {}
  }),
]

/** A field mask is text with commas in JSON; each part in camel or snake case. */
function pathsOf(mask: unknown): string[] {
  const text = typeof mask === 'string' ? mask : ''
  return text
    .split(',')
    .map((path) => path.trim().replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .filter((path) => path !== '')
}

function changeOf(message: AssessmentMessage, paths: readonly string[]): AssessmentChange {
  if (paths.includes('feedback') && message.feedback === undefined) throw missing('feedback')
  if (paths.includes('expectation') && message.expectation === undefined) throw missing('expectation')
  const has = (path: string) => paths.includes(path)
  const { feedback, expectation } = message
  return {
    name: has('assessment_name') ? message.assessment_name : undefined,
    feedback:
      has('feedback') && feedback !== undefined
        ? { value: jsonOf(feedback.value), error: errorOf(feedback.error) }
        : undefined,
    expectation: has('expectation') && expectation !== undefined ? expectationJson(expectation) : undefined,
    rationale: has('rationale') ? (message.rationale ?? '') : undefined,
    metadata: has('metadata') ? message.metadata : undefined,
  }
}

function missing(field: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', `The update mask names '${field}', which is missing.`)
}
