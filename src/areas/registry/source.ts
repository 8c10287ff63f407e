import { posix } from 'node:path'
import { SlipwayError } from '../../base/error.ts'
import {
  type Artifacts,
  climbs,
  decodeAll,
  filePath,
  isLocal,
  joinPath,
  parseLocation,
  refuseHosted,
} from '../artifacts/index.ts'
import type { Tracking } from '../tracking/index.ts'
import { isPrompt, type ModelFile, type Version } from './model.ts'
import type { Reader } from './reader.ts'

/** Where a client says that a version comes from. */
export interface Source {
  readonly projectId: string
  readonly source: string
  readonly runId?: string | undefined
  readonly loggedModelId?: string | undefined
}

/** A source with its bytes found, as far as the platform keeps them. */
export interface TakenIn {
  readonly source: string
  readonly runId?: string | undefined
  readonly loggedModelId?: string | undefined
  /** Empty when the bytes are elsewhere: such a source is text and nothing else. */
  readonly files: readonly ModelFile[]
}

interface Deps {
  readonly artifacts: Artifacts
  readonly tracking: Tracking
  readonly reader: Reader
}

/**
 * Finds the files of a source. Only what the platform keeps itself is read: files of the run or logged model that the
 * client names, and of registered versions. A source that points into another's files is refused.
 */
export async function takeIn(deps: Deps, source: Source): Promise<TakenIn> {
  refuseHosted(source.source, 'source')
  const { scheme, host } = parseLocation(source.source)
  const owner = source.loggedModelId === undefined ? 'run_id' : 'model_id'
  if (isLocal(source.source)) return await local(deps, source, owner)
  refuseRelative(source.source)
  if (['models', 'runs'].includes(scheme) && host !== '') throw refused(source.source, owner)
  if (scheme === 'models') return await ofModel(deps, source)
  if (scheme === 'runs') return await ofRun(deps, source, owner)
  if (scheme === 'mlflow-artifacts') return await ofFiles(deps, source, owner)
  return { ...given(source), files: [] }
}

export function checkPromptSource(source: string): void {
  if (source === 'dummy-source' || source === 'prompt-template') return
  throw new SlipwayError(
    'invalid_argument',
    `Invalid prompt source: '${source}'. Prompt sources must use an MLflow placeholder.`,
  )
}

function given(source: Source): Omit<TakenIn, 'files'> {
  return { source: source.source, runId: source.runId, loggedModelId: source.loggedModelId }
}

/** `models:/<name>/<version>`, `models:/<name>@<alias>`, or `models:/<logged model>`. */
async function ofModel(deps: Deps, source: Source): Promise<TakenIn> {
  const { name, which } = parseModelUri(source.source)
  if (which === undefined) return await ofLoggedModel(deps, source, name)
  const model = await deps.reader.model(source.projectId, name)
  if (isPrompt(model.tags)) {
    throw invalid(source.source, 'Prompt versions cannot be used as model version sources.')
  }
  const version = await versionAt(deps.reader, source.projectId, name, which)
  const same = (wanted: string | undefined, is: string | null) =>
    wanted === undefined || wanted === (is ?? '')
  if (!same(source.runId, version.runId) || !same(source.loggedModelId, version.loggedModelId)) {
    throw invalid(
      source.source,
      'The run_id and model_id request parameters must match the referenced model version.',
    )
  }
  return {
    source: `models:/${name}/${version.version}`,
    runId: version.runId ?? undefined,
    loggedModelId: version.loggedModelId ?? undefined,
    files: version.files,
  }
}

async function versionAt(reader: Reader, projectId: string, name: string, which: Which): Promise<Version> {
  if ('alias' in which) return await reader.versionByAlias(projectId, name, which.alias)
  if ('version' in which) return await reader.versionOfModel(projectId, name, which.version)
  const { latest } = await reader.model(projectId, name)
  const staged = latest.find((version) => version.stage.toLowerCase() === which.stage.toLowerCase())
  if (staged !== undefined) return staged
  throw new SlipwayError(
    'not_found',
    `No versions of model with name '${name}' and stage '${which.stage}' found`,
  )
}

async function ofLoggedModel(deps: Deps, source: Source, id: string): Promise<TakenIn> {
  if (source.loggedModelId !== id) throw refused(source.source, 'model_id')
  const model = await deps.tracking.loggedModel(source.projectId, id)
  if (model === undefined) throw refused(source.source, 'model_id')
  return {
    source: source.source,
    runId: source.runId ?? model.sourceRunId ?? undefined,
    loggedModelId: id,
    files: await filesBelow(deps, source.projectId, deps.artifacts.pathOf(model.artifactUri)),
  }
}

/** `runs:/<run>/<path>`. What a run logged as a model is found by its name too, as MLflow's clients mean it. */
async function ofRun(deps: Deps, source: Source, owner: Owner): Promise<TakenIn> {
  const [, runId, path] = /^runs:\/+([^/]+)\/(.+)$/.exec(source.source) ?? []
  if (runId === undefined || path === undefined || owner === 'model_id' || source.runId !== runId) {
    throw refused(source.source, owner)
  }
  const run = await deps.tracking.findRun(source.projectId, runId)
  // a run of another server: what it holds is not here
  if (run === undefined) return { ...given(source), files: [] }
  const root = deps.artifacts.pathOf(run.artifactUri)
  const files =
    root === undefined ? [] : await filesBelow(deps, source.projectId, joinPath(root, filePath(path)))
  if (files.length > 0) return { ...given(source), files }
  for (const output of run.models.filter((one) => one.direction === 'output')) {
    const model = await deps.tracking.loggedModel(source.projectId, output.modelId)
    if (model?.name !== path) continue
    const found = await filesBelow(deps, source.projectId, deps.artifacts.pathOf(model.artifactUri))
    return { ...given(source), loggedModelId: model.id, files: found }
  }
  return { ...given(source), files: [] }
}

async function ofFiles(deps: Deps, source: Source, owner: Owner): Promise<TakenIn> {
  const home = await homeOf(deps, source)
  const root = home === undefined ? undefined : deps.artifacts.pathOf(home.uri)
  const path = deps.artifacts.pathOf(source.source)
  if (root === undefined || path === undefined || home === undefined) throw refused(source.source, owner)
  const normal = filePath(path)
  if (normal !== root && !normal.startsWith(`${root}/`)) throw refused(source.source, owner)
  return { ...given(source), runId: home.runId, files: await filesBelow(deps, source.projectId, normal) }
}

/** A path on some machine is only believed below a home that is itself such a path, and opened below the operator's root alone. */
async function local(deps: Deps, source: Source, owner: Owner): Promise<TakenIn> {
  const home = await homeOf(deps, source).catch(() => undefined)
  const path = plainPath(source.source)
  const root = home === undefined || !isLocal(home.uri) ? undefined : plainPath(home.uri)
  if (root !== undefined && !path.includes('\0') && (path === root || path.startsWith(`${root}/`))) {
    const files = await filesBelow(deps, source.projectId, deps.artifacts.pathOf(path))
    return { ...given(source), files }
  }
  const what = owner === 'run_id' ? 'run' : 'model'
  throw invalid(
    source.source,
    `To use a local path as a model version source, the ${owner} request parameter has to be specified and the local ` +
      `path has to be contained within the artifact directory of the ${what} specified by the ${owner}.`,
  )
}

/** The path that is meant, decoded, with what climbs and repeats taken out of it: never opened as it was given. */
function plainPath(text: string): string {
  const { path, scheme } = parseLocation(text)
  return posix.resolve('/', decodeAll(scheme === '' ? path : path.replaceAll('+', '%2B')))
}

async function homeOf(
  deps: Deps,
  source: Source,
): Promise<{ uri: string; runId: string | undefined } | undefined> {
  const { projectId, loggedModelId, runId } = source
  if (loggedModelId !== undefined) {
    const model = await deps.tracking.loggedModel(projectId, loggedModelId)
    return model === undefined
      ? undefined
      : { uri: model.artifactUri, runId: runId ?? model.sourceRunId ?? undefined }
  }
  if (runId === undefined) return undefined
  const run = await deps.tracking.findRun(projectId, runId)
  return run === undefined ? undefined : { uri: run.artifactUri, runId }
}

/** With paths from the source's own root; a source that is one file keeps its name. */
async function filesBelow(deps: Deps, projectId: string, root: string | undefined): Promise<ModelFile[]> {
  if (root === undefined) return []
  const files = await deps.artifacts.files(projectId, root)
  return files.map((file) => ({
    path: file.path === root ? root.slice(root.lastIndexOf('/') + 1) : file.path.slice(root.length + 1),
    digest: file.digest,
    size: file.size,
  }))
}

type Owner = 'run_id' | 'model_id'
type Which = { version: string } | { alias: string } | { stage: string }

function parseModelUri(uri: string): { name: string; which: Which | undefined } {
  const [, first, second, more] = /^models:\/+([^/]+)(?:\/([^/]+)(\/.*)?)?$/.exec(uri) ?? []
  if (first === undefined || more !== undefined) throw refused(uri, 'model_id')
  if (second !== undefined) {
    const named = /^\d+$/.test(second) || second.toLowerCase() === 'latest'
    return { name: first, which: named ? { version: second.toLowerCase() } : { stage: second } }
  }
  const at = first.lastIndexOf('@')
  if (at > 0) return { name: first.slice(0, at), which: { alias: first.slice(at + 1) } }
  return { name: first, which: undefined }
}

function refuseRelative(source: string): void {
  const { path } = parseLocation(source)
  if (!climbs(source) && !path.split('/').includes('.')) return
  throw invalid(
    source,
    'If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute ' +
      'path must be provided without relative path references present. Please provide an absolute path.',
  )
}

function refused(source: string, owner: Owner): SlipwayError {
  return invalid(
    source,
    `The ${owner} request parameter must identify the resource that contains the source.`,
  )
}

function invalid(source: string, message: string): SlipwayError {
  return new SlipwayError('invalid_argument', `Invalid model version source: '${source}'. ${message}`)
}
