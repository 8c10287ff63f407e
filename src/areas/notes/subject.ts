import { SlipwayError } from '../../base/error.ts'
import type { Subject, SubjectType } from '../../contract/notes.ts'
import type { NotesDeps } from './deps.ts'

export interface SubjectRef {
  readonly type: SubjectType
  readonly id: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What is talked about, as people call it. Undefined when the project has no such thing (any more). */
export async function findSubject(
  deps: NotesDeps,
  projectId: string,
  ref: SubjectRef,
): Promise<Subject | undefined> {
  if (ref.type === 'run') {
    if (!/^[0-9a-f]{32}$/.test(ref.id)) return undefined
    const run = await deps.tracking.findRun(projectId, ref.id)
    return run && { ...ref, title: run.name }
  }
  if (ref.type === 'model') {
    const model = await deps.registry.findModel(projectId, ref.id)
    return model && { ...ref, title: model.name, model: model.name }
  }
  if (!uuid.test(ref.id)) return undefined
  if (ref.type === 'report') return await findReport(deps, projectId, ref)
  const version = await deps.registry.version(ref.id)
  if (version?.projectId !== projectId) return undefined
  const { model, version: number } = version
  return { ...ref, title: `${model} v${number}`, model, version: number }
}

async function findReport({ store }: NotesDeps, projectId: string, ref: SubjectRef) {
  const report = await store.read
    .selectFrom('reports')
    .select('title')
    .where('project_id', '=', projectId)
    .where('id', '=', ref.id)
    .executeTakeFirst()
  return report && { ...ref, title: report.title }
}

/** Fails with `not_found`. */
export async function subjectOf(deps: NotesDeps, projectId: string, ref: SubjectRef): Promise<Subject> {
  const found = await findSubject(deps, projectId, ref)
  if (found !== undefined) return found
  throw new SlipwayError('not_found', `There is no ${ref.type.replace('_', ' ')} \`${ref.id}\`.`)
}
