import { messageOf, SlipwayError } from '../../base/error.ts'
import { ApiError } from '../../client/failure.ts'
import type { ImportRecord, LinksRecord } from '../../contract/records.ts'
import { digestOf } from './digest.ts'
import { gather, parallel } from './parallel.ts'
import type { Source, SourceFile, SourceModel, SourceRegistered, SourceRun } from './source.ts'
import type { Tally } from './tally.ts'
import type { Owner, Target } from './target.ts'

export interface CopyOptions {
  readonly source: Source
  readonly target: Target
  readonly tally: Tally
  /** Looks again at what was copied whole before. */
  readonly again: boolean
}

const runsAtOnce = 8
const filesAtOnce = 4
/** Points that one request carries. */
const pointsAtOnce = 20_000

/**
 * Copies everything. What a run that was killed has copied is not copied again, and what changed since is brought up to
 * date: every write may be repeated, and a thing counts as copied when all of it is there.
 */
export async function copyAll(options: CopyOptions): Promise<void> {
  const { source, target, tally } = options
  const { digests } = await target.copied()
  const done = (kind: string, id: string, digest: string) =>
    !options.again && digests.get(`${kind} ${id}`) === digest
  const loggedModels: SourceModel[] = []
  const links: LinksRecord[] = []
  const experiments = await gather(source.experiments())
  for (const record of experiments) {
    const [id = record.id] = await target.write([record])
    tally.add('experiments')
    if (id !== record.id) tally.moved({ kind: 'experiment', name: record.name, from: record.id, to: id })
  }
  for (const { id, name } of experiments) {
    for await (const model of source.loggedModels(id)) loggedModels.push(model)
    await parallel(source.runs(id), runsAtOnce, async (run) => {
      if (run.links.models.length > 0) links.push(run.links)
      const digest = digestOf([run.record, run.links, run.latest])
      if (run.record.status !== 'running' && done('run', run.record.id, digest)) tally.add('unchanged')
      else await attempt(tally, `run ${run.record.id}`, () => copyRun(options, run, digest))
    })
    tally.say(`experiment ${name}`)
  }
  await parallel(loggedModels, filesAtOnce, async (model) => {
    const digest = digestOf(model.record)
    if (done('logged_model', model.record.id, digest)) tally.add('unchanged')
    else await attempt(tally, `logged model ${model.record.id}`, () => copyModel(options, model, digest))
  })
  await parallel(links, runsAtOnce, async (record) => {
    await attempt(tally, `run ${record.run_id}`, () => target.write([record]))
  })
  for await (const model of source.models()) {
    await attempt(tally, `model ${model.record.name}`, () => copyRegistered(options, model, done))
  }
}

async function copyRun({ target, tally }: CopyOptions, run: SourceRun, digest: string): Promise<void> {
  const { record } = run
  // What is deleted can't be written to, so that comes last.
  let waiting: ImportRecord[] = [{ ...record, deleted: false }]
  let points = 0
  for await (const part of run.points()) {
    waiting.push(part)
    points += part.steps.length
    tally.add('points', part.steps.length)
    if (points < pointsAtOnce) continue
    await target.write(waiting)
    waiting = []
    points = 0
  }
  const owner: Owner = { owner: 'run', id: record.id }
  await copyFiles(target, tally, owner, run.files(), async () => {
    await target.write(waiting)
    waiting = []
  })
  const state: ImportRecord[] = record.deleted ? [{ ...record, params: {}, datasets: [] }] : []
  await target.write([...waiting, ...state, { kind: 'done', of: 'run', id: record.id, digest }])
  tally.add('runs')
}

async function copyModel({ target, tally }: CopyOptions, model: SourceModel, digest: string): Promise<void> {
  const { id } = model.record
  await target.write([model.record])
  await copyFiles(target, tally, { owner: 'logged_model', id }, model.files())
  await target.write([{ kind: 'done', of: 'logged_model', id, digest }])
  tally.add('logged models')
}

async function copyRegistered(
  { target, tally }: CopyOptions,
  model: SourceRegistered,
  done: (kind: string, id: string, digest: string) => boolean,
): Promise<void> {
  await target.write([model.record])
  for (const record of model.versions) {
    const id = `${record.model}/${record.version}`
    const digest = digestOf(record)
    if (done('version', id, digest)) {
      tally.add('unchanged')
      continue
    }
    await target.write([record, { kind: 'done', of: 'version', id, digest }])
    tally.add('model versions')
  }
  // Writing versions changes the time of the model.
  await target.write([model.aliases, model.record])
  tally.add('models')
}

/** Uploads what is not there; `begin` is called before the first, for files belong to something that is there. */
async function copyFiles(
  target: Target,
  tally: Tally,
  of: Owner,
  files: AsyncIterable<SourceFile>,
  begin: () => Promise<void> = async () => {},
): Promise<void> {
  let held: Awaited<ReturnType<Target['files']>> | undefined
  await parallel(begun(), filesAtOnce, async (file) => {
    if (held === undefined) throw new Error('files come before their owner')
    const there = held.get(file.path)
    const same =
      there !== undefined &&
      there.size === file.size &&
      (file.digest === undefined || file.digest === there.digest)
    if (same) return tally.add('unchanged files')
    const { size } = await target.upload(of, file)
    tally.add('files')
    tally.add('bytes', size)
  })

  async function* begun(): AsyncGenerator<SourceFile> {
    for await (const file of files) {
      if (held === undefined) {
        await begin()
        held = await target.files(of)
      }
      yield file
    }
  }
}

/** One thing that is refused keeps no other from being copied. */
async function attempt(tally: Tally, what: string, copy: () => Promise<unknown>): Promise<void> {
  try {
    await copy()
  } catch (error) {
    if (!isRefusal(error)) throw error
    tally.failed(`${what}: ${messageOf(error)}`)
  }
}

/** Of this one thing, rather than of everything: who may not or can't be reached is asked no further. */
function isRefusal(error: unknown): boolean {
  if (error instanceof SlipwayError) {
    return error.code === 'source_unavailable' && error.facts.status !== undefined
  }
  if (!(error instanceof ApiError)) return false
  return error.status >= 400 && error.status < 500 && ![401, 403].includes(error.status)
}
