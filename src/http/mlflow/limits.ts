import {
  belongs,
  type Capability,
  mayOn,
  type Reach,
  type Visible,
  visible,
} from '../../areas/access/index.ts'
import { artifactPath, filePath } from '../../areas/artifacts/index.ts'
import { Denied } from './failure.ts'
import {
  type Place,
  placeOfExperiment,
  placeOfExperimentNamed,
  placeOfFile,
  placeOfLabelSchema,
  placeOfLoggedModel,
  placeOfModel,
  placeOfQueue,
  placeOfRun,
  placeOfScorer,
  placeOfSource,
  placeOfTrace,
  placesOfDataset,
  referencesOf,
} from './references.ts'
import { checkReviews } from './review-limits.ts'
import type { Call, Rpc } from './rpc.ts'

/** Calls that make something new in the project: whoever belongs to it may. */
const making: ReadonlySet<string> = new Set([
  '/2.0/mlflow/experiments/create',
  '/2.0/mlflow/registered-models/create',
])
/** Searches whose answers leave out what the caller may not see. */
const filtered: ReadonlySet<string> = new Set([
  '/2.0/mlflow/experiments/search',
  '/2.0/mlflow/registered-models/search',
  '/2.0/mlflow/model-versions/search',
])
/** Searches in experiments, of which those are left out that the caller may not see. */
const searching = /\/(search|search-datasets|get-history-bulk|get-history-bulk-interval|metrics)$/
const registering = '/2.0/mlflow/model-versions/create'

/**
 * Asks about each thing that a call of a limited caller names. Answers the call, perhaps without some of what it asks
 * for; undefined when nothing of it is left. A call that names nothing known is refused: what cannot be judged is not
 * done.
 */
export async function limited(rpc: Rpc, call: Call, reach: Reach): Promise<Call | undefined> {
  if (making.has(rpc.path)) {
    if (belongs(reach)) return call
    throw new Denied()
  }
  if (filtered.has(rpc.path)) return call
  if (rpc.path.startsWith('/2.0/mlflow-artifacts/')) return await ofFile(rpc, call, reach)
  if (rpc.action.endsWith(':read') && searching.test(rpc.path)) return await ofSearch(rpc, call, reach)
  const places = await placesOf(rpc, call)
  if (places.length === 0) throw new Denied()
  for (const { place, capability } of places) {
    if (place !== undefined && !mayOn(reach, capability, place)) throw new Denied()
  }
  await checkReviews(rpc, call, reach)
  return call
}

/** Which experiments, models and prompts a search may show; nothing for callers without limits. */
export function visibleTo(call: Pick<Call, 'reach'>) {
  const { reach } = call
  const of = (type: 'experiment' | 'registered_model' | 'prompt'): Visible =>
    reach === undefined ? { all: true, except: [] } : visible(reach, type)
  return { experiments: of('experiment'), models: of('registered_model'), prompts: of('prompt') }
}

/** What a search of the registry shows. */
export function onlyVisible(reach: Reach | undefined) {
  if (reach === undefined) return {}
  const { models, prompts } = visibleTo({ reach })
  return { only: { models, prompts } }
}

interface Asked {
  readonly place: Place
  readonly capability: Capability
}

async function placesOf(rpc: Rpc, call: Call): Promise<Asked[]> {
  const named = referencesOf(rpc, call)
  const capability = capabilityOf(rpc, call)
  const version = rpc.path.includes('/model-versions/') ? 'version' : undefined
  // Who registers a model only reads what it is made of.
  const ofSource: Capability = rpc.path === registering ? 'read' : capability
  const asked = async (ids: ReadonlySet<string>, what: Capability, find: (id: string) => Promise<Place>) =>
    await Promise.all([...ids].map(async (id) => ({ place: await find(id), capability: what })))
  return [
    ...(await asked(named.models, capability, (name) =>
      placeOfModel(call, name, rpc.path === registering ? undefined : version),
    )),
    ...(await asked(named.experiments, withinExperiment(rpc, capability), async (id) =>
      scorerOf(rpc, call, await placeOfExperiment(call, id)),
    )),
    ...(await sourcesOf(call, named.sources)),
    ...(await datasetsOf(call, named.datasets, capability)),
    ...(await asked(named.experimentNames, capability, (name) => placeOfExperimentNamed(call, name))),
    ...(await asked(named.runs, ofSource, (id) => placeOfRun(call, id))),
    ...(await asked(named.loggedModels, ofSource, (id) => placeOfLoggedModel(call, id))),
    ...(await asked(named.traces, ofSource, (id) => placeOfTrace(call, id))),
    ...(await asked(named.labelSchemas, withinExperiment(rpc, capability), (id) =>
      placeOfLabelSchema(call, id),
    )),
    ...(await asked(named.queues, withinExperiment(rpc, capability), (id) => placeOfQueue(call, id))),
  ]
}

function scorerOf(rpc: Rpc, call: Call, place: Place): Place {
  const { name } = call.request as { name?: unknown }
  const isScorer = rpc.path.startsWith('/3.0/mlflow/scorers/') && typeof name === 'string'
  return isScorer ? placeOfScorer(place, name) : place
}

async function sourcesOf(call: Call, sources: ReadonlySet<string>): Promise<Asked[]> {
  const found = await Promise.all([...sources].map((source) => placeOfSource(call, source)))
  return found.map((place) => {
    if (place === 'nobody') throw new Denied()
    return { place, capability: 'read' as const }
  })
}

async function datasetsOf(call: Call, ids: ReadonlySet<string>, capability: Capability): Promise<Asked[]> {
  const found = await Promise.all([...ids].map((id) => placesOfDataset(call, id)))
  return found.flatMap((places) => {
    if (places.length === 0) throw new Denied()
    return places.map((place) => ({ place, capability: capability === 'delete' ? 'update' : capability }))
  })
}

/** Deleting what lies in an experiment changes the experiment; to delete the experiment itself takes more. */
function withinExperiment(rpc: Rpc, capability: Capability): Capability {
  const inside = /\/(traces|label-schemas|review-queues)\//.test(rpc.path)
  return capability === 'delete' && inside ? 'update' : capability
}

function capabilityOf(rpc: Rpc, call: Call): Capability {
  if (rpc.action.endsWith(':read')) return 'read'
  const last = rpc.path.split('/').at(-1) ?? ''
  if (['delete', 'restore', 'delete-traces'].includes(last)) return 'delete'
  const whole = /^\/[23]\.0\/mlflow\/(logged-models|traces)\/:[a-z_]+$/.test(rpc.path)
  return whole && call.method === 'DELETE' ? 'delete' : 'update'
}

async function ofFile(rpc: Rpc, call: Call, reach: Reach): Promise<Call> {
  const given = call.params['*'] ?? (call.request as { path?: string }).path ?? ''
  const path = call.params['*'] === undefined ? artifactPath(given) : filePath(given)
  const place = await placeOfFile(call, path)
  const capability: Capability = rpc.action.endsWith(':read') ? 'read' : 'update'
  if (place === 'nobody' || (place !== undefined && !mayOn(reach, capability, place))) throw new Denied()
  return call
}

/** A search in experiments, without those that may not be read. */
async function ofSearch(rpc: Rpc, call: Call, reach: Reach): Promise<Call | undefined> {
  const named = referencesOf(rpc, call)
  const places = await placesOf(rpc, call)
  const inOther = places.filter(({ place }) => place?.at(-1)?.type !== 'experiment' || place.length > 1)
  for (const { place } of inOther) {
    if (place !== undefined && !mayOn(reach, 'read', place)) throw new Denied()
  }
  if (named.experiments.size === 0) {
    if (inOther.length > 0) return call
    throw new Denied()
  }
  const readable = new Set<string>()
  for (const id of named.experiments) {
    const place = await placeOfExperiment(call, id)
    if (place !== undefined && mayOn(reach, 'read', place)) readable.add(id)
  }
  if (readable.size === 0) return undefined
  return { ...call, request: without(call.request, readable) as Call['request'] }
}

/** The request with only these experiments in its lists. */
function without(value: unknown, readable: ReadonlySet<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    return value.filter((each) => !isOfOther(each, readable)).map((each) => without(each, readable))
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const list = name === 'experiment_ids' && Array.isArray(part)
      return [name, list ? part.filter((id: unknown) => readable.has(String(id))) : without(part, readable)]
    }),
  )
}

/** A place in a list, such as one of `locations`, that is an experiment which may not be read. */
function isOfOther(value: unknown, readable: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, part]) =>
    name === 'experiment_id' ? !readable.has(String(part)) : isOfOther(part, readable),
  )
}
