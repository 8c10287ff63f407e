import type { Comparison, VersionContents, VersionDetail } from '../../contract/models.ts'
import { compatibility } from './signature.ts'

/** One side of a comparison. */
export interface Side {
  readonly version: VersionDetail
  readonly contents: VersionContents
  /** Of the run that made it. */
  readonly runTags: Readonly<Record<string, string>>
  /** As clients described what the run read. */
  readonly runDatasets: readonly { readonly name: string; readonly digest: string }[]
}

const code = {
  commit: 'mlflow.source.git.commit',
  branch: 'mlflow.source.git.branch',
  repository: 'mlflow.source.git.repoURL',
  'entry point': 'mlflow.source.name',
  'changes not committed': 'mlflow.source.git.dirty',
} as const

/** Two versions side by side: what both have the same is left out, but for metrics. */
export function compareVersions(left: Side, right: Side): Comparison {
  const { version: a } = left
  const { version: b } = right
  return {
    a,
    b,
    params: differences(a.run_params, b.run_params),
    tags: differences(a.tags, b.tags),
    files: fileDifferences(a, b),
    data: differences(dataOf(left), dataOf(right)),
    code: differences(codeOf(left), codeOf(right)),
    environment: differences(environmentOf(left), environmentOf(right)),
    metrics: metrics(a, b),
    signature: compatibility(a.signature, b.signature),
  }
}

function differences(a: Record<string, string>, b: Record<string, string>): Comparison['params'] {
  return keysOf(a, b)
    .map((key) => ({ key, a: own(a, key), b: own(b, key) }))
    .filter((one) => one.a !== one.b)
}

/** The platform's own scores; where neither version has any, the last values that their runs logged. */
function metrics(a: VersionDetail, b: VersionDetail): Comparison['metrics'] {
  const evaluated = keysOf(a.metrics, b.metrics).length > 0
  const left = evaluated ? a.metrics : logged(a)
  const right = evaluated ? b.metrics : logged(b)
  return keysOf(left, right).map((key) => ({ key, a: own(left, key), b: own(right, key) }))
}

function logged(version: VersionDetail): Record<string, number> {
  const entries = Object.entries(version.run_metrics)
  return Object.fromEntries(
    entries.flatMap(([key, { value }]) => (typeof value === 'number' ? [[key, value] as const] : [])),
  )
}

function fileDifferences(a: VersionDetail, b: VersionDetail): Comparison['files'] {
  const side = (version: VersionDetail) =>
    new Map(version.files.map(({ path, digest, size }) => [path, { digest, size }]))
  const [left, right] = [side(a), side(b)]
  return [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .map((path) => ({ path, a: left.get(path) ?? null, b: right.get(path) ?? null }))
    .filter((one) => one.a?.digest !== one.b?.digest)
}

function dataOf({ version, runDatasets }: Side): Record<string, string> {
  const { dataset, dataset_version_id: id } = version.lineage
  const evaluated = version.evaluations.flatMap((one) => one.dataset ?? one.dataset_version_id ?? [])
  return {
    ...(dataset === null && id === null ? {} : { 'made on': dataset ?? id ?? '' }),
    ...Object.fromEntries(runDatasets.map(({ name, digest }) => [`read by the run: ${name}`, digest])),
    ...(evaluated.length === 0 ? {} : { 'scored on': [...new Set(evaluated)].sort().join(', ') }),
  }
}

function codeOf({ runTags }: Side): Record<string, string> {
  return Object.fromEntries(
    Object.entries(code).flatMap(([name, tag]) => {
      const value = own(runTags, tag)
      return value === null ? [] : [[name, value]]
    }),
  )
}

function environmentOf({ contents }: Side): Record<string, string> {
  return Object.fromEntries(contents.dependencies.map((one) => [one.name, one.requirement || 'any']))
}

function keysOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null
}
