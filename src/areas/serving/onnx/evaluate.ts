import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { messageOf } from '../../../base/error.ts'
import { elementCount, elementSize, type TensorData, viewOf } from './datatype.ts'
import { Scorer, type Task } from './scoring.ts'
import { openSession, type Session } from './session.ts'
import type { Tensor, TensorSpec } from './tensor.ts'

/**
 * The program of an evaluation job. Reads $SLIPWAY_INPUTS/model/model.onnx and $SLIPWAY_INPUTS/data/*.parquet, and by the
 * parameters { label, features, slices?, task? } runs the model on every row that has a label. Writes
 * $SLIPWAY_OUTPUTS/evaluation/metrics.json: { task, rows, metrics, slices, confusion? }.
 */
interface Params {
  readonly label: string
  readonly features: readonly string[]
  readonly slices?: readonly string[]
  readonly task?: Task
}

type Row = Readonly<Record<string, unknown>>

const batchRows = 1024

async function main(): Promise<void> {
  const inputs = process.env.SLIPWAY_INPUTS ?? ''
  const outputs = process.env.SLIPWAY_OUTPUTS ?? ''
  const params = JSON.parse(process.env.SLIPWAY_PARAMS ?? '{}') as Params
  const session = await openSession(join(inputs, 'model', 'model.onnx'), { threads: 1 })
  const files = (await readdir(join(inputs, 'data'))).filter((file) => file.endsWith('.parquet')).sort()
  if (files.length === 0) throw new Error('There is no Parquet file in $SLIPWAY_INPUTS/data.')
  const { slices = [], task } = params
  const scorer = new Scorer({ slices, task })
  const connection = await openDatabase()
  for await (const rows of readRows(
    connection,
    files.map((file) => join(inputs, 'data', file)),
    params,
  )) {
    const labels = rows.map((row) => plain(row[params.label]))
    const answers = await session.run(toTensors(session, rows, params.features))
    scorer.add(
      labels,
      answers,
      slices.map((slice) => rows.map((row) => textOrNull(row[slice]))),
    )
  }
  const scores = scorer.scores()
  if (scores.rows === 0) throw new Error(`No row has a label in the column "${params.label}".`)
  await mkdir(join(outputs, 'evaluation'), { recursive: true })
  await writeFile(join(outputs, 'evaluation', 'metrics.json'), JSON.stringify(scores, null, 2))
  const found = Object.entries(scores.metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`)
  process.stdout.write(`${scores.rows} rows: ${found.join(', ')}\n`)
}

async function openDatabase(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MB' })
  return instance.connect()
}

/** Rows that have a label, in the order of the files, a batch at a time. */
async function* readRows(
  connection: DuckDBConnection,
  files: readonly string[],
  { label, features, slices = [] }: Params,
): AsyncGenerator<Row[]> {
  const columns = [...new Set([label, ...features, ...slices])].map(identifier)
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ')
  const result = await connection.stream(
    `select ${columns.join(', ')} from read_parquet([${list}], union_by_name = true) where ${identifier(label)} is not null`,
  )
  let rows: Row[] = []
  for await (const chunk of result.yieldRowObjectJs()) {
    for (const row of chunk) {
      rows.push(row as Row)
      if (rows.length < batchRows) continue
      yield rows
      rows = []
    }
  }
  if (rows.length > 0) yield rows
}

/** One tensor of all features, or one tensor for each feature, as the model takes them. */
function toTensors({ spec }: Session, rows: readonly Row[], features: readonly string[]): Tensor[] {
  const [only, ...others] = spec.inputs
  if (only && others.length === 0) return [toTensor(only, rows, features)]
  return spec.inputs.map((input) => {
    if (!features.includes(input.name)) {
      throw new Error(`The model takes an input "${input.name}", which is none of the features.`)
    }
    return toTensor(input, rows, [input.name])
  })
}

function toTensor(spec: TensorSpec, rows: readonly Row[], features: readonly string[]): Tensor {
  const values = rows.flatMap((row) => features.flatMap((feature) => spread(row[feature])))
  const tail = spec.shape.slice(1)
  const open = tail.filter((dimension) => dimension === -1).length
  const width = values.length / rows.length
  const known = elementCount(tail.filter((dimension) => dimension !== -1))
  const shape = [rows.length, ...tail.map((dimension) => (dimension === -1 ? width / known : dimension))]
  if (open > 1 || elementCount(shape) !== values.length) {
    throw new Error(
      `The input "${spec.name}" takes [${spec.shape.join(', ')}], but the features have ${width} values a row.`,
    )
  }
  return { name: spec.name, datatype: spec.datatype, shape, data: toData(spec, values) }
}

/** A list column gives several values. */
function spread(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}

function toData({ name, datatype }: TensorSpec, values: readonly unknown[]): TensorData {
  if (datatype === 'BYTES') return values.map((value) => String(value ?? ''))
  if (datatype === 'FP16')
    throw new Error(`The input "${name}" is of type FP16, which can't be evaluated yet.`)
  const data = viewOf(datatype, new ArrayBuffer(values.length * elementSize(datatype)))
  for (const [i, value] of values.entries()) {
    const number = value === null || value === undefined ? Number.NaN : Number(value)
    if (data instanceof BigInt64Array || data instanceof BigUint64Array)
      data[i] = BigInt(Math.trunc(number) || 0)
    else data[i] = number
  }
  return data
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

function plain(value: unknown): string | number {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'number' ? value : String(value)
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

try {
  await main()
} catch (error) {
  process.stderr.write(`The evaluation failed: ${messageOf(error)}\n`)
  process.exitCode = 1
}
