import { createHash } from 'node:crypto'
import type { ModelRecord, RunRecord, VersionRecord } from '../../contract/records.ts'
import { digestOf, digestOfFile } from './digest.ts'
import { gather, parallel } from './parallel.ts'
import type { Source, SourceFile, SourceModel, SourceRun } from './source.ts'

/** How many things of a kind there are on each side, and what differs. */
export interface Verdict {
  readonly counts: readonly { readonly kind: string; readonly source: number; readonly copy: number }[]
  readonly differences: readonly string[]
}

/** A thing by the digests of its parts: which differ is told by their names. */
type Parts = Readonly<Record<string, string>>

const atOnce = 6

/**
 * Reads everything on both sides, points and the bytes of files too, and compares their digests. `experiments` says what
 * experiments of the source are called in the copy. What the copy has besides does not matter.
 */
export async function verify(
  source: Source,
  copy: Source,
  experiments: ReadonlyMap<string, string>,
): Promise<Verdict> {
  const result = createResult()
  const there = new Map<string, Parts>()
  const copied = new Set(experiments.values())
  for (const record of await gather(copy.experiments())) {
    if (!copied.has(record.id)) continue
    const { deleted, created, tags } = record
    there.set(`experiment ${record.id}`, { head: digestOf([deleted, created, tags]) })
    await readContents(copy, record.id, (what, parts) => there.set(what, parts))
  }
  for (const record of await gather(source.experiments())) {
    const id = experiments.get(record.id) ?? record.id
    const { deleted, created, tags } = record
    result.compare(`experiment ${id}`, { head: digestOf([deleted, created, tags]) }, there)
    await readContents(source, record.id, (what, parts) => result.compare(what, parts, there))
  }
  await compareModels(source, copy, result)
  return result.verdict()
}

async function readContents(
  source: Source,
  experimentId: string,
  tell: (what: string, parts: Parts) => void,
): Promise<void> {
  const models = await gather(source.loggedModels(experimentId))
  await parallel(source.runs(experimentId), atOnce, async (run) => {
    tell(`run ${run.record.id}`, await partsOfRun(run))
  })
  await parallel(models, atOnce, async (model) => {
    tell(`logged model ${model.record.id}`, await partsOfModel(model))
  })
}

async function partsOfRun(run: SourceRun): Promise<Parts> {
  const { params, tags, datasets, name, ...rest } = run.record
  return {
    attributes: digestOf([name || (tags['mlflow.runName'] ?? ''), attributes(rest)]),
    params: digestOf(params),
    tags: digestOf(tags),
    datasets: digestOf(datasets.map(digestOf).sort()),
    models: digestOf(run.links.models.map(digestOf).sort()),
    metrics: await digestOfPoints(run),
    files: await digestOfFiles(run.files()),
  }
}

function attributes(rest: Omit<RunRecord, 'params' | 'tags' | 'datasets' | 'name'>) {
  return [rest.id, rest.user, rest.status, rest.start ?? 0, rest.end, rest.deleted]
}

/** Whatever the order in which the points of a metric come. */
async function digestOfPoints(run: SourceRun): Promise<string> {
  const metrics = new Map<string, { sum: bigint; count: number }>()
  for await (const { key, steps, times, values } of run.points()) {
    const metric = metrics.get(key) ?? { sum: 0n, count: 0 }
    for (const [at, step] of steps.entries()) {
      const hash = createHash('sha256').update(`${step} ${times[at]} ${values[at]}`).digest()
      metric.sum = BigInt.asUintN(64, metric.sum + hash.readBigUInt64BE())
      metric.count += 1
    }
    metrics.set(key, metric)
  }
  const lines = [...metrics].map(([key, { sum, count }]) => `${key} ${count} ${sum}`)
  return digestOf(lines.sort())
}

async function digestOfFiles(files: AsyncIterable<SourceFile>): Promise<string> {
  const lines: string[] = []
  for await (const file of files)
    lines.push(`${file.path} ${file.digest ?? (await digestOfFile(file)).digest}`)
  return digestOf(lines.sort())
}

async function partsOfModel({ record, files }: SourceModel): Promise<Parts> {
  const { params, tags, name, model_type, source_run_id, status, created, updated } = record
  return {
    attributes: digestOf([name, model_type, source_run_id, status, created, updated]),
    params: digestOf(params),
    tags: digestOf(tags),
    files: await digestOfFiles(files()),
  }
}

async function compareModels(source: Source, copy: Source, result: Result): Promise<void> {
  const there = new Map<string, Parts>()
  const read = async (from: Source, tell: (what: string, parts: Parts) => void) => {
    for await (const { record, aliases, versions } of from.models()) {
      tell(`model ${record.name}`, partsOfRegistered(record, aliases.aliases))
      for (const version of versions) {
        tell(`model version ${version.model}/${version.version}`, partsOfVersion(version))
      }
    }
  }
  await read(copy, (what, parts) => there.set(what, parts))
  await read(source, (what, parts) => result.compare(what, parts, there))
}

function partsOfRegistered(record: ModelRecord, aliases: Readonly<Record<string, number>>): Parts {
  const { description, tags, created, updated } = record
  return {
    attributes: digestOf([description, created, updated]),
    tags: digestOf(tags),
    aliases: digestOf(aliases),
  }
}

function partsOfVersion(record: VersionRecord): Parts {
  const { stage, description, run_id, user, created, updated, tags } = record
  return {
    attributes: digestOf([stage, description, run_id, user, created, updated]),
    tags: digestOf(tags),
  }
}

function createResult() {
  const counts = new Map<string, { source: number; copy: number }>()
  const differences: string[] = []
  return {
    compare(what: string, parts: Parts, there: ReadonlyMap<string, Parts>): void {
      const kind = `${what.replace(/ \S+$/s, '')}s`
      const count = counts.get(kind) ?? { source: 0, copy: 0 }
      const other = there.get(what)
      count.source += 1
      if (other !== undefined) count.copy += 1
      counts.set(kind, count)
      if (other === undefined) differences.push(`${what} is missing`)
      else {
        const names = Object.keys(parts).filter((name) => parts[name] !== other[name])
        if (names.length > 0) differences.push(`${what} differs in ${names.join(', ')}`)
      }
    },
    verdict: (): Verdict => ({
      counts: [...counts].map(([kind, count]) => ({ kind, ...count })),
      differences,
    }),
  }
}

type Result = ReturnType<typeof createResult>
