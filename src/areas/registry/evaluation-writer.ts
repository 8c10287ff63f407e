import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Evaluation } from '../../contract/models.ts'
import type { Tx } from '../../store/store.ts'

export interface NewEvaluation {
  readonly modelVersionId: string
  readonly datasetVersionId?: string | undefined
  /** For people: name and version of the dataset. */
  readonly dataset?: string | undefined
  readonly metrics: Readonly<Record<string, number>>
  readonly slices?: Evaluation['slices']
  readonly source: 'platform' | 'client'
}

/** Returns the id. */
export async function recordEvaluation(tx: Tx, evaluation: NewEvaluation): Promise<string> {
  const version = await tx.db
    .selectFrom('model_versions')
    .select('project_id')
    .where('id', '=', evaluation.modelVersionId)
    .executeTakeFirst()
  if (version === undefined) {
    throw new SlipwayError('not_found', `There is no model version ${evaluation.modelVersionId}`)
  }
  const id = uuidv7()
  await tx.db
    .insertInto('model_evaluations')
    .values({
      id,
      project_id: version.project_id,
      model_version_id: evaluation.modelVersionId,
      source: evaluation.source,
      dataset_version_id: evaluation.datasetVersionId ?? null,
      dataset: evaluation.dataset ?? null,
      metrics: JSON.stringify(evaluation.metrics),
      slices: JSON.stringify(evaluation.slices ?? []),
      created_by: tx.principal.name,
    })
    .execute()
  await tx.audit({
    action: 'model_version.evaluate',
    projectId: version.project_id,
    subjectType: 'model_version',
    subjectId: evaluation.modelVersionId,
    details: { evaluation: id, source: evaluation.source, metrics: evaluation.metrics },
  })
  tx.hint(version.project_id, `model_versions:${evaluation.modelVersionId}`)
  return id
}
