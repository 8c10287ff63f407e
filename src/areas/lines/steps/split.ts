import { join } from 'node:path'
import { SlipwayError } from '../../../base/error.ts'
import type { StepKind } from '../../pipelines/index.ts'
import type { StepDeps } from '../deps.ts'
import { localPaths, putFile, quote, withScratch } from './scratch.ts'

interface Split {
  readonly version: string
  readonly columns: { label: string; id?: string; time?: string; features?: readonly string[] }
  readonly holdout: number
  readonly format: 'parquet' | 'csv'
}

const numeric =
  /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|FLOAT|DOUBLE|DECIMAL)/

/**
 * `data.split`: rows for training and rows that the training never sees. A row goes by the hash of its id (or of all its
 * values), so it stays on its side in every later version: no version is ever judged on what an earlier one learned.
 */
export function splitKind(deps: StepDeps): StepKind {
  return {
    kind: 'data.split',
    cacheable: true,
    version: '1',
    async begin(step) {
      const split = step.with as unknown as Split
      const version = await deps.data.versionById(split.version)
      if (!version) throw new SlipwayError('not_found', `Dataset version ${split.version} no longer exists.`)
      const features = featuresOf(version.schema, split.columns)
      const parts = await localPaths(deps.blobs, await deps.data.files(split.version))
      const outputs = await withScratch(deps.scratch, async (directory) => {
        const train = join(directory, `train.${split.format}`)
        const test = join(directory, 'test.parquet')
        const [counts] = await deps.columnar.query({
          statements: statements(
            split,
            version.schema.map((column) => column.name),
          ),
          files: { parts },
          writes: { train, test },
          signal: step.signal,
        })
        if (Number(counts?.train) === 0 || Number(counts?.test) === 0) {
          throw new SlipwayError(
            'invalid_data',
            `Dataset '${version.dataset}' has too few labelled rows to train and evaluate.`,
          )
        }
        const trainBlob = await putFile(deps.blobs, train)
        const testBlob = await putFile(deps.blobs, test)
        return {
          train: [{ path: `train.${split.format}`, digest: trainBlob.digest }],
          test: [{ path: 'test.parquet', digest: testBlob.digest }],
          train_rows: Number(counts?.train),
          test_rows: Number(counts?.test),
        }
      })
      return { outputs: { ...outputs, features, dataset_version_id: split.version } }
    },
  }
}

function featuresOf(schema: readonly { name: string; type: string }[], columns: Split['columns']): string[] {
  const names = new Set(schema.map((column) => column.name))
  const missing = [columns.label, columns.id, columns.time, ...(columns.features ?? [])].find(
    (name) => name !== undefined && !names.has(name),
  )
  if (missing !== undefined) {
    throw new SlipwayError(
      'invalid_argument',
      `The dataset has no column '${missing}'; it has ${[...names].join(', ')}.`,
    )
  }
  const taken = new Set([columns.label, columns.id, columns.time])
  const features =
    columns.features ??
    schema
      .filter((column) => numeric.test(column.type) && !taken.has(column.name))
      .map((column) => column.name)
  if (features.length === 0)
    throw new SlipwayError('invalid_argument', 'The dataset has no numeric column to learn from.')
  return [...features]
}

function statements(split: Split, all: readonly string[]): string[] {
  const key =
    split.columns.id === undefined
      ? `concat_ws('|', ${all.map((name) => `coalesce(cast(${quote(name)} as varchar), '')`).join(', ')})`
      : `cast(${quote(split.columns.id)} as varchar)`
  // the first 16 bits of an MD5, as hex: compares as text
  const limit = Math.round(split.holdout * 65_536)
    .toString(16)
    .padStart(4, '0')
  const held = `substr(md5(${key}), 1, 4) < '${limit}'`
  const rows = `select * from read_parquet({{parts}}, union_by_name = true) where ${quote(split.columns.label)} is not null`
  const target = split.format === 'csv' ? '(format csv, header)' : '(format parquet, compression zstd)'
  const order = split.columns.id === undefined ? 'order by all' : `order by ${quote(split.columns.id)}`
  return [
    `create temp table split as select *, ${held} as __held from (${rows})`,
    `copy (select * exclude (__held) from split where not __held ${order}) to {{train}} ${target}`,
    `copy (select * exclude (__held) from split where __held ${order}) to {{test}} (format parquet, compression zstd)`,
    'select count(*) filter (not __held) as train, count(*) filter (__held) as test from split',
  ]
}
