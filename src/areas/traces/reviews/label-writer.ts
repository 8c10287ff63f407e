import { randomUUID } from 'node:crypto'
import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'
import { checkText, invalid, lengthOf } from './check.ts'
import { checkInput, checkSameInput, type LabelInput } from './label-input.ts'

export interface NewLabelSchema {
  readonly projectId: string
  readonly experimentId: string
  readonly name: string
  readonly kind: 'feedback' | 'expectation'
  readonly instruction: string | null
  readonly comment: boolean
  readonly input: LabelInput
}

export interface LabelSchemaChange {
  readonly name?: string | undefined
  readonly instruction?: string | undefined
  readonly comment?: boolean | undefined
  readonly input?: LabelInput | undefined
}

const longestName = 250
const longestInstruction = 1000

/** The question that every experiment has, without ids and times. */
export const standardSchema = {
  name: 'Feedback',
  kind: 'feedback',
  instruction: 'Share any feedback on this trace.',
  input: JSON.stringify({ kind: 'text', longest: null } satisfies LabelInput),
  standard: true,
} as const

export function newSchemaId(): string {
  return `ls-${randomUUID().replaceAll('-', '')}`
}

/** Returns the id. Fails with `invalid_argument`, and with `already_exists` when the experiment has one of this name. */
export async function createLabelSchema(tx: Tx, schema: NewLabelSchema): Promise<string> {
  check(schema)
  const id = newSchemaId()
  const now = tx.now.getTime()
  const made = await tx.db
    .insertInto('label_schemas')
    .values({
      id,
      project_id: schema.projectId,
      experiment_id: Number(schema.experimentId),
      name: schema.name,
      kind: schema.kind,
      instruction: schema.instruction,
      enable_comment: schema.comment,
      input: JSON.stringify(schema.input),
      created_ms: now,
      updated_ms: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (made === undefined) throw nameTaken(schema.name, schema.experimentId)
  await audit(tx, schema.projectId, id, 'label_schema.create', { name: schema.name })
  return id
}

/** Changes what is given; kind and way of answering stay. Fails with `not_found` and as `createLabelSchema`. */
export async function updateLabelSchema(
  tx: Tx,
  projectId: string,
  id: string,
  change: LabelSchemaChange,
): Promise<void> {
  const before = await lock(tx, projectId, id)
  if (before === undefined) throw labelSchemaNotFound(id)
  if (before.standard) throw invalid("The experiment's default question cannot be edited.")
  check(change)
  if (change.input !== undefined) checkSameInput(before.input as LabelInput, change.input)
  if (change.name !== undefined && (await isTaken(tx, before.experiment_id, change.name, id))) {
    throw nameTaken(change.name, String(before.experiment_id))
  }
  await tx.db
    .updateTable('label_schemas')
    .set({
      updated_ms: tx.now.getTime(),
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.instruction === undefined ? {} : { instruction: change.instruction }),
      ...(change.comment === undefined ? {} : { enable_comment: change.comment }),
      ...(change.input === undefined ? {} : { input: JSON.stringify(change.input) }),
    })
    .where('id', '=', id)
    .execute()
  await audit(tx, projectId, id, 'label_schema.update', { ...change })
}

/** Queues go on naming it, and what was answered stays. Deleting what is not there changes nothing. */
export async function deleteLabelSchema(tx: Tx, projectId: string, id: string): Promise<void> {
  const before = await lock(tx, projectId, id)
  if (before?.standard === true) throw invalid("The experiment's default question cannot be deleted.")
  await tx.db.deleteFrom('label_schemas').where('project_id', '=', projectId).where('id', '=', id).execute()
  await audit(tx, projectId, id, 'label_schema.delete', { existed: before !== undefined })
}

function check(schema: LabelSchemaChange | NewLabelSchema): void {
  const { name, instruction, input } = schema
  if (name !== undefined) {
    checkText(name, 'Label schema `name`', longestName)
    if (name.trim().toLowerCase() === standardSchema.name.toLowerCase()) {
      throw invalid(
        `\`${name}\` is reserved for the experiment's default question and cannot be used for another label schema.`,
      )
    }
  }
  if (typeof instruction === 'string' && lengthOf(instruction) > longestInstruction) {
    throw invalid(
      `Label schema \`instruction\` must be at most ${longestInstruction} characters; got ${lengthOf(instruction)}.`,
    )
  }
  if (input !== undefined) checkInput(input)
}

async function lock(tx: Tx, projectId: string, id: string) {
  return await tx.db
    .selectFrom('label_schemas')
    .select(['experiment_id', 'standard', 'input'])
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

async function isTaken(tx: Tx, experimentId: number, name: string, id: string): Promise<boolean> {
  const other = await tx.db
    .selectFrom('label_schemas')
    .select('id')
    .where('experiment_id', '=', experimentId)
    .where('name', '=', name)
    .where('id', '<>', id)
    .executeTakeFirst()
  return other !== undefined
}

export function labelSchemaNotFound(id: string): SlipwayError {
  return new SlipwayError('not_found', `Label schema with id '${id}' not found.`)
}

function nameTaken(name: string, experimentId: string): SlipwayError {
  return new SlipwayError(
    'already_exists',
    `Label schema with name '${name}' already exists for experiment '${experimentId}'.`,
  )
}

async function audit(
  tx: Tx,
  projectId: string,
  id: string,
  action: string,
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({ action, projectId, subjectType: 'label_schema', subjectId: id, details })
}
