import type { ResourceType, Thing } from '../../areas/access/index.ts'
import { isRunId } from '../../areas/tracking/index.ts'
import type { Call, Rpc } from './rpc.ts'

/** What a request names: kinds of things, each with how it is named. */
export interface References {
  readonly experiments: ReadonlySet<string>
  readonly experimentNames: ReadonlySet<string>
  readonly runs: ReadonlySet<string>
  readonly loggedModels: ReadonlySet<string>
  readonly traces: ReadonlySet<string>
  readonly models: ReadonlySet<string>
  readonly datasets: ReadonlySet<string>
  readonly sources: ReadonlySet<string>
  readonly labelSchemas: ReadonlySet<string>
  readonly queues: ReadonlySet<string>
}

type Kind = keyof References

/** Fields that name a thing, wherever in a request they stand. */
const fields: Readonly<Record<string, Kind>> = {
  experiment_id: 'experiments',
  experiment_ids: 'experiments',
  experiment_name: 'experimentNames',
  run_id: 'runs',
  run_uuid: 'runs',
  run_ids: 'runs',
  source_run_id: 'runs',
  model_id: 'loggedModels',
  model_ids: 'loggedModels',
  trace_id: 'traces',
  trace_ids: 'traces',
  request_id: 'traces',
  request_ids: 'traces',
  schema_id: 'labelSchemas',
  queue_id: 'queues',
}

const ofRegistry = /\/(registered-models|model-versions)\//

/** All that a call names: in its body or query, its path, and the header of traces that are sent by OpenTelemetry. */
export function referencesOf(rpc: Pick<Rpc, 'path' | 'upload'>, call: Call): References {
  const found: Record<Kind, Set<string>> = {
    experiments: new Set(),
    experimentNames: new Set(),
    runs: new Set(),
    loggedModels: new Set(),
    traces: new Set(),
    models: new Set(),
    datasets: new Set(),
    sources: new Set(),
    labelSchemas: new Set(),
    queues: new Set(),
  }
  const given = rpc.upload ? call.query : call.request
  collect(given, found)
  if (ofRegistry.test(rpc.path)) {
    const { name, source } = given as { name?: unknown; source?: unknown }
    if (typeof name === 'string') found.models.add(name)
    if (typeof source === 'string') found.sources.add(source)
  }
  const { id } = call.params
  if (id !== undefined && rpc.path.includes('/logged-models/:id')) found.loggedModels.add(id)
  if (id !== undefined && /\/(traces|trace)\/:id/.test(rpc.path)) found.traces.add(id)
  if (id !== undefined && rpc.path.includes('/datasets/:id')) found.datasets.add(id)
  const { trace, trace_id: traceId, experiment_id: experimentId } = call.params
  for (const one of [trace, traceId]) if (one !== undefined) found.traces.add(one)
  if (experimentId !== undefined) found.experiments.add(experimentId)
  const header = call.headers['x-mlflow-experiment-id']
  if (rpc.path.startsWith('/v1/') && typeof header === 'string') found.experiments.add(header)
  return found
}

function collect(value: unknown, found: Record<Kind, Set<string>>): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const each of value) collect(each, found)
    return
  }
  for (const [name, part] of Object.entries(value)) {
    const kind = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (kind === undefined) collect(part, found)
    else for (const one of [part].flat()) if (typeof one === 'string' && one !== '') found[kind].add(one)
  }
}

/** A thing with what it lies in, from the innermost; undefined when there is none: then the call finds nothing either. */
export type Place = readonly Thing[] | undefined

type Areas = Pick<Call, 'tracking' | 'traces' | 'registry' | 'project' | 'artifacts'>

export async function placeOfExperiment(call: Areas, id: string): Promise<Place> {
  const experiment = await call.tracking.experiment(call.project.id, id).catch(() => undefined)
  return experiment === undefined ? undefined : [thing('experiment', experiment.id)]
}

export async function placeOfExperimentNamed(call: Areas, name: string): Promise<Place> {
  const experiment = await call.tracking.experimentByName(call.project.id, name)
  return experiment === undefined ? undefined : [thing('experiment', experiment.id)]
}

export async function placeOfRun(call: Areas, id: string): Promise<Place> {
  const run = isRunId(id) ? await call.tracking.findRun(call.project.id, id) : undefined
  return run === undefined ? undefined : [thing('run', '*'), thing('experiment', run.experimentId)]
}

export async function placeOfLoggedModel(call: Areas, id: string): Promise<Place> {
  const model = await call.tracking.loggedModel(call.project.id, id, { deleted: true }).catch(() => undefined)
  return model === undefined
    ? undefined
    : [thing('logged_model', '*'), thing('experiment', model.experimentId)]
}

export async function placeOfTrace(call: Areas, id: string): Promise<Place> {
  const trace = await call.traces.trace(call.project.id, id).catch(() => undefined)
  return trace === undefined ? undefined : [thing('trace', '*'), thing('experiment', trace.experimentId)]
}

/** A registered model or a prompt; one that is not there yet is a model. */
export async function placeOfModel(call: Areas, name: string, within?: 'version'): Promise<Place> {
  const model = await call.registry.findModel(call.project.id, name)
  const prompt = model?.tags.some((tag) => tag.key === promptTag && tag.value.toLowerCase() === 'true')
  const type = prompt === true ? 'prompt' : 'registered_model'
  const outer = thing(type, name)
  return within === undefined ? [outer] : [thing(`${type}_version`, '*'), outer]
}

export async function placeOfLabelSchema(call: Areas, id: string): Promise<Place> {
  const schema = await call.traces.labelSchema(call.project.id, id).catch(() => undefined)
  return schema === undefined ? undefined : [thing('experiment', schema.experimentId)]
}

export async function placeOfQueue(call: Areas, id: string): Promise<Place> {
  const queue = await call.traces.findReviewQueue(call.project.id, id)
  return queue === undefined ? undefined : [thing('experiment', queue.experimentId)]
}

/** A scorer within its experiment. */
export function placeOfScorer(place: Place, name: string): Place {
  const experiment = place?.at(-1)
  return experiment === undefined ? place : [thing('scorer', scorerKey(experiment.id, name)), experiment]
}

/** How scorers are known to grants: within their experiment. */
export function scorerKey(experimentId: string, name: string): string {
  return `${experimentId}/${name}`
}

/** The experiments of a dataset; one that is in none has no place, and no grant can open it. */
export async function placesOfDataset(call: Areas, id: string): Promise<Place[]> {
  const dataset = await call.traces.evaluationDataset(call.project.id, id).catch(() => undefined)
  if (dataset === undefined) return [undefined]
  return dataset.experimentIds.map((experiment) => [thing('experiment', experiment)])
}

/** Where the files of a version are said to come from; `nobody`'s when that can't be told, undefined when from outside. */
export async function placeOfSource(call: Areas, source: string): Promise<Place | 'nobody'> {
  const path = call.artifacts.pathOf(source)
  if (path !== undefined) return await placeOfFile(call, path)
  const [, scheme, first = ''] = /^(runs|models):\/*([^/]+)/.exec(source) ?? []
  if (scheme === 'runs') return await placeOfRun(call, first)
  if (scheme !== 'models') return undefined
  if (/^m-[0-9a-f]{32}$/.test(first)) return await placeOfLoggedModel(call, first)
  return await placeOfModel(call, first.split('@')[0] ?? '', 'version')
}

/** What a path within the platform's own files belongs to: a run, a logged model, or a registered version. */
export async function placeOfFile(call: Areas, path: string): Promise<Place | 'nobody'> {
  const segments = path.split('/')
  const versionId = segments[0] === 'model-versions' ? segments[1] : undefined
  if (versionId !== undefined) {
    const version = uuid.test(versionId) ? await call.registry.version(versionId) : undefined
    if (version === undefined || version.projectId !== call.project.id) return undefined
    return await placeOfModel(call, version.model, 'version')
  }
  const modelId = segments.find((segment) => /^m-[0-9a-f]{32}$/.test(segment))
  const model =
    modelId === undefined
      ? undefined
      : await call.tracking.loggedModel(call.project.id, modelId).catch(() => undefined)
  if (model !== undefined && isIn(call, path, model.artifactUri)) {
    return [thing('logged_model', '*'), thing('experiment', model.experimentId)]
  }
  const runId = segments.find(isRunId)
  const run = runId === undefined ? undefined : await call.tracking.findRun(call.project.id, runId)
  if (run !== undefined && isIn(call, path, run.artifactUri)) {
    return [thing('run', '*'), thing('experiment', run.experimentId)]
  }
  return 'nobody'
}

const promptTag = 'mlflow.prompt.is_prompt'
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function isIn(call: Areas, path: string, uri: string): boolean {
  const root = call.artifacts.pathOf(uri)
  return root !== undefined && (path === root || path.startsWith(`${root}/`))
}

function thing(type: ResourceType, id: string): Thing {
  return { type, id }
}
