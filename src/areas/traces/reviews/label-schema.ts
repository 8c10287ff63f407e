import { sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import type { Store } from '../../../store/store.ts'
import type { LabelInput } from './label-input.ts'
import { labelSchemaNotFound, newSchemaId, standardSchema } from './label-writer.ts'
import { type Page, type Paging, pageOf } from './page.ts'

/** What reviewers of an experiment's traces are asked. */
export interface LabelSchema {
  readonly id: string
  readonly experimentId: string
  readonly name: string
  readonly kind: 'feedback' | 'expectation'
  readonly instruction: string | null
  readonly comment: boolean
  readonly input: LabelInput
  /** The question that every experiment has. */
  readonly standard: boolean
  readonly created: number
  readonly updated: number
}

const selected = sql`s.id, s.experiment_id::text as "experimentId", s.name, s.kind, s.instruction,
  s.enable_comment as comment, s.input, s.standard, s.created_ms as created, s.updated_ms as updated`

export function createLabelReader(store: Store) {
  /** Fails with `not_found`. */
  async function labelSchema(projectId: string, id: string): Promise<LabelSchema> {
    const { rows } = await sql<LabelSchema>`select ${selected} from label_schemas s
      where s.project_id = ${projectId} and s.id = ${id}`.execute(store.read)
    const [found] = rows
    if (found === undefined) throw labelSchemaNotFound(id)
    return found
  }

  /** Fails with `not_found`. */
  async function labelSchemaNamed(experimentId: string, name: string): Promise<LabelSchema> {
    const { rows } = await sql<LabelSchema>`select ${selected} from label_schemas s
      where s.experiment_id = ${experimentId} and s.name = ${name}`.execute(store.read)
    const [found] = rows
    if (found !== undefined) return found
    throw new SlipwayError(
      'not_found',
      `Label schema with name '${name}' not found for experiment '${experimentId}'.`,
    )
  }

  /** The latest first; an experiment that has no standard question yet is given it. */
  async function labelSchemas(
    projectId: string,
    experimentId: string,
    paging: Paging,
  ): Promise<Page<LabelSchema>> {
    await addStandard(projectId, experimentId)
    return await pageOf(paging, experimentId, async (offset, limit) => {
      const { rows } = await sql<LabelSchema>`select ${selected} from label_schemas s
        where s.experiment_id = ${experimentId} order by s.created_ms desc, s.id collate "C"
        offset ${offset} limit ${limit}`.execute(store.read)
      return rows
    })
  }

  async function addStandard(projectId: string, experimentId: string): Promise<void> {
    const { rows } = await sql`select from label_schemas s
      where s.experiment_id = ${experimentId} and s.standard`.execute(store.read)
    if (rows.length > 0) return
    await store.housekeep(async (tx) => {
      const now = tx.now.getTime()
      await tx.db
        .insertInto('label_schemas')
        .values({
          ...standardSchema,
          id: newSchemaId(),
          project_id: projectId,
          experiment_id: Number(experimentId),
          created_ms: now,
          updated_ms: now,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    })
  }

  return { labelSchema, labelSchemaNamed, labelSchemas }
}
