/**
 * The program of an evaluation job. Inputs: `model/model.onnx`, `data/*.parquet`. Parameters: `label`, `features` (in the
 * order of the tensor's columns), `slices` (columns). Output: `evaluation/metrics.json`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { SlipwayError } from '../../../base/error.ts'
import { viewOf } from './datatype.ts'
import { classificationScores, regressionScores, type Scores, slicesOf } from './scores.ts'
import { openSession, type Session } from './session.ts'

interface Params {
  readonly label: string
  readonly features: readonly string[]
  readonly slices?: readonly string[]
}

interface Rows {
  /** Row-major, one row a record. */
  readonly features: Float64Array
  readonly labels: readonly unknown[]
  readonly slices: ReadonlyMap<string, readonly (string | null)[]>
}

const batchRows = 1024
/** A label of one of these types is a quantity; any other is a class. */
const quantities: ReadonlySet<string> = new Set(['FP16', 'FP32', 'FP64'])

async function readRows(pattern: string, { label, features, slices = [] }: Params): Promise<Rows> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB', threads: '1' })
  const connection = await instance.connect()
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
  const source = `from read_parquet('${pattern.replaceAll("'", "''")}', union_by_name = true) where ${quote(label)} is not null`
  const numbers = features.map((name) => `coalesce(try_cast(${quote(name)} as double), 'nan'::double)`)
  const texts = slices.map((name) => `cast(${quote(name)} as varchar)`)
  const result = await connection.runAndReadAll(
    `select ${[...numbers, `cast(${quote(label)} as varchar)`, ...texts].join(', ')} ${source}`,
  )
  const columns = result.getColumns()
  const rows = result.currentRowCount
  const matrix = new Float64Array(rows * features.length)
  features.forEach((_, f) => {
    const column = columns[f] ?? []
    for (let row = 0; row < rows; row += 1) matrix[row * features.length + f] = Number(column[row])
  })
  connection.closeSync()
  return {
    features: matrix,
    labels: columns[features.length] ?? [],
    slices: new Map(
      slices.map((name, i) => [name, (columns[features.length + 1 + i] ?? []) as (string | null)[]]),
    ),
  }
}

/** The first output for every row, as text. */
async function predict(session: Session, rows: Rows, width: number): Promise<string[]> {
  const input = session.spec.inputs[0]
  if (!input || session.spec.inputs.length > 1) {
    throw new SlipwayError('invalid_model', 'Only models of one input can be evaluated.')
  }
  const predicted: string[] = []
  const total = rows.labels.length
  // a model of a fixed batch is asked row by row
  const step = input.shape[0] === -1 ? batchRows : 1
  for (let from = 0; from < total; from += step) {
    const count = Math.min(step, total - from)
    const values = rows.features.subarray(from * width, (from + count) * width)
    const data =
      input.datatype === 'FP64'
        ? viewOf('FP64', values.slice().buffer)
        : viewOf('FP32', Float32Array.from(values).buffer)
    const [output] = await session.run([
      { name: input.name, datatype: input.datatype, shape: [count, width], data },
    ])
    if (!output || output.data.length < count) {
      throw new SlipwayError('invalid_model', 'The first output of the model has no value for each row.')
    }
    for (let row = 0; row < count; row += 1) predicted.push(String(output.data[row]))
  }
  return predicted
}

/** Labels as the model would write them: `3`, not `3.0`. */
function labelText(label: unknown): string {
  const text = String(label)
  return /^-?[0-9]+\.0+$/.test(text) ? text.slice(0, text.indexOf('.')) : text
}

async function evaluate(inputs: string, params: Params) {
  const session = await openSession(join(inputs, 'model', 'model.onnx'), { threads: 1 })
  const rows = await readRows(join(inputs, 'data', '*.parquet'), params)
  if (rows.labels.length === 0)
    throw new SlipwayError('invalid_data', 'There is no labelled row to evaluate on.')
  const predicted = await predict(session, rows, params.features.length)
  const labels = rows.labels.map(labelText)
  const regression = quantities.has(session.spec.outputs[0]?.datatype ?? '')
  const score = (picked?: readonly number[]): Scores => {
    const of = (values: readonly string[]) => (picked ? picked.map((row) => values[row] ?? '') : values)
    return regression
      ? regressionScores(of(predicted).map(Number), of(labels).map(Number))
      : classificationScores(of(predicted), of(labels))
  }
  const slices = [...rows.slices].flatMap(([by, values]) =>
    slicesOf(values).map((slice) => ({
      by,
      value: slice.value,
      rows: slice.rows.length,
      metrics: score(slice.rows),
    })),
  )
  return { rows: labels.length, metrics: score(), slices }
}

const params = JSON.parse(process.env.SLIPWAY_PARAMS ?? '{}') as Params
const scores = await evaluate(process.env.SLIPWAY_INPUTS ?? '', params)
const directory = join(process.env.SLIPWAY_OUTPUTS ?? '', 'evaluation')
await mkdir(directory, { recursive: true })
await writeFile(join(directory, 'metrics.json'), JSON.stringify(scores))
console.log(`${scores.rows} rows: ${JSON.stringify(scores.metrics)}`)
