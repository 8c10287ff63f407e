import { messageOf, SlipwayError } from '../../../base/error.ts'
import { MlflowError } from '../failure.ts'
import { type Document, type Field, type Literal, type Operation, readDocument } from './document.ts'
import { fieldsOf, tooMuch } from './limits.ts'
import { checkSelections, type Fetch, shaped } from './shape.ts'
import { roots } from './types.ts'

type Values = Readonly<Record<string, unknown>>

/** Runs an operation of the protocol, named by its path, for the caller. */
export type Perform = (path: string, request: Values) => Promise<unknown>

export interface GraphqlRequest {
  readonly query: string
  readonly variables: Values
  readonly operationName: string | undefined
}

export interface GraphqlAnswer {
  readonly data: Record<string, unknown> | null
  readonly errors: readonly string[] | null
}

/**
 * Answers what MLflow's pages ask by GraphQL, from the operations of the REST API: each first field is one of them, with
 * its permission. A field that fails is null, and says why among the errors.
 */
export async function answerGraphql(request: GraphqlRequest, perform: Perform): Promise<GraphqlAnswer> {
  let asked: { document: Document; fields: readonly Field[] }
  try {
    asked = readRequest(request)
  } catch (thrown) {
    if (thrown instanceof MlflowError) return { data: null, errors: [thrown.message] }
    throw thrown
  }
  const data: Record<string, unknown> = {}
  const errors: string[] = []
  for (const field of asked.fields) {
    try {
      data[field.key] = await answerField(field, asked.document, request.variables, perform)
    } catch (thrown) {
      if (!isAnswer(thrown)) throw thrown
      data[field.key] = null
      errors.push(messageOf(thrown))
    }
  }
  return { data, errors: errors.length === 0 ? null : errors }
}

/** What a request's JSON asks for. */
export function readGraphql(value: unknown): GraphqlRequest {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if (typeof given.query !== 'string') {
    throw new MlflowError('INVALID_PARAMETER_VALUE', "Missing value for required parameter 'query'.")
  }
  const { variables, operationName } = given
  return {
    query: given.query,
    variables: typeof variables === 'object' && variables !== null ? (variables as Values) : {},
    operationName: typeof operationName === 'string' && operationName !== '' ? operationName : undefined,
  }
}

function readRequest(request: GraphqlRequest): { document: Document; fields: readonly Field[] } {
  const document = readDocument(request.query)
  const excess = tooMuch(document)
  if (excess !== undefined) throw new MlflowError('BAD_REQUEST', excess)
  const fields = fieldsOf(operationOf(document, request.operationName).selections, document)
  for (const field of fields) {
    if (field.name === '__typename') continue
    const type = isTest(field) ? 'Test' : roots[field.name]?.answer
    if (type === undefined)
      throw new MlflowError('BAD_REQUEST', `Cannot query field '${field.name}' on type 'Query'.`)
    checkSelections(type, field.selections ?? [], document)
  }
  return { document, fields }
}

function operationOf(document: Document, name: string | undefined): Operation {
  const found =
    name === undefined ? document.operations : document.operations.filter((one) => one.name === name)
  const [first, second] = found
  if (first !== undefined && second === undefined) return first
  const problem =
    first !== undefined
      ? 'Must provide operation name if query contains multiple operations.'
      : name === undefined
        ? 'Must provide an operation.'
        : `Unknown operation named '${name}'.`
  throw new MlflowError('BAD_REQUEST', problem)
}

function isTest({ name }: Field): boolean {
  return name === 'test' || name === 'testMutation'
}

/** What concerns this field alone; a caller who is not known gets no answer at all. */
function isAnswer(thrown: unknown): boolean {
  if (thrown instanceof SlipwayError) return thrown.code !== 'unauthenticated' && thrown.status < 500
  return thrown instanceof Error && (thrown instanceof MlflowError || thrown.name === 'Denied')
}

async function answerField(field: Field, document: Document, variables: Values, perform: Perform) {
  if (field.name === '__typename') return 'Query'
  const given = (name: string) => resolved(field.arguments.get(name), variables)
  const fetch = fetchFrom(perform)
  if (isTest(field))
    return shaped('Test', { output: given('inputString') }, field.selections ?? [], { document, fetch })
  const root = roots[field.name]
  const input = given('input')
  if (root === undefined) throw new MlflowError('BAD_REQUEST', `Cannot query field '${field.name}'.`)
  const answer = await perform(root.path, (input ?? {}) as Values)
  return shaped(root.answer, answer as Values, field.selections ?? [], { document, fetch })
}

function resolved(literal: Literal | undefined, variables: Values): unknown {
  if (literal === undefined) return undefined
  if (literal.kind === 'value') return literal.value
  if (literal.kind === 'variable')
    return Object.hasOwn(variables, literal.name) ? variables[literal.name] : null
  if (literal.kind === 'list') return literal.items.map((item) => resolved(item, variables))
  return Object.fromEntries([...literal.fields].map(([name, one]) => [name, resolved(one, variables)]))
}

/** What hangs on a run besides what its own answer holds. */
function fetchFrom(perform: Perform): Fetch {
  return async (type, field, value) => {
    if (type !== 'Run') return undefined
    const info = value.info as { run_id: string; experiment_id: string }
    if (field === 'experiment') {
      const answer = await perform('/2.0/mlflow/experiments/get', { experiment_id: info.experiment_id })
      return (answer as { experiment: unknown }).experiment
    }
    if (field !== 'modelVersions') return undefined
    const answer = await perform('/2.0/mlflow/model-versions/search', { filter: `run_id='${info.run_id}'` })
    return (answer as { model_versions?: unknown }).model_versions
  }
}
